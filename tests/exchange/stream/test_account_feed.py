"""The account's frames, recorded ones among them, and what we understand.

Recorded: frames 14, 15 and 16 are of 2022, as other clients keep them in their comments.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from exchange.credentials import Credentials
from exchange.errors import (
    DecodeError,
    NonceTooSmall,
    NotAuthenticated,
    RateLimited,
    Refused,
    UnderMaintenance,
)
from exchange.models.account import Permission
from exchange.models.margin import MarginBase, MarginSymbol
from exchange.stream import account_events, events
from exchange.stream.account_events import Change
from exchange.stream.channels import ACCOUNT
from exchange.stream.protocol import StreamProtocol
from tests.exchange.stream.test_protocol import receive

FILL = (
    '[1133411090,"tLTCUST",1655110144598,97084883506,0.1,42.821,"EXCHANGE MARKET",42.799,-1,'
    "{fee},1655110144596]"
)
EXECUTED = FILL.replace("{fee}", "null,null")
CHARGED = FILL.replace("{fee}", '-0.0002,"LTC"')
ORDER = (
    '[97084883506,null,1655110144596,"tLTCUST",1655110144596,1655110144598,0,0.1,'
    '"EXCHANGE MARKET",null,null,null,0,"EXECUTED @ 42.821(0.1)",null,null,42.799,42.821,0,0,'
    'null,null,null,0,0,null,null,null,"BFX",null,null,{}]'
)
WALLET = (
    '["exchange","LTC",0.06729727,0,0.06729727,"Exchange 0.4 LTC for UST @ 65.075",'
    '{"reason":"TRADE","order_id":96596397973,"trade_price":"65.075","order_gid":null}]'
)
POSITION = (
    '["tETHUST","ACTIVE",-0.2,153.71,0,0,-7.88,-25.6,67.52,1.5,null,142355652,'
    "1573272367000,1573272367000,null,1,null,30.5,1.5,null]"
)
OFFER = [41215, "fUSD", 1573912039000, 1573912039000, 100, 100, "LIMIT", None, None, 0, "ACTIVE"]
OFFER += [None, None, None, 0.0024, 2, 0, 0, None, 0, None]
LOAN = [2995, "fUSD", -1, 1574013661000, 1574013661000, 1000, 0, "ACTIVE", None, None, None, 0.001]
LOAN += [7, 1574013661000, 1574078487000, 0, 0, None, 1, None, 0, "tBTCUSD"]
LENT = [636854, "fUSD", 1575282446000, 41238747, -175, 0.0001, 15, None]
OK = {"event": "auth", "status": "OK", "chanId": 0, "userId": 1015301, "auth_id": "b-1"}
CREDENTIALS = Credentials("a-key", "apiSecret2")


def authenticated() -> StreamProtocol:
    protocol = StreamProtocol()
    receive(protocol, OK)
    return protocol


def told(protocol: StreamProtocol, code: str, payload: Any) -> events.Event:
    """Return the one event of a frame; payload: JSON text, or what is to become it."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    (event,) = protocol.receive(f'[0,"{code}",{text}]')
    return event


def test_the_key_signs_the_nonce_and_asks_for_nothing_more():
    message = json.loads(StreamProtocol().authenticate(CREDENTIALS, "nonce1"))

    assert message.pop("authSig").startswith("2744ec1a")
    assert message == {
        "event": "auth",
        "apiKey": "a-key",
        "authNonce": "nonce1",
        "authPayload": "AUTHnonce1",
    }


def test_filters_and_the_dead_mans_switch_are_sent_where_asked_for():
    text = StreamProtocol().authenticate(
        CREDENTIALS, "1", filters=["wallet", "trading-tBTCUSD"], cancels_orders=True
    )

    assert json.loads(text)["filter"] == ["wallet", "trading-tBTCUSD"]
    assert json.loads(text)["dms"] == 4


def test_an_accepted_key_tells_what_it_may_do():
    caps = {"orders": {"read": 1, "write": 0}, "withdraw": {"read": 1, "write": 1}, "wallets": {}}
    (event,) = receive(StreamProtocol(), {**OK, "caps": caps})

    assert event == account_events.Authenticated(
        ACCOUNT,
        1015301,
        (
            Permission(scope="orders", read=True, write=False),
            Permission(scope="withdraw", read=True, write=True),
            Permission(scope="wallets", read=False, write=False),
        ),
    )


