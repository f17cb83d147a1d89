"""REST v2: one method per endpoint, models out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from exchange import outcomes, rows, symbols, wire
from exchange.calls import Caller, Sign
from exchange.credentials import Credentials
from exchange.errors import (
    DecodeError,
    ExchangeError,
    NoAnswer,
)
from exchange.limits import RateBudget
from exchange.models import (
    BookLevel,
    FeeSummary,
    Fill,
    NewOrder,
    Order,
    PairInfo,
    Permission,
    PublicTrade,
    Ticker,
    Wallet,
)
from exchange.nonce import NonceAuthority
from exchange.signing import v2_headers
from exchange.transport import DEADLINE_SECONDS, Reply

PUBLIC_URL = "https://api-pub.bitfinex.com"
SIGNED_URL = "https://api.bitfinex.com"

_TICKER_MEMBERS = 11

Loads = Callable[[bytes], Any]

Model = TypeVar("Model")


class RestV2:
    """A client of the v2 API, for public calls and, with credentials, for one key's own.

    base_url: where "/v2/…" is, `SIGNED_URL` for Bitfinex. Safe to use from many threads; calls
    with one key wait for each other. Any method may raise:

    - NotSent: nothing left this machine, be it for want of a connection or of a nonce;
    - RateLimited: by our own budget before anything is sent, or by the exchange;
    - NoAnswer (reads) or OutcomeUnknown (writes): sent, and no verdict came within the deadline;
    - DecodeError (reads): an answer of an unknown shape;
    - another leaf of Refused: the exchange said no.
    """

    def __init__(
        self,
        base_url: str = SIGNED_URL,
        *,
        credentials: Credentials | None = None,
        nonces: NonceAuthority | None = None,
        budget: RateBudget | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._caller = Caller(
            base_url,
            credentials=credentials,
            nonces=nonces,
            budget=budget,
            deadline_seconds=deadline_seconds,
            ca_bundle=ca_bundle,
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._caller.close()

    # Public

    def platform_is_operative(self) -> bool:
        """Tell whether the exchange trades; False during maintenance.

        Source: Bitfinex docs, Platform status.
        """
        return _platform_status(self._public("platform", "platform/status"))

    def ticker(self, symbol: str) -> Ticker:
        """Read one pair's best prices and last 24 hours.

        Source: Bitfinex docs, Ticker.
        """
        row = self._public("ticker", f"ticker/{symbols.checked(symbol)}")
        return Ticker.from_wire(symbol, row)

    def tickers(self, wanted: Sequence[str] | None = None) -> list[Ticker]:
        """Read the tickers of the wanted symbols, of all trading pairs when None.

        Funding currencies are left out, and so are pairs that have no price at all yet.
        Source: Bitfinex docs, Tickers.
        """
        names = "ALL" if wanted is None else ",".join(map(symbols.checked, wanted))
        if not names:
            return []
        return _tickers(self._public("tickers", "tickers", symbols=names))

    def configuration(self, *keys: str) -> dict[str, Any]:
        """Read several configuration lists in one call: key to parsed JSON, not yet models.

        Source: Bitfinex docs, Configs.
        """
        answers = self._public("conf", "conf/" + ",".join(quote(key, safe=":") for key in keys))
        return dict(zip(keys, _answers(answers, len(keys)), strict=True))

    def pairs(self) -> list[str]:
        """List the pairs of the exchange wallet: "BTCUSD", "DOGE:USD".

        Source: Bitfinex docs, conf `pub:list:pair:exchange`.
        """
        return _pairs(self.configuration(PAIRS)[PAIRS])

    def pair_infos(self) -> dict[str, PairInfo]:
        """Read order sizes and margins of all pairs, by pair.

        Source: Bitfinex docs, conf `pub:info:pair`.
        """
        return _pair_infos(self.configuration(PAIR_INFOS)[PAIR_INFOS])

    def currency_names(self) -> dict[str, str]:
        """Read what currencies are called in public where it differs: {"UST": "USDt"}.

        Source: Bitfinex docs, conf `pub:map:currency:sym`.
        """
        return _texts(self.configuration(CURRENCY_NAMES)[CURRENCY_NAMES])

    def currency_labels(self) -> dict[str, str]:
        """Read the currencies' full names: {"BTC": "Bitcoin"}.

        Source: Bitfinex docs, conf `pub:map:currency:label`.
        """
        return _texts(self.configuration(CURRENCY_LABELS)[CURRENCY_LABELS])

    def book(self, symbol: str, precision: str = "P0", length: int = 25) -> list[BookLevel]:
        """Read an order book: bids from the best down, then asks from the best up.

        precision: P0 (exact) to P4; length: 1, 25, 100 or 250 levels a side.
        Source: Bitfinex docs, Book.
        """
        path = f"book/{symbols.checked(symbol)}/{quote(precision)}"
        # Raw numbers, because a book's checksum is made of their characters.
        answer = self._public("book", path, loads=wire.loads_raw, len=length)
        return _list(BookLevel.from_wire, answer)

    def trades(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[PublicTrade]:
        """Read trades of all participants, newest first; 125 without a limit, 10 000 at most.

        Source: Bitfinex docs, Trades.
        """
        path = f"trades/{symbols.checked(symbol)}/hist"
        answer = self._public("trades", path, start=start_ms, end=end_ms, limit=limit)
        return _list(lambda row: PublicTrade.from_wire(symbol, row), answer)

    # One key's own

    def wallets(self) -> list[Wallet]:
        """Read all wallets with a balance. Source: Bitfinex docs, Wallets."""
        return _list(Wallet.from_wire, self._read("auth/r/wallets", "auth/r/wallets"))

    def permissions(self) -> list[Permission]:
        """Read what the key may do. Source: Bitfinex docs, Key permissions."""
        return _list(Permission.from_wire, self._read("auth/r/permissions", "auth/r/permissions"))

    def fee_summary(self) -> FeeSummary:
        """Read the account's trading fees. Source: Bitfinex docs, Summary."""
        return FeeSummary.from_wire(self._read("auth/r/summary", "auth/r/summary"))

    def open_orders(
        self,
        symbol: str | None = None,
        *,
        ids: Sequence[int] = (),
        cid: int | None = None,
        cid_date: str | None = None,
    ) -> list[Order]:
        """Read orders that can still trade, all of them or those asked for.

        cid_date: the UTC day of the client id, "2026-11-22"; a client id needs one.
        Source: Bitfinex docs, Retrieve orders.
        """
        path = f"auth/r/orders{_of(symbol)}"
        answer = self._read("auth/r/orders", path, id=list(ids), cid=cid, cid_date=cid_date)
        return _list(Order.from_wire, answer)

    def order_history(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        ids: Sequence[int] = (),
    ) -> list[Order]:
        """Read closed orders, newest first, about two weeks back; 2 500 at most.

        Source: Bitfinex docs, Orders history.
        """
        path = f"auth/r/orders{_of(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "id": list(ids)}
        answer = self._read("auth/r/orders/hist", path, **within)
        return _list(Order.from_wire, answer)

    def fills(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Fill]:
        """Read our own trades, newest first; 2 500 at most.

        Source: Bitfinex docs, Trades (authenticated).
        """
        path = f"auth/r/trades{_of(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return _list(Fill.from_wire, self._read("auth/r/trades/hist", path, **within))

    def order_fills(self, symbol: str, order_id: int) -> list[Fill]:
        """Read the trades of one order. Source: Bitfinex docs, Order trades."""
        path = f"auth/r/order/{symbols.checked(symbol)}:{order_id:d}/trades"
        return _list(Fill.from_wire, self._read("auth/r/order/trades", path))

    def submit_order(self, order: NewOrder) -> Order:
        """Place an order and return what the exchange made of it.

        Raises OutcomeUnknown also where the answer speaks of another client id than ours. A Refused
        whose `is_final` is False is to be looked up once before it is believed.
        Source: Bitfinex docs, Submit order.
        """
        status, answer = self._write("auth/w/order/submit", order.wire())
        return self._settled(outcomes.submitted(status, answer, sent=True, expected_cid=order.cid))

    def cancel_order(self, order_id: int) -> Order:
        """Ask for a cancellation and return the order, which is usually still active then.

        Source: Bitfinex docs, Cancel order.
        """
        status, answer = self._write("auth/w/order/cancel", {"id": order_id})
        return self._settled(outcomes.cancelled(status, answer, sent=True, expected_id=order_id))

    # How it is done

    def _public(self, family: str, path: str, *, loads: Loads = wire.loads, **query: Any) -> Any:
        return self._answer(path, self._caller.public(family, f"/v2/{path}", query), loads)

    def _read(self, family: str, path: str, **members: Any) -> Any:
        asked = {name: value for name, value in members.items() if value not in (None, [])}
        body = wire.dumps(asked)
        reply = self._caller.read(family, f"/v2/{path}", _signature(path, body), body)
        return self._answer(path, reply, wire.loads)

    def _write(self, path: str, members: dict[str, Any]) -> tuple[int, Any]:
        body = wire.dumps(members)
        reply = self._caller.write(path, f"/v2/{path}", _signature(path, body), body)
        try:
            return reply.status, wire.loads(reply.body)
        except DecodeError:
            return reply.status, None

    def _answer(self, path: str, reply: Reply, loads: Loads) -> Any:
        """Return the parsed answer to a read. Raises Refused, NoAnswer or DecodeError."""
        try:
            answer = loads(reply.body)
        except DecodeError:
            if reply.status == 200:
                raise
            answer = None
        refused = outcomes.refusal(reply.status, answer)
        if refused is not None:
            self._caller.note(refused)
            raise refused
        if reply.status != 200:
            raise NoAnswer(f"HTTP {reply.status}: {path}")
        return answer

    def _settled(self, verdict: Order | ExchangeError) -> Order:
        if isinstance(verdict, ExchangeError):
            self._caller.note(verdict)
            raise verdict
        return verdict


