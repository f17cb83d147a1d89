"""Taking positions away from accounts that can no longer carry them."""

from __future__ import annotations

from exchange.paper.numbers import cut_down
from exchange.paper.trading.accounts import LENDERS, POSITION, Cause
from exchange.paper.trading.execution import Execution
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.margin.settlement import MARGIN
from exchange.paper.trading.margin.valuation import Margin
from exchange.paper.trading.orders import Ending, Kind, Order
from exchange.paper.trading.state.floor import Floor


class Liquidation:
    """Close what an account cannot carry, at market; the lenders bear what its money does not."""

    def __init__(self, floor: Floor, margin: Margin, execution: Execution) -> None:
        self._floor = floor
        self._margin = margin
        self._execution = execution

    def run(self) -> None:
        """Look at every account that has positions."""
        for account in self._floor.positions.accounts():
            if self._margin.is_exhausted(account):
                self._liquidate(account)

    def _liquidate(self, account: str) -> None:
        for order in self._floor.archive.open_of(account):
            # One of a pair is gone as soon as the other is.
            if order.is_open and order.kind.is_margin:
                self._floor.end(order, Ending.CANCELED)
        for position in self._floor.positions.of(account):
            live = self._floor.markets[position.market.symbol]
            if live.book.best(is_buy=position.amount > 0) is not None:
                self._close(position)
        if not self._floor.positions.of(account) and self._margin.equity(account) < 0:
            self._write_off(account)

    def _close(self, position: Position) -> None:
        floor, now_ms = self._floor, self._floor.clock()
        order_id = floor.numbering.order()
        order = Order(
            id=order_id,
            queued=order_id,
            account=position.account,
            market=position.market,
            kind=Kind.MARGIN_MARKET,
            amount=-position.amount,
            price=cut_down(floor.markets[position.market.symbol].middle),
            cid=now_ms,
            created_ms=now_ms,
            updated_ms=now_ms,
            remaining=abs(position.amount),
            source="",
        )
        floor.archive.add(order)
        self._execution.force(order)

    def _write_off(self, account: str) -> None:
        cause = Cause(text="Settlement", category=POSITION, made_ms=self._floor.clock())
        lenders = self._floor.accounts[LENDERS]
        for wallet in list(self._floor.account(account).wallets.values()):
            if wallet.kind == MARGIN and wallet.balance:
                lenders.wallet(wallet.currency).balance += wallet.balance
                self._floor.book(account, MARGIN, wallet.currency, -wallet.balance, cause)
        self._floor.note(lenders)
