from __future__ import annotations

import re
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.live.board import board
from dashboard.orders import journal, services
from dashboard.orders.models import KillSwitch, Order, SafetyChange
from dashboard.orders.safety import kill_switch
from dashboard.orders.states import State
from exchange.calls import Signed
from exchange.errors import NotSent
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review, Wire

SIGNED = Signed(nonce=7, key_fingerprint="k", body_sha256="b")


def place(client: Client, token: str) -> Order:
    client.post("/orders/place/", {"token": token})
    return Order.objects.get(token=token)


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def open_at(paper: PaperExchange) -> int:
    return sum(paper.order(each.id).is_open for each in paper.ledger.orders)


def test_one_press_cancels_everything_and_says_so_of_each_order(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    orders = [place(owner_client, review(amount=amount)) for amount in ("0.01", "0.02")]
    answer = owner_client.post("/orders/halt/", follow=True)
    page = answer.content.decode()

    assert answer.redirect_chain[0][1] == 303
    assert [state_of(order) for order in orders] == [State.CANCELED, State.CANCELED]
    assert page.count('<strong class="result">Cancelled.</strong>') == 2


def test_nothing_is_placed_while_it_is_on_and_the_review_says_why(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review()
    owner_client.post("/orders/halt/")
    answer = owner_client.post("/orders/place/", {"token": token})

    assert answer.status_code == 422
    assert "The kill switch has been on since" in answer.content.decode()
    assert Order.objects.get(token=token).state == State.DRAFT
    assert not paper.ledger.orders


def test_it_is_never_locked_by_a_dead_feed(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review())
    board.clear()
    owner_client.post("/orders/halt/")

    assert state_of(order) == State.CANCELED


def test_it_stays_on_when_the_exchange_cannot_be_reached_and_says_what_is_open(
    owner_client: Client,
    review: Review,
    paper: PaperExchange,
    account: ExchangeAccount,
    settings: object,
) -> None:
    order = place(owner_client, review())
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    page = owner_client.post("/orders/halt/", follow=True).content.decode()

    assert kill_switch.engaged(account)
    assert state_of(order) == State.OPEN
    assert "was not sent" in page
    assert "Ask again for those that are open" in page


def test_f46_a_lost_answer_is_not_confirmed_and_asking_again_ends_it(
    owner_client: Client, review: Review, wire: Wire
) -> None:
    order = place(owner_client, review())
    wire.forged["order/cancel/multi"] = b""
    page = owner_client.post("/orders/halt/", follow=True).content.decode()
    wire.forged.clear()
    named = re.search(r'name="orders" value="([\d,]+)"', page)

    assert "Not confirmed: look again." in page
    assert named
    assert named[1] == str(order.pk)

    again = owner_client.post("/orders/cancel/", {"orders": named[1]}, follow=True)

    assert state_of(order) == State.CANCELED
    # The lost request had arrived: the second one found nothing more to do.
    assert "Was already closed." in again.content.decode() or "Cancelled." in again.content.decode()


def test_what_is_confirmed_but_not_signed_is_taken_back_for_good(
    account: ExchangeAccount, draft: Order
) -> None:
    assert journal.declare_intent(draft)
    kill_switch.engage(account, by="a test", user=None)

    assert state_of(draft) == State.EXPIRED_UNSENT
    assert not journal.claim(draft)


def test_what_is_claimed_but_not_signed_can_not_be_signed_any_more(
    account: ExchangeAccount, claimed: Order
) -> None:
    kill_switch.engage(account, by="a test", user=None)

    assert state_of(claimed) == State.NOT_SENT
    assert "The kill switch was pulled" in claimed.reason
    with pytest.raises(NotSent):
        journal.note_signed(claimed, SIGNED)


def test_what_is_signed_is_left_to_be_found_out(account: ExchangeAccount, claimed: Order) -> None:
    journal.note_signed(claimed, SIGNED)
    kill_switch.engage(account, by="a test", user=None)

    assert state_of(claimed) == State.SENDING


def test_pulling_it_twice_keeps_the_first_time(account: ExchangeAccount, owner: User) -> None:
    kill_switch.engage(account, by="the first", user=owner)
    first = KillSwitch.objects.get()
    kill_switch.engage(account, by="the second", user=owner)
    second = KillSwitch.objects.get()

    assert (second.engaged_at, second.engaged_by) == (first.engaged_at, "the first")
    assert SafetyChange.objects.count() == 1


@pytest.mark.parametrize("word", ["", "yes", "releas"])
def test_another_word_does_not_release_it(
    owner_client: Client, account: ExchangeAccount, word: str
) -> None:
    kill_switch.engage(account, by="a test", user=None)
    answer = owner_client.post("/settings/safety/release/", {"word": word})

    assert answer.status_code == 422
    assert "still on" in answer.content.decode()
    assert kill_switch.engaged(account)


def test_the_word_releases_it_and_orders_can_be_placed_again(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    owner_client.post("/orders/halt/")
    page = owner_client.post("/settings/safety/release/", {"word": " Release "}, follow=True)
    order = place(owner_client, review())

    assert "The kill switch is released" in page.content.decode()
    assert order.state == State.OPEN


def test_every_page_shows_the_button_and_then_that_it_was_pressed(
    owner_client: Client, account: ExchangeAccount, live_bitcoin: object
) -> None:
    pages = ("/", "/markets/", "/markets/tBTCUSD/", "/portfolio/", "/orders/", "/settings/safety/")
    before = [owner_client.get(page).content.decode() for page in pages]
    kill_switch.engage(account, by="a test", user=None)
    after = [owner_client.get(page).content.decode() for page in pages]

    assert all('action="/orders/halt/"' in page for page in before)
    assert all("halt-on" in page and 'action="/orders/halt/"' not in page for page in after)


def test_without_a_key_there_is_nothing_to_stop(
    owner_client: Client, account: ExchangeAccount
) -> None:
    SealedKey.objects.all().delete()

    assert 'action="/orders/halt/"' not in owner_client.get("/").content.decode()
    assert "nothing to halt" in owner_client.get("/settings/safety/").content.decode()


def test_a_strangers_press_stops_nobody_else(
    stranger_client: Client, account: ExchangeAccount
) -> None:
    stranger_client.post("/orders/halt/")

    assert kill_switch.engaged(account) is None


@pytest.mark.parametrize("address", ["/orders/halt/", "/settings/safety/release/"])
def test_only_a_post_pulls_or_releases_it(owner_client: Client, address: str) -> None:
    assert owner_client.get(address).status_code == 405


def test_the_command_does_the_same_from_the_machine_itself(
    owner_client: Client, review: Review, paper: PaperExchange, account: ExchangeAccount
) -> None:
    order = place(owner_client, review())
    told = StringIO()
    call_command("halt", stdout=told)

    assert kill_switch.engaged(account)
    assert state_of(order) == State.CANCELED
    assert "Cancelled." in told.getvalue()
    assert open_at(paper) == 0


def test_the_command_releases_it_too(account: ExchangeAccount) -> None:
    kill_switch.engage(account, by="a test", user=None)
    told = StringIO()
    call_command("halt", "--release", stdout=told)
    call_command("halt", "--release", stdout=told)

    assert kill_switch.engaged(account) is None
    assert "released" in told.getvalue()
    assert "was not on" in told.getvalue()


def test_an_order_made_elsewhere_that_nobody_here_knew_is_cancelled_and_listed(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review())
    Order.objects.filter(pk=order.pk).delete()
    page = owner_client.post("/orders/halt/", follow=True).content.decode()

    assert open_at(paper) == 0
    assert page.count("data-cancellation=") == 1


def test_placing_straight_through_the_service_is_held_back_as_well(
    account: ExchangeAccount, draft: Order, live_bitcoin: object
) -> None:
    kill_switch.engage(account, by="a test", user=None)
    sentence = services.place_order(draft)

    assert "kill switch" in sentence
    assert state_of(draft) == State.DRAFT
    assert draft.amount == Decimal("0.01")
