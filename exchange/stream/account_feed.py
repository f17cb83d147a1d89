"""The account's frames as events. No I/O.

A frame's code says what it is about and what happened: "ps" is the snapshot of positions, "on" a
new order. Source: Bitfinex docs, WebSocket authenticated channels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from exchange import rows
from exchange.errors import DecodeError
from exchange.models.account import Permission
from exchange.models.funding import FundingInfo, FundingLoan, FundingOffer
from exchange.models.margin import MarginBase, MarginSymbol, Position
from exchange.models.notifications import Notification
from exchange.models.orders import Order
from exchange.models.trades import Fill, FundingFill
from exchange.models.wallets import Wallet
from exchange.stream import account_events as events
from exchange.stream.account_events import Change
from exchange.stream.channels import ACCOUNT
from exchange.stream.events import Event, Heartbeat, Ignored
from exchange.stream.feeds import Seen

Model = TypeVar("Model")
Read = Callable[[Any], Event]


class AccountFeed:
    """Understand the account's frames; remembers which trades were told."""

    channel = ACCOUNT

    def __init__(self) -> None:
        self._seen = Seen()

    def receive(self, content: list[Any]) -> list[Event]:
        """Return one event; Ignored for codes we do not know.

        content: [code, payload], or ["hb"]. Raises DecodeError.
        """
        match content:
            case ["hb"]:
                return [Heartbeat(ACCOUNT)]
            case [str(code), payload]:
                return [self._coded(code, payload)]
        raise DecodeError(f"a frame of the account: {str(content)[:80]}")

    def _coded(self, code: str, payload: Any) -> Event:
        if code not in _READERS:
            return Ignored(f"account frame {code[:40]}")
        event = _READERS[code](payload)
        match event:
            case events.FillExecuted() | events.FillCharged() | events.FundingFilled():
                if not self._seen.is_new((type(event), event.fill.id)):
                    return Heartbeat(ACCOUNT)
        return event


def authenticated(message: dict[str, Any]) -> events.Authenticated:
    """Read the answer to an authentication that succeeded. Raises DecodeError."""
    user_id = message.get("userId")
    caps = message.get("caps") or {}
    if type(user_id) not in (int, type(None)) or not isinstance(caps, dict):
        raise DecodeError(f"an authentication: {str(message)[:80]}")
    permissions = tuple(_permission(scope, rights) for scope, rights in caps.items())
    return events.Authenticated(ACCOUNT, user_id, permissions)


def _permission(scope: str, rights: Any) -> Permission:
    if not isinstance(rights, dict):
        raise DecodeError(f"the rights of {scope[:40]}: {str(rights)[:80]}")
    return Permission.from_wire([scope, rights.get("read", 0), rights.get("write", 0)])


def _kind(
    letters: str,
    read: Callable[[Any], Model],
    snapshot: Callable[[tuple[Model, ...]], Event],
    changed: Callable[[Change, Model], Event],
) -> dict[str, Read]:
    """Return the readers of a kind that has a snapshot and changes."""

    def read_all(payload: Any) -> Event:
        if not isinstance(payload, list):
            raise DecodeError(f"no snapshot: {str(payload)[:80]}")
        return snapshot(tuple(read(row) for row in payload))

    def read_one(change: Change, payload: Any) -> Event:
        return changed(change, read(payload))

    return {
        f"{letters}s": read_all,
        **{f"{letters}{change}": partial(read_one, change) for change in Change},
    }


def _wallet_changed(change: Change, wallet: Wallet) -> Event:
    return events.WalletChanged(ACCOUNT, wallet)


def _notified(payload: Any) -> Event:
    notification = Notification.from_wire(payload)
    # Flat here, in a list of its own over REST.
    match notification.content:
        case [order_id, _, cid, *_] if not isinstance(order_id, list):
            pass
        case [[order_id, _, cid, *_], *_]:
            pass
        case _:
            order_id = cid = None
    is_order = notification.type.split("-")[0] in ("on", "ou", "oc")
    return events.Notified(
        ACCOUNT,
        notification,
        order_id if is_order and type(order_id) is int else None,
        cid if is_order and type(cid) is int else None,
    )


@rows.decodes
def _balance(payload: Any) -> Event:
    total, net, *_ = rows.array(payload, 2)
    return events.BalanceComputed(ACCOUNT, rows.decimal(total), rows.decimal(net))


def _margin(payload: Any) -> Event:
    is_base = isinstance(payload, list) and payload[:1] == ["base"]
    margin = MarginBase.from_wire(payload) if is_base else MarginSymbol.from_wire(payload)
    return events.MarginComputed(ACCOUNT, margin)


_READERS: dict[str, Read] = {
    **_kind(
        "p",
        Position.from_wire,
        partial(events.PositionsSnapshot, ACCOUNT),
        partial(events.PositionChanged, ACCOUNT),
    ),
    **_kind("w", Wallet.from_wire, partial(events.WalletsSnapshot, ACCOUNT), _wallet_changed),
    **_kind(
        "o",
        Order.from_wire,
        partial(events.OrdersSnapshot, ACCOUNT),
        partial(events.OrderChanged, ACCOUNT),
    ),
    **_kind(
        "fo",
        FundingOffer.from_wire,
        partial(events.OffersSnapshot, ACCOUNT),
        partial(events.OfferChanged, ACCOUNT),
    ),
    **_kind(
        "fc",
        FundingLoan.from_wire,
        partial(events.LoansSnapshot, ACCOUNT, True),
        partial(events.LoanChanged, ACCOUNT, True),
    ),
    **_kind(
        "fl",
        FundingLoan.from_wire,
        partial(events.LoansSnapshot, ACCOUNT, False),
        partial(events.LoanChanged, ACCOUNT, False),
    ),
    "te": lambda payload: events.FillExecuted(ACCOUNT, Fill.from_wire(payload)),
    "tu": lambda payload: events.FillCharged(ACCOUNT, Fill.from_wire(payload)),
    "fte": lambda payload: events.FundingFilled(ACCOUNT, FundingFill.from_wire(payload)),
    "ftu": lambda payload: events.FundingFilled(ACCOUNT, FundingFill.from_wire(payload)),
    "n": _notified,
    "bu": _balance,
    "miu": _margin,
    "fiu": lambda payload: events.FundingComputed(ACCOUNT, FundingInfo.from_wire(payload)),
}