@pytest.mark.parametrize(
    "members", [{"userId": "5"}, {"caps": [1]}, {"caps": {"orders": 1}}], ids=str
)
def test_an_answer_of_another_shape_is_no_authentication(members):
    protocol = StreamProtocol()
    with pytest.raises(DecodeError):
        receive(protocol, {**OK, **members})

    assert not protocol.is_authenticated


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"code": 10100, "msg": "apikey: invalid"}, NotAuthenticated("apikey: invalid", 10100)),
        ({"code": 10114, "msg": "nonce: small"}, NonceTooSmall("nonce: small", 10114)),
        ({"code": 11010, "msg": "ratelimit: error"}, RateLimited("ratelimit: error", 11010)),
        ({"code": 20060, "msg": "maintenance"}, UnderMaintenance("maintenance", 20060)),
        ({"code": 10999, "msg": "odd"}, Refused("odd", 10999)),
        ({}, Refused("no reason given")),
    ],
    ids=str,
)
def test_refusals_of_a_key_are_told_apart(members, error):
    refused = {"event": "auth", "status": "FAILED", "chanId": 0, **members}
    (event,) = receive(StreamProtocol(), refused)

    assert isinstance(event, account_events.AuthenticationRefused)
    assert type(event.error) is type(error)
    assert event.error.code == error.code
    # What the exchange said comes first; an explanation may follow.
    assert event.error.reason.startswith(error.reason)


def test_before_authentication_the_account_says_and_is_asked_nothing():
    protocol = StreamProtocol()

    assert protocol.receive('[0,"hb"]') == [events.Ignored("a frame of unknown channel 0")]
    with pytest.raises(NotAuthenticated):
        protocol.calculate(["balance"])


def test_the_account_is_asked_for_figures():
    protocol = authenticated()
    text = protocol.calculate(["wallet_exchange_USD", "margin_base"])

    assert json.loads(text) == [0, "calc", None, [["wallet_exchange_USD"], ["margin_base"]]]
    with pytest.raises(ValueError, match="31"):
        protocol.calculate(["balance"] * 31)


def test_the_accounts_channel_beats_and_is_never_unsubscribed_from():
    protocol = authenticated()

    assert protocol.receive('[0,"hb"]') == [events.Heartbeat(ACCOUNT)]
    assert protocol.unsubscribe(ACCOUNT) is None


@pytest.mark.parametrize("code", ["ps", "ws", "os", "fos", "fcs", "fls"])
def test_a_snapshot_may_be_empty(code):
    event = told(authenticated(), code, [])

    assert type(event).__name__.endswith("Snapshot")


def test_snapshots_list_what_there_is():
    protocol = authenticated()
    wallets = told(protocol, "ws", f"[{WALLET}]")
    orders = told(protocol, "os", f"[{ORDER},{ORDER}]")
    positions = told(protocol, "ps", f"[{POSITION}]")

    assert isinstance(wallets, account_events.WalletsSnapshot)
    assert [wallet.balance for wallet in wallets.wallets] == [Decimal("0.06729727")]
    assert isinstance(orders, account_events.OrdersSnapshot)
    assert [order.id for order in orders.orders] == [97084883506] * 2
    assert isinstance(positions, account_events.PositionsSnapshot)
    assert [position.symbol for position in positions.positions] == ["tETHUST"]


@pytest.mark.parametrize(
    ("letter", "change"), [("n", Change.NEW), ("u", Change.UPDATED), ("c", Change.CLOSED)]
)
def test_an_order_is_new_changed_or_closed_and_its_text_says_what_became_of_it(letter, change):
    event = told(authenticated(), f"o{letter}", ORDER)

    assert isinstance(event, account_events.OrderChanged)
    assert (event.change, event.order.id) == (change, 97084883506)
    assert event.order.is_filled
    assert event.order.meta == {}


def test_positions_and_wallets_change():
    protocol = authenticated()
    position = told(protocol, "pc", POSITION)
    wallet = told(protocol, "wu", WALLET)

    assert isinstance(position, account_events.PositionChanged)
    assert (position.change, position.position.amount) == (Change.CLOSED, Decimal("-0.2"))
    assert isinstance(wallet, account_events.WalletChanged)
    assert wallet.wallet.currency == "LTC"


def test_a_trade_is_told_once_at_once_and_once_with_its_fee():
    protocol = authenticated()
    executed, repeated = told(protocol, "te", EXECUTED), told(protocol, "te", EXECUTED)
    charged, again = told(protocol, "tu", CHARGED), told(protocol, "tu", CHARGED)

    assert isinstance(executed, account_events.FillExecuted)
    assert executed.fill.fee is None
    assert isinstance(charged, account_events.FillCharged)
    assert (charged.fill.id, charged.fill.fee, charged.fill.fee_currency) == (
        *(executed.fill.id, Decimal("-0.0002"), "LTC"),
    )
    assert repeated == again == events.Heartbeat(ACCOUNT)


