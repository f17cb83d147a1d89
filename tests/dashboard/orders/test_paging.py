"""Parts of a long list: nothing is left out, nothing comes twice, whatever stands in the link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.accounts.models import ExchangeAccount
from dashboard.orders import paging
from dashboard.orders.models import Fill
from dashboard.orders.paging import PER_PAGE, Part, Place, part_of
from tests.dashboard.orders.conftest import a_fill

START = datetime(2026, 11, 29, 12, tzinfo=UTC)
BY = ("traded_at", "trade_id")


def write(account: ExchangeAccount, count: int, *, at_once: int = 1) -> None:
    """Write trades with the numbers from 1 on; `at_once` of them share a time."""
    Fill.objects.bulk_create(
        a_fill(account, number, traded_at=START + timedelta(seconds=number // at_once))
        for number in range(1, count + 1)
    )


def part(**asked: object) -> Part[Fill]:
    return part_of(Fill.objects.all(), {name: str(each) for name, each in asked.items()}, by=BY)


def numbers(part: Part[Fill]) -> list[int]:
    return [fill.trade_id for fill in part.rows]


@pytest.mark.parametrize("count", [0, 1, PER_PAGE, PER_PAGE + 1, 3 * PER_PAGE - 1, 3 * PER_PAGE])
@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_older_and_newer_lead_through_everything_and_back(
    account: ExchangeAccount, count: int, at_once: int
) -> None:
    write(account, count, at_once=at_once)
    there = [part()]
    while there[-1].older:
        there.append(part(older=there[-1].older))
    back = [there[-1]]
    while back[-1].newer:
        back.append(part(newer=back[-1].newer))

    assert [each for one in there for each in numbers(one)] == list(range(count, 0, -1))
    assert {len(numbers(one)) for one in there[:-1]} <= {PER_PAGE}
    assert [numbers(one) for one in back] == [numbers(one) for one in reversed(there)]


def test_a_part_keeps_its_place_while_newer_rows_come(account: ExchangeAccount) -> None:
    write(account, 2 * PER_PAGE)
    link = part().older
    before = numbers(part(older=link))

    Fill.objects.filter(trade_id=PER_PAGE).update(traded_at=START + timedelta(days=1))

    assert numbers(part(older=link)) == [each for each in before if each != PER_PAGE]


def test_a_long_list_is_not_counted_to_its_end(
    account: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 20)
    write(account, 21)
    assert part().count_words == "more than 20"

    Fill.objects.filter(trade_id=1).delete()
    assert part().count_words == "20"


@pytest.mark.parametrize("end", ["older", "newer"])
@pytest.mark.parametrize(
    "text",
    ["", "-", "1-", "-1", "abc", "1.5-2", "1e9-1", "-1-1", "1--1", "9" * 40 + "-1", "1-" + "9" * 40]
    + ["١-٢", "\0", "1-2-3", "9" * 19 + "-1", "1-9223372036854775808", "'; DROP TABLE--"],
)
def test_b55_a_place_that_is_none_counts_as_not_given(
    account: ExchangeAccount, end: str, text: str
) -> None:
    write(account, 3)

    assert numbers(part(**{end: text})) == [3, 2, 1]


def test_beyond_the_oldest_the_list_begins_anew(account: ExchangeAccount) -> None:
    write(account, 3)

    assert numbers(part(older=Place(START - timedelta(days=1), 0))) == [3, 2, 1]


@given(
    st.builds(
        Place,
        st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.integers(0, 2**63 - 1),
    )
)
def test_a_place_is_read_as_it_was_written(place: Place) -> None:
    assert Place.from_text(str(place)) == place


@given(st.text())
def test_any_text_is_a_place_or_none(text: str) -> None:
    found = Place.from_text(text)

    assert found is None or Place.from_text(str(found)) == found
