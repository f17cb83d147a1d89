from __future__ import annotations

import multiprocessing
import sqlite3
import threading

import pytest

from exchange.sharing.storage import SharedFile

SCHEMA = "CREATE TABLE IF NOT EXISTS notes (text TEXT)"


def notes(file: SharedFile) -> list[str]:
    with file.reading() as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes")]


def write(file: SharedFile, text: str) -> None:
    with file.writing() as connection:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))


def test_what_is_written_is_read_by_another_connection(tmp_path):
    first, second = (SharedFile(tmp_path / "new" / "x.sqlite3", SCHEMA) for _ in range(2))
    write(first, "a")

    assert notes(second) == ["a"]

    first.close()
    second.close()


def test_a_failed_block_leaves_nothing_behind(tmp_path):
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA)
    with pytest.raises(sqlite3.OperationalError), file.writing() as connection:
        connection.executemany("INSERT INTO notes VALUES (?)", [("lost",)]).execute("nonsense")
    write(file, "kept")

    assert notes(file) == ["kept"]

    file.close()


def test_a_closed_file_opens_again(tmp_path):
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA)
    file.close()
    write(file, "a")
    file.close()

    assert notes(file) == ["a"]

    file.close()


def test_threads_share_the_connection(tmp_path):
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA)
    threads = [threading.Thread(target=write, args=(file, str(number))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(notes(file)) == [str(number) for number in range(8)]

    file.close()


def test_a_forked_child_gets_a_connection_of_its_own(tmp_path):
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA)
    write(file, "parent")
    child = multiprocessing.get_context("fork").Process(target=write, args=(file, "child"))
    child.start()
    child.join(20)

    assert child.exitcode == 0
    assert notes(file) == ["parent", "child"]

    file.close()


def test_a_connection_from_before_a_fork_is_left_alone(tmp_path):
    process = iter([1, 1, 1, 2, 2, 2, 2])
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA, process=lambda: next(process))
    with file.reading() as before:
        pass
    with file.reading() as same:
        pass
    with file.reading() as after:
        pass

    assert same is before
    assert after is not before
    assert before.execute("SELECT count(*) FROM notes").fetchone() == (0,)

    before.close()
    file.close()


def test_a_fork_before_the_first_use_is_no_matter(tmp_path):
    process = iter([1, 2, 2, 2, 2])
    file = SharedFile(tmp_path / "x.sqlite3", SCHEMA, process=lambda: next(process))
    write(file, "a")
    file.close()


def test_a_file_that_stays_locked_is_an_error(tmp_path):
    path = tmp_path / "x.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    file = SharedFile(path, SCHEMA, busy_seconds=0.05)
    with pytest.raises(sqlite3.OperationalError), file.reading():
        pass
    holder.execute("ROLLBACK")
    holder.close()

    assert notes(file) == []

    file.close()
