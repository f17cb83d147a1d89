"""The browser's half of what the server says."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page

from dashboard.figures import age_text
from dashboard.live.quotes import LIVE_MS, STALE_MS, state_of
from dashboard.orders.distances import off_market
from tests.product.running import ROOT

AGES = (ROOT / "static" / "js" / "ages.js").read_text()
DISTANCES = (ROOT / "static" / "js" / "distances.js").read_text()


def test_both_halves_know_the_same_limits() -> None:
    limits = dict(re.findall(r"const (\w+_AFTER_MS) = (\d+)", AGES))

    assert limits == {"SLOW_AFTER_MS": str(LIVE_MS), "STALE_AFTER_MS": str(STALE_MS)}


def test_both_halves_write_an_age_and_its_state_alike(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=AGES)
    ages = [0, 99, 4_999, 5_000, 9_999, 10_000, 17_999, 18_000, 119_999, 120_000, 7_200_000, 9e8]

    for age in map(int, ages):
        text, streamed, polled = page.evaluate(
            """(ms) => {
                const ages = window.tidewatchAges;
                ages.heard("streamed", ms, true);
                ages.heard("polled", ms, false);
                return [ages.text(ms), ages.state("streamed"), ages.state("polled")];
            }""",
            age,
        )

        assert text == age_text(age)
        # A few milliseconds pass between the two calls; at a limit they may decide.
        assert streamed in {state_of(ms, is_streamed=True) for ms in (age, age + 20)}
        assert polled in {state_of(ms, is_streamed=False) for ms in (age, age + 20)}
    page.close()


@pytest.mark.parametrize("clock", ["performance.now", "Date.now"])
def test_an_hour_on_either_clock_alone_makes_a_price_old(browser: Browser, clock: str) -> None:
    page = browser.new_page()
    page.add_script_tag(content=AGES)

    state, age = page.evaluate(
        """(clock) => {
            const ages = window.tidewatchAges;
            ages.heard("tBTCUSD", 0, true);
            const [owner, name] = [clock === "Date.now" ? Date : performance, "now"];
            const before = owner[name].bind(owner);
            owner[name] = () => before() + 3600000;
            const found = [ages.state("tBTCUSD"), ages.of("tBTCUSD")];
            owner[name] = before;
            return found;
        }""",
        clock,
    )

    assert state == "stale"
    assert age >= 3_600_000
    page.close()


def test_both_halves_write_a_distance_from_the_market_alike(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=AGES)
    page.add_script_tag(content=DISTANCES)
    drawn = random.Random(6)  # noqa: S311 - the same prices each time
    prices = [("60000", "62500"), ("61000", "61000"), ("1", "12345.6"), ("99999", "0.000012")]
    prices += [("61000.5", "61000"), ("100005", "100000"), ("100015", "100000"), ("0.01", "61000")]
    for _ in range(500):
        digits = [drawn.randrange(1, 10**5) for _ in range(2)]
        price, last = (f"{Decimal(each).scaleb(-drawn.randrange(8)):f}" for each in digits)
        prices.append((price, last))

    written = page.evaluate(
        "(prices) => prices.map(([price, last]) => window.tidewatchDistances.words(price, last))",
        prices,
    )

    assert written == [off_market(Decimal(price), Decimal(last)) for price, last in prices]
    page.close()


# Two clocks that a test moves, each by itself.
CLOCKS = """
    window.by = { perf: 0, wall: 0 };
    const [perfNow, dateNow] = [performance.now.bind(performance), Date.now.bind(Date)];
    performance.now = () => perfNow() + window.by.perf;
    Date.now = () => dateNow() + window.by.wall;
    window.go = (perf, wall) => { window.by.perf += perf; window.by.wall += wall; };
"""
HOUR_MS = 3_600_000


@pytest.fixture
def clocks(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=CLOCKS)
    page.add_script_tag(content=AGES)
    yield page
    page.close()


def test_f87_what_waited_through_a_sleep_is_as_old_as_the_sleep(clocks: Page) -> None:
    """Written before it, read after it, by a page whose own clock stood still meanwhile."""
    late = clocks.evaluate(
        """(hour) => {
            const sent = performance.now();
            tidewatchAges.lateness(sent);
            go(0, hour);
            return tidewatchAges.lateness(sent);
        }""",
        HOUR_MS,
    )

    assert HOUR_MS <= late < HOUR_MS + 10_000


def test_f87_what_came_before_a_sleep_and_is_drawn_after_it_is_old(clocks: Page) -> None:
    state = clocks.evaluate(
        """(hour) => {
            const when = tidewatchAges.now();
            go(0, hour);
            tidewatchAges.heard("tBTCUSD", 0, true, when);
            return tidewatchAges.state("tBTCUSD");
        }""",
        HOUR_MS,
    )

    assert state == "stale"


@pytest.mark.parametrize("wall", [-HOUR_MS, 0])
def test_f87_a_clock_that_is_set_back_makes_no_price_young(clocks: Page, wall: int) -> None:
    late, state = clocks.evaluate(
        """(wall) => {
            const sent = performance.now();
            tidewatchAges.lateness(sent);
            tidewatchAges.heard("tBTCUSD", 0, true);
            go(20000, wall);
            return [tidewatchAges.lateness(sent), tidewatchAges.state("tBTCUSD")];
        }""",
        wall,
    )

    assert 19_000 < late < 30_000
    assert state == "stale"


def test_f87_clocks_that_run_a_little_apart_do_not_age_a_page_left_open_all_day(
    clocks: Page,
) -> None:
    """A tenth of a second an hour, which is more than clocks of good machines differ by."""
    late = clocks.evaluate(
        """() => {
            let sent = performance.now(), late = 0;
            for (let second = 0; second < 86400; second++) {
                sent += 1000;
                go(1000 * (1 + 28e-6), 1000 * (1 + 28e-6));
                late = tidewatchAges.lateness(sent);
            }
            return late;
        }"""
    )

    assert late < 1_000