NOTIFIED = [
    # Flat, as the stream sends it; refused orders have no number of their own.
    ([None, None, 1513970684865000, "tBTCUSD"], "on-req", (None, 1513970684865000)),
    ([97084883506, None, 5, "tLTCUST"], "oc-req", (97084883506, 5)),
    # Nested, as REST does.
    ([[97084883506, None, 5, "tLTCUST"]], "on-req", (97084883506, 5)),
    ([[97084883506, None]], "on-req", (None, None)),
    ([], "on-req", (None, None)),
    (None, "on-req", (None, None)),
    ({"id": 5}, "ucm-note", (None, None)),
    ([1568736745790, "margin", 50, None], "acc_tf", (None, None)),
]


@pytest.mark.parametrize(("content", "kind", "expected"), NOTIFIED, ids=str)
def test_a_notification_names_the_order_it_speaks_of(content, kind, expected):
    row = [None, kind, None, None, content, None, "ERROR", "Invalid price."]
    event = told(authenticated(), "n", row)

    assert isinstance(event, account_events.Notified)
    assert (event.notification.status, event.notification.text) == ("ERROR", "Invalid price.")
    assert (event.order_id, event.cid) == expected


def test_a_note_of_another_socket_has_neither_status_nor_text():
    event = told(authenticated(), "n", [5, "ucm-note", None, None, {"a": 1}, None, None, None])

    assert isinstance(event, account_events.Notified)
    assert (event.notification.status, event.notification.content) == ("", {"a": 1})


def test_figures_come_when_they_are_computed():
    protocol = authenticated()
    balance = told(protocol, "bu", [5026.5, 4000])
    base = told(protocol, "miu", ["base", [-13.01464, 0, 49331.7, 49318.6, 27]])
    pair = told(protocol, "miu", ["sym", "tETHUSD", [149361, 149639, 830, 895, None]])
    funding = told(protocol, "fiu", ["sym", "fUSD", [0.0003, 0.0002, 2.5, 30]])

    assert balance == account_events.BalanceComputed(ACCOUNT, Decimal("5026.5"), Decimal(4000))
    assert isinstance(base, account_events.MarginComputed)
    assert isinstance(base.margin, MarginBase)
    assert isinstance(pair, account_events.MarginComputed)
    assert isinstance(pair.margin, MarginSymbol)
    assert pair.margin.symbol == "tETHUSD"
    assert isinstance(funding, account_events.FundingComputed)
    assert funding.info.yield_lend == Decimal("0.0002")


def test_funding_is_told_by_offers_loans_and_fills():
    protocol = authenticated()
    offer, credit, loan = (
        told(protocol, code, row) for code, row in [("fon", OFFER), ("fcu", LOAN), ("flc", LOAN)]
    )
    offers, credits = told(protocol, "fos", [OFFER]), told(protocol, "fcs", [LOAN, LOAN])
    filled, again = told(protocol, "fte", LENT), told(protocol, "ftu", LENT)

    assert isinstance(offer, account_events.OfferChanged)
    assert (offer.change, offer.offer.id) == (Change.NEW, 41215)
    assert isinstance(credit, account_events.LoanChanged)
    assert (credit.change, credit.is_used, credit.loan.id) == (Change.UPDATED, True, 2995)
    assert isinstance(loan, account_events.LoanChanged)
    assert (loan.change, loan.is_used) == (Change.CLOSED, False)
    assert isinstance(offers, account_events.OffersSnapshot)
    assert len(offers.offers) == 1
    assert isinstance(credits, account_events.LoansSnapshot)
    assert (credits.is_used, len(credits.loans)) == (True, 2)
    assert isinstance(filled, account_events.FundingFilled)
    assert again == events.Heartbeat(ACCOUNT)


def test_codes_we_do_not_know_are_named():
    protocol = authenticated()

    assert told(protocol, "ats", []) == events.Ignored("account frame ats")
    assert told(protocol, "hos", []) == events.Ignored("account frame hos")


@pytest.mark.parametrize(
    ("code", "payload"),
    [
        *(("os", {}), ("os", [5]), ("ws", 5), ("on", []), ("wu", None), ("pu", [1])),
        *(("te", [1]), ("n", [1]), ("bu", [1]), ("bu", ["1", "2"]), ("miu", ["base"])),
        *(("miu", 5), ("miu", ["sym", "tBTCUSD", 5]), ("fiu", ["sym"]), ("fon", [1])),
    ],
    ids=str,
)
def test_what_is_not_of_the_documented_form_is_a_decode_error(code, payload):
    with pytest.raises(DecodeError):
        told(authenticated(), code, payload)


@pytest.mark.parametrize("frame", ["[0,5]", "[0,[]]", '[0,"wu"]', "[0,5,[]]", '[0,"wu",[],5]'])
def test_a_frame_without_code_and_payload_is_a_decode_error(frame):
    with pytest.raises(DecodeError):
        authenticated().receive(frame)
