from __future__ import annotations

import os
import subprocess
import sys

import pytest

from exchange.sharing.processes import identity, is_gone


@pytest.fixture
def other():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_this_process_is_here():
    assert identity() == identity(os.getpid())
    assert not is_gone(identity())


def test_the_first_process_is_here_though_it_is_not_ours():
    assert not is_gone(identity(1))


def test_a_killed_process_is_gone_even_before_it_is_waited_for(other):
    name = identity(other.pid)
    was_gone = is_gone(name)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)

    assert not was_gone
    assert is_gone(name)

    other.wait()

    assert is_gone(name)


def test_a_number_used_again_names_another_process():
    host, pid, started = identity().rsplit(" ", 2)

    assert is_gone(f"{host} {pid} {int(started) - 1}")


def test_a_process_of_another_host_is_never_known_to_be_gone():
    assert not is_gone("elsewhere.example 1 12345")


def test_without_the_kernels_word_a_process_is_known_by_its_number(other, tmp_path):
    nowhere = tmp_path / "proc"
    name = identity(other.pid, nowhere)
    was_gone = is_gone(name, nowhere)
    other.kill()
    other.wait()

    assert name.endswith(f" {other.pid} ")
    assert not was_gone
    assert is_gone(name, nowhere)
    assert not is_gone(identity(1, nowhere), nowhere)
