from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection

from dashboard.accounts.models import User
from dashboard.alerts import selectors, services
from dashboard.alerts.models import Direction, PriceAlert
from dashboard.markets.models import Instrument
from tests.dashboard.conftest import SetPrice

PRICE = Decimal("70000")


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    told: list[tuple[int, str]] = []
    monkeypatch.setattr(services, "tell_person", lambda user, what: told.append((user, what)))
    return told


def test_a_price_above_the_market_is_waited_for_from_below(
    owner: User, live_bitcoin: Instrument
) -> None:
    above = services.set_alert(owner, live_bitcoin, Decimal("61000.5"))
    below = services.set_alert(owner, live_bitcoin, Decimal("60999.5"))

    assert (above.direction, below.direction) == (Direction.RISES, Direction.FALLS)
    assert list(selectors.waiting(owner)) == [below, above]


def test_the_price_of_now_is_no_alert(owner: User, live_bitcoin: Instrument) -> None:
    with pytest.raises(services.Refused, match=r"stands at 61.000.00 now"):
        services.set_alert(owner, live_bitcoin, Decimal("61000.00"))


def test_without_a_fresh_price_up_and_down_cannot_be_told_apart(
    owner: User, bitcoin: Instrument, set_price: SetPrice
) -> None:
    with pytest.raises(services.Refused, match="no fresh price"):
        services.set_alert(owner, bitcoin, PRICE)
    set_price("tBTCUSD", "61000", age_ms=19_000)
    with pytest.raises(services.Refused, match="no fresh price"):
        services.set_alert(owner, bitcoin, PRICE)

    assert not PriceAlert.objects.exists()


def test_one_price_is_waited_for_once_until_it_rang(owner: User, live_bitcoin: Instrument) -> None:
    first = services.set_alert(owner, live_bitcoin, PRICE)
    with pytest.raises(services.Refused, match="already wait"):
        services.set_alert(owner, live_bitcoin, Decimal("70000.000"))
    services.ring(first, PRICE)

    assert services.set_alert(owner, live_bitcoin, PRICE).pk != first.pk


def test_b70_there_is_a_most(owner: User, stranger: User, live_bitcoin: Instrument) -> None:
    for step in range(services.MOST_WAITING):
        services.set_alert(owner, live_bitcoin, Decimal(70_000 + step))
    with pytest.raises(services.Refused, match="200 alerts wait"):
        services.set_alert(owner, live_bitcoin, Decimal("69000"))

    assert services.set_alert(stranger, live_bitcoin, PRICE).pk


def test_a_ring_is_stored_with_its_price_and_then_told(
    owner: User, live_bitcoin: Instrument, hints: list[tuple[int, str]]
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)
    hints.clear()

    assert services.ring(alert, Decimal("70001.5"))
    alert.refresh_from_db()
    assert alert.rang_at is not None
    assert alert.rang_price == Decimal("70001.5")
    assert hints == [(owner.pk, "alerts-changed")]
    assert list(selectors.unseen(owner)) == [alert]


def test_an_alert_that_was_deleted_meanwhile_does_not_ring(
    owner: User, live_bitcoin: Instrument, hints: list[tuple[int, str]]
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)
    services.delete_alert(owner, alert.pk)
    hints.clear()

    assert not services.ring(alert, PRICE)
    assert hints == []


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_ring_one_does(
    owner: User, live_bitcoin: Instrument, hints: list[tuple[int, str]]
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)
    hints.clear()
    together = threading.Barrier(8)
    rang: list[bool] = []

    def ring() -> None:
        together.wait()
        rang.append(services.ring(alert, PRICE))
        connection.close()

    threads = [threading.Thread(target=ring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rang) == [False] * 7 + [True]
    assert len(hints) == 1


def test_what_was_seen_is_no_news(owner: User, live_bitcoin: Instrument) -> None:
    services.ring(services.set_alert(owner, live_bitcoin, PRICE), PRICE)
    services.take_notice(owner)

    assert not selectors.unseen(owner).exists()
    assert selectors.rung(owner)[0].seen_at is not None


def test_somebody_elses_alert_cannot_be_deleted(
    owner: User, stranger: User, live_bitcoin: Instrument
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)

    assert not services.delete_alert(stranger, alert.pk)
    assert list(selectors.waiting(stranger)) == []
    assert list(selectors.waiting(owner)) == [alert]