PAIRS = "pub:list:pair:exchange"
PAIR_INFOS = "pub:info:pair"
CURRENCY_NAMES = "pub:map:currency:sym"
CURRENCY_LABELS = "pub:map:currency:label"


def _signature(path: str, body: bytes) -> Sign:
    return lambda credentials, nonce: v2_headers(
        credentials.key, credentials.secret, path, nonce, body
    )


def _of(symbol: str | None) -> str:
    return "" if symbol is None else f"/{symbols.checked(symbol)}"


@rows.decodes
def _platform_status(answer: Any) -> bool:
    return rows.flag(rows.array(answer, 1)[0])


@rows.decodes
def _tickers(answer: Any) -> list[Ticker]:
    return [
        Ticker.from_wire(row[0], row[1:])
        for row in (rows.array(row, _TICKER_MEMBERS) for row in rows.array(answer, 0))
        if symbols.is_symbol(rows.text(row[0])) and None not in row[:_TICKER_MEMBERS]
    ]


@rows.decodes
def _list(read: Callable[[Any], Model], answer: Any) -> list[Model]:
    return [read(row) for row in rows.array(answer, 0)]


@rows.decodes
def _answers(answer: Any, count: int) -> list[Any]:
    return rows.array(answer, count)[:count]


@rows.decodes
def _pairs(answer: Any) -> list[str]:
    return [pair for pair in map(rows.text, rows.array(answer, 0)) if _is_pair(pair)]


@rows.decodes
def _pair_infos(answer: Any) -> dict[str, PairInfo]:
    infos = map(PairInfo.from_wire, rows.array(answer, 0))
    return {info.pair: info for info in infos if _is_pair(info.pair)}


@rows.decodes
def _texts(answer: Any) -> dict[str, str]:
    entries = (rows.array(row, 2) for row in rows.array(answer, 0))
    return {rows.text(key): rows.text(value) for key, value, *_ in entries}


def _is_pair(text: str) -> bool:
    """Leave out a name of a form we do not know, rather than lose all the others with it."""
    return symbols.is_symbol(f"t{text}")
