"""One hub writes to every page that looks at what changed, and to no other."""

from __future__ import annotations

from decimal import Decimal

from dashboard.live.board import board
from dashboard.live.hub import Hub
from tests.dashboard.live.flushes import flushed, quote
from tests.dashboard.live.pages import Page, opened

BTC, ETH = "tBTCUSD", "tETHUSD"


async def test_a_page_gets_what_it_looks_at_and_nothing_else() -> None:
    hub = Hub()
    bitcoin, ether = await opened(hub, BTC), await opened(hub, ETH)

    await hub.market_flushed(flushed(quote(BTC, "100")))

    assert "last|100|" in bitcoin.text
    assert BTC not in ether.text


async def test_pages_with_one_watch_set_get_the_very_same_text() -> None:
    hub = Hub()
    pages = [await opened(hub, BTC, ETH) for _ in range(3)]

    await hub.market_flushed(flushed(quote(BTC, "100"), quote(ETH, "5")))

    first, *others = (page.packets[0] for page in pages)
    assert all(other is first for other in others)


async def test_a_page_that_reads_slowly_is_spared_and_then_shown_the_newest() -> None:
    hub = Hub()
    slow, quick = await opened(hub, BTC), await opened(hub, BTC)
    slow.is_stuck = True

    for number in range(2, 50):
        await hub.market_flushed(flushed(quote(BTC, str(number)), sequence=number))
    assert slow.written == []
    slow.is_stuck = False
    hub.delivery.settle_all()
    hub.delivery.stop()

    assert len(slow.written) == 1
    assert "last|49|" in slow.text
    assert len(quick.written) == 48


async def test_a_page_that_comes_later_is_shown_the_newest_values_at_once() -> None:
    hub = Hub()
    await hub.market_flushed(flushed(quote(BTC, "100")))
    page = Page()
    hub.join(page)

    await hub.watch(page, frozenset({BTC}))

    assert "last|100|" in page.text


async def test_only_figures_that_changed_are_written_again() -> None:
    hub = Hub()
    page = await opened(hub, BTC)
    await hub.market_flushed(flushed(quote(BTC, "100")))
    page.written.clear()

    await hub.market_flushed(flushed(quote(BTC, "100"), sequence=2))

    assert "last|" not in page.text
    assert f'data-quote="{BTC}"' in page.text


async def test_a_relay_that_was_replaced_is_not_believed() -> None:
    hub = Hub()
    page = await opened(hub, BTC)
    await hub.market_flushed(flushed(quote(BTC, "100"), number=2))

    await hub.market_flushed(flushed(quote(BTC, "1"), number=1, sequence=99))

    assert "last|1|" not in page.text
    kept = board.quote(BTC)
    assert kept is not None
    assert kept.last == Decimal(100)


async def test_a_hint_reaches_every_page_of_its_person_and_nobody_elses() -> None:
    hub = Hub()
    mine = [await opened(hub, user_id=1), await opened(hub, BTC, user_id=1)]
    stranger = await opened(hub, BTC, user_id=2)

    await hub.person_changed({"type": "person.changed", "user": 1, "what": "orders-changed"})

    assert [page.text for page in mine] == ['<i data-event="orders-changed"></i>'] * 2
    assert stranger.text == ""


async def test_the_age_of_an_account_goes_to_every_page_of_its_person_only() -> None:
    hub = Hub()
    mine, stranger = await opened(hub, user_id=1), await opened(hub, user_id=2)

    await hub.account_heard(
        {"type": "account.heard", "user": 1, "account": 7, "age_ms": 120, "reason": "<cut>"}
    )

    assert '<i data-account="7" data-age="120" data-reason="&lt;cut&gt;"></i>' in mine.text
    assert stranger.text == ""


async def test_a_page_that_cannot_be_written_to_is_left_and_the_others_still_served() -> None:
    hub = Hub()
    gone, there = await opened(hub, BTC), await opened(hub, BTC)
    gone.is_gone = True

    await hub.market_flushed(flushed(quote(BTC, "100")))

    assert "last|100|" in there.text
    assert gone not in hub.audience


async def test_the_union_of_all_pages_is_what_the_relay_hears() -> None:
    hub = Hub()
    await opened(hub, BTC)
    closed = await opened(hub, ETH, f"book:{ETH}")

    assert hub.audience.union() == [f"book:{ETH}", BTC, ETH]
    hub.leave(closed)
    assert hub.audience.union() == [BTC]
