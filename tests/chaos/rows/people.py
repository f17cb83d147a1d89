"""What people, other programs and the market do around an order."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from tests.chaos.hands import CANCEL
from tests.chaos.rig import KEY, WEBS
from tests.chaos.rows.row import THERE, Row, answered, faults
from tests.chaos.trial import SYMBOL, Trial
from tests.chaos.truth import Intent
from tests.product.running import ROOT, until

CANCELED = frozenset({"CANCELED"})
FILLED = frozenset({"FILLED"})
FORGED = """
import django; django.setup()
from dashboard.celery import app
app.loader.import_default_modules()
tasks = sorted(name for name in app.tasks if name.startswith("dashboard."))
assert tasks
for _ in range(100):
    for name in tasks:
        app.send_task(name, expires=60)
"""


def placed(trial: Trial, name: str, ends: frozenset[str]) -> Intent:
    """Place an order that rests, for what is to be done to it."""
    intent, seen = trial.press(name, ends)
    assert seen is not None
    assert seen.state == "OPEN", f"{name}: the order to begin with is {seen.state}"
    trial.look(intent)
    return intent


def cancel(trial: Trial, intent: Intent) -> None:
    page = trial.page_of(intent)
    assert page is not None
    trial.person.send(page.form("/cancel/"))
    intent.settled = None


def pressed_twice(trial: Trial, name: str) -> None:
    """Two presses of one button up to 50 ms apart, each at another web process."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    with ThreadPoolExecutor(2) as tabs:
        seen = list(tabs.map(lambda web: trial.confirm(form, web), WEBS))
    pages = {page.order for page in seen if page is not None}
    assert len(pages) == 1, f"{name}: the presses show the orders {pages}"


def pressed_again(trial: Trial, name: str) -> None:
    """Back, and the button once more: the page of the first press."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    pages = [trial.confirm(form), trial.confirm(form), trial.confirm(form, "web-2")]
    assert len({page.order for page in pages if page is not None}) == 1


def pressed_in_two_tabs(trial: Trial, name: str) -> None:
    """The same order from another tab a moment later is asked about, and is not sent unasked."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    trial.confirm(form)
    _, again = trial.review("web-2", **typed)
    assert "again" in again.boxes.values(), f"{name}: nobody asked whether again"
    # Its box is left empty; the ledger tells whether it went out.
    trial.person.send(again, port=trial.rig.ports["web-2"])


def pressed_while_the_line_is_cut(trial: Trial, name: str) -> None:
    """The browser's line ends behind the press, and the browser presses again by itself."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    trial.person.hang_up_on(form, port=trial.rig.ports["web-1"])
    for web in WEBS:
        trial.confirm(form, web)


def changed_afterwards(trial: Trial, name: str) -> None:
    """The same token with another amount changes nothing: the journal is read, not the form."""
    typed, form = trial.review()
    trial.remember(name, form.values["token"], typed["amount"], THERE)
    trial.confirm(form)
    form.values |= {"amount": "9", "side": "sell", "price": "1"}
    trial.confirm(form)
    amounts = [abs(Decimal(order["amount"])) for order in trial.rig.exchange.orders()]
    assert Decimal(9) not in amounts, f"{name}: the form was believed"


def forged_messages(trial: Trial, name: str) -> None:
    """Every task a hundred times by hand: nothing that waits in the journal is sent by it."""
    trial.review()
    before = len(trial.rig.exchange.orders())
    subprocess.run(
        [sys.executable, "-c", FORGED],
        cwd=ROOT,
        env=trial.rig.environment | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"},
        check=True,
    )
    # Whatever the flood does to it, it is what the ledger says.
    trial.press(name)
    sent = len(trial.rig.exchange.orders()) - before
    assert sent <= 1, f"{name}: {sent} orders arrived, of one press"


def filled_before_the_answer(trial: Trial, name: str) -> None:
    with ThreadPoolExecutor(1) as tab:
        typed, form = trial.review()
        trial.remember(name, form.values["token"], typed["amount"], FILLED)
        before = len(trial.rig.exchange.orders())
        with trial.rig.exchange.fault("delay", seconds=trial.hurried(5), path="*order/submit"):
            pressing = tab.submit(trial.confirm, form)
            until(lambda: len(trial.rig.exchange.orders()) > before, f"{name}: accepted")
            reach(trial, typed["price"])
            pressing.result()


def reach(trial: Trial, price: str) -> None:
    """Bring the market to a price at which a resting buy order trades."""
    below = str(int(Decimal(price) * Decimal("0.99")))
    trial.rig.exchange.call("POST", "/move_price", {"symbol": SYMBOL, "price": below})


def cancelled_while_it_fills(trial: Trial, name: str) -> None:
    intent = placed(trial, name, FILLED | CANCELED)
    order = trial.rig.exchange.order(int(intent.order_id))
    with ThreadPoolExecutor(1) as market:
        filling = market.submit(reach, trial, str(order["price"]))
        cancel(trial, intent)
        filling.result()


def cancelled_twice(trial: Trial, name: str) -> None:
    intent = placed(trial, name, CANCELED)
    page = trial.page_of(intent)
    assert page is not None
    for _ in range(2):
        trial.person.send(page.form("/cancel/"))
    intent.settled = None


def cancelled_without_an_answer(trial: Trial, name: str) -> None:
    intent = placed(trial, name, CANCELED)
    planted = [{"kind": "after_accept", "path": CANCEL}, {"kind": "reset", "path": CANCEL}]
    with faults(trial, planted):
        cancel(trial, intent)


def cancelled_elsewhere(trial: Trial, name: str) -> None:
    intent = placed(trial, name, CANCELED)
    trial.rig.exchange.call("POST", "/orders/cancel", {"id": int(intent.order_id)})
    intent.settled = None


def made_elsewhere(trial: Trial, name: str) -> None:
    """An order of another program is listed, and is nobody's press here."""
    typed = trial.ticket()
    order = trial.rig.exchange.call(
        "POST",
        "/orders",
        {"account": KEY, **{key: typed[key] for key in ("symbol", "amount", "price")}},
    )
    placed(trial, name, THERE)
    page = until(lambda: of_elsewhere(trial, typed["amount"]), f"{name}: {order['id']} is listed")
    assert page


def of_elsewhere(trial: Trial, amount: str) -> bool:
    return amount.rstrip("0") in trial.person.visit("/orders/").text


ROWS = (
    Row("F23", "a double click", pressed_twice),
    Row("F25", "the same order from two tabs", pressed_in_two_tabs),
    Row("F26", "back, and pressed again", pressed_again),
    Row("F27", "the browser's line is cut behind the press", pressed_while_the_line_is_cut),
    Row("F28", "the same token with other figures", changed_afterwards),
    Row("F35", "every task a hundred times by hand", forged_messages),
    Row("F43", "filled before the answer came", filled_before_the_answer),
    Row("F44", "cancelled while it fills", cancelled_while_it_fills),
    Row("F45", "cancelled twice", cancelled_twice),
    Row("F46", "the cancellation's answer is lost", cancelled_without_an_answer),
    Row("F48", "cancelled elsewhere", cancelled_elsewhere),
    Row("F49", "made elsewhere", made_elsewhere),
    Row(
        "market",
        "a market order whose answer is lost",
        answered(THERE, {"kind": "after_accept"}, type="MARKET"),
    ),
    Row(
        "sale",
        "a sale whose answer is lost",
        answered(THERE, {"kind": "after_accept"}, side="sell"),
    ),
)
