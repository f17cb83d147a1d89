"""A page asks for a few files, and each of ours is in one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from dashboard.static_files import JOINED, JoinedFinder, JoinedStorage

STATIC = Path(settings.BASE_DIR) / "static"


def test_every_style_sheet_and_script_is_in_one_joined_file_once() -> None:
    ours = [path for kind in ("css", "js") for path in (STATIC / kind).iterdir()]

    joined = [part for parts in JOINED.values() for part in parts]
    assert sorted(joined) == sorted(str(path.relative_to(STATIC)) for path in ours)


def test_a_joined_file_is_its_parts_in_a_row() -> None:
    with JoinedStorage().open("js/figures-of-a-market.js") as file:
        content = file.read()

    depth, day_range = (STATIC / part for part in JOINED["js/figures-of-a-market.js"])
    assert content == depth.read_bytes() + b"\n" + day_range.read_bytes()


def test_a_joined_file_is_as_new_as_its_newest_part() -> None:
    newest = max(os.path.getmtime(STATIC / part) for part in JOINED["css/tidewatch.css"])

    joined = JoinedStorage().get_modified_time("css/tidewatch.css").timestamp()
    assert joined == pytest.approx(newest, abs=0.001)


def test_the_joined_files_are_collected_with_all_others() -> None:
    (finder,) = (each for each in get_finders() if isinstance(each, JoinedFinder))

    assert {name for name, _ in finder.list(None)} == set(JOINED)
