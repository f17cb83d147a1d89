"""Money that changes wallets, comes and goes, over both interfaces."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import requests

from exchange.credentials import Credentials
from exchange.errors import InvalidRequest, NotPermitted
from exchange.limits import NoBudget
from exchange.models.transfers import Transfer
from exchange.models.wallets import WalletType
from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.rest_v1 import RestV1
from exchange.rest_v2 import RestV2

ADDRESS = "bc1-of-somebody-else"
MARGIN, EXCHANGE, FUNDING = WalletType.MARGIN, WalletType.EXCHANGE, WalletType.FUNDING


def balances(v2: RestV2, currency: str) -> dict[WalletType, Decimal]:
    return {wallet.type: wallet.balance for wallet in v2.wallets() if wallet.currency == currency}


def test_a_transfer_is_what_the_wallets_show(v2: RestV2) -> None:
    made = v2.transfer(EXCHANGE, FUNDING, "USD", Decimal("12.5"))

    assert made == Transfer(
        source="exchange",
        target="funding",
        currency="USD",
        currency_to="USD",
        amount=Decimal("12.5"),
    )
    assert balances(v2, "USD") == {
        EXCHANGE: Decimal("49987.5"),
        MARGIN: 5_000,
        FUNDING: Decimal("2512.5"),
    }


def test_a_transfer_over_v1_moves_the_same_wallets(v1: RestV1, v2: RestV2) -> None:
    words = v1.transfer(MARGIN, EXCHANGE, "USD", Decimal("12.5"))

    assert words == "12.5 USD transfered from Trading to Exchange"
    assert balances(v2, "USD")[MARGIN] == Decimal("4987.5")


def test_too_much_is_not_transferred_by_either(v1: RestV1, v2: RestV2) -> None:
    for client in (v1, v2):
        with pytest.raises(InvalidRequest, match="Exchange balance insufficient") as refused:
            client.transfer(EXCHANGE, MARGIN, "USD", Decimal("50000.00000001"))
        assert refused.value.is_final

    assert balances(v2, "USD")[EXCHANGE] == 50_000


def withdrawn_by_v2(v1: RestV1, v2: RestV2) -> int:
    made = v2.withdraw(EXCHANGE, "bitcoin", Decimal("0.1"), ADDRESS, note="for pizza")
    assert (made.method, made.wallet, made.amount) == ("bitcoin", "exchange", Decimal("0.1"))
    assert made.fee == Decimal("0.0004")
    return made.id


def withdrawn_by_v1(v1: RestV1, v2: RestV2) -> int:
    return v1.withdraw(EXCHANGE, "bitcoin", Decimal("0.1"), ADDRESS)


@pytest.mark.parametrize("withdrawn", [withdrawn_by_v1, withdrawn_by_v2])
def test_a_withdrawal_is_found_among_the_movements(
    v1: RestV1, v2: RestV2, withdrawn: Callable[[RestV1, RestV2], int]
) -> None:
    number = withdrawn(v1, v2)
    (movement,) = v2.movements("BTC")

    assert (movement.id, movement.currency, movement.method) == (number, "BTC", "BITCOIN")
    assert (movement.amount, movement.fees) == (Decimal("-0.1"), Decimal("-0.0004"))
    assert (movement.status, movement.address) == ("PENDING", ADDRESS)
    assert movement.transaction_id is None
    assert movement.note == ("for pizza" if withdrawn is withdrawn_by_v2 else None)
    assert balances(v2, "BTC")[EXCHANGE] == Decimal("0.3996")
    assert [entry.amount for entry in v2.ledgers("BTC", category=104)] == [Decimal("-0.1")]
    assert v2.movements("ETH") == []


def test_money_that_comes_in_is_a_movement_and_an_entry(
    market_place: PaperExchange, account: str, v2: RestV2
) -> None:
    number = market_place.deposit(account, "bitcoin", "0.25")
    (movement,), (entry, _) = v2.movements("BTC"), v2.ledgers("BTC", category=101)

    assert (movement.id, movement.status) == (number, "COMPLETED")
    assert (movement.amount, movement.fees) == (Decimal("0.25"), 0)
    assert movement.address == v2.deposit_address(EXCHANGE, "bitcoin").address
    assert entry.description == f"Deposit (BITCOIN) #{number} on wallet exchange"
    assert entry.balance == balances(v2, "BTC")[EXCHANGE] == Decimal("0.75")


def test_a_fee_can_be_taken_out_of_the_amount(v2: RestV2) -> None:
    v2.withdraw(EXCHANGE, "bitcoin", Decimal("0.5"), ADDRESS, fee_deducted=True)

    assert v2.movements()[0].amount == Decimal("-0.4996")
    assert balances(v2, "BTC")[EXCHANGE] == 0


@pytest.mark.parametrize(
    ("amount", "address", "words"),
    [
        ("0.5", ADDRESS, "Cannot withdraw 0.5004 BTC from your exchange wallet"),
        ("0.1", "no", r"Invalid bitcoin address \(no\)"),
    ],
    ids=range(2),
)
def test_a_refusal_under_the_name_of_success_is_seen_by_both(
    v1: RestV1, v2: RestV2, amount: str, address: str, words: str
) -> None:
    for client in (v1, v2):
        with pytest.raises(InvalidRequest, match=words):
            client.withdraw(EXCHANGE, "bitcoin", Decimal(amount), address)

    assert v2.movements() == []
    assert balances(v2, "BTC")[EXCHANGE] == Decimal("0.5")


def test_both_tell_the_same_address(v1: RestV1, v2: RestV2) -> None:
    first = v2.deposit_address(EXCHANGE, "bitcoin")
    renewed = v1.deposit_address(EXCHANGE, "bitcoin", renew=True)
    after = v2.deposit_address(EXCHANGE, "bitcoin")

    assert (first.currency, first.tag) == ("BTC", None)
    assert "NOT-AN-ADDRESS" in first.address
    assert renewed.address == after.address != first.address


def test_a_shared_address_comes_with_a_tag(v1: RestV1, v2: RestV2) -> None:
    by_v1, by_v2 = (client.deposit_address(MARGIN, "ripple") for client in (v1, v2))

    assert (by_v1.address, by_v1.tag) == (by_v2.address, by_v2.tag)
    assert by_v2.currency == "XRP"
    assert by_v2.tag is not None
    assert by_v2.tag.isdigit()


def test_an_unknown_method_is_refused_by_both(v1: RestV1, v2: RestV2) -> None:
    for client in (v1, v2):
        with pytest.raises(InvalidRequest):
            client.deposit_address(EXCHANGE, "seashells")


def test_a_history_of_more_than_a_page_has_no_gaps_and_no_repeats(v2: RestV2) -> None:
    made = [
        v2.withdraw(EXCHANGE, "bitcoin", Decimal("0.0005"), ADDRESS, fee_deducted=True).id
        for _ in range(260)
    ]
    pages = []
    told = [
        movement.id
        for movement in v2.every_movement(progress=lambda count, oldest: pages.append(count))
    ]

    assert told == made[::-1]
    assert pages[0] == 250
    assert pages[-1] == 260


def test_a_token_reads_without_a_key(market_place: PaperExchange, v2: RestV2) -> None:
    token = v2.make_token(lasts_seconds=60, capabilities=["w"])

    def status(path: str) -> int:
        url = f"{market_place.rest_url}/v2/auth/{path}"
        headers = {"bfx-token": token}
        return requests.post(url, json={}, headers=headers, timeout=10).status_code

    assert token.startswith("pub:api:")
    assert status("r/wallets") == 200
    assert status("r/orders") == 500


def test_a_trading_key_may_not_move_money() -> None:
    key = PaperKey("only-trading", "a-secret")
    with running_paper(keys=[key]) as paper:
        credentials = Credentials(key.key, key.secret)
        for kind in (RestV1, RestV2):
            client = kind(paper.rest_url, credentials=credentials, budget=NoBudget())
            with pytest.raises(NotPermitted):
                client.withdraw(EXCHANGE, "bitcoin", Decimal("0.1"), ADDRESS)
            with pytest.raises(NotPermitted):
                client.transfer(EXCHANGE, MARGIN, "USD", Decimal(1))
            client.close()
        left = paper.balance(key.key, "BTC")

    assert left == Decimal("0.5")
