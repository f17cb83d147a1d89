"""What no well-behaved exchange shows: refusals, odd answers, and where each request goes."""

from __future__ import annotations

import pytest

from exchange.errors import (
    DecodeError,
    ExchangeError,
    InvalidRequest,
    NoAnswer,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Refused,
    UnderMaintenance,
)
from exchange.limits import MemoryBudget
from tests.exchange.rest_v2.talking import CID, ORDER, ROW, TICKER, done, talking_to

REFUSALS = [
    (500, ["error", 10020, "symbol: invalid"], InvalidRequest),
    (500, ["error", 10001, "Order not found."], InvalidRequest),
    (500, ["error", 10001, "api_key: permission invalid"], NotPermitted),
    (500, ["error", 10100, "apikey: invalid"], NotAuthenticated),
    (500, ["error", 10114, "nonce: small"], NonceTooSmall),
    (500, ["error", 11010, "ratelimit: error"], RateLimited),
    (429, {"error": "ERR_RATE_LIMIT"}, RateLimited),
    (500, ["error", 20060, "maintenance"], UnderMaintenance),
    (500, ["error", 12345, "new words"], Refused),
    (503, {"code": 503, "error": "temporarily_unavailable"}, NoAnswer),
    (200, {"code": 503, "error": "temporarily_unavailable"}, NoAnswer),
    (429, b"<html>Error 1015</html>", RateLimited),
    (429, ["error", 11010, "ratelimit: error"], RateLimited),
    (404, b"<html>Cannot GET /api/v2/nope</html>", NoAnswer),
    (502, b"<html>Bad gateway</html>", NoAnswer),
    (302, b"", NoAnswer),
    (200, b"<html>Hello</html>", DecodeError),
    (200, b"", DecodeError),
    (200, {"not": "an array"}, DecodeError),
    (200, [["exchange", "USD", True, 0, 1]], DecodeError),
]


@pytest.mark.parametrize(("status", "body", "leaf"), REFUSALS, ids=range(20))
def test_a_read_that_fails_says_what_to_do_next(status, body, leaf):
    with talking_to((status, body)) as (client, _), pytest.raises(ExchangeError) as caught:
        client.wallets()

    assert type(caught.value) is leaf


@pytest.mark.parametrize(("status", "body", "leaf"), REFUSALS, ids=range(20))
def test_a_write_that_fails_is_judged_by_the_outcome_table(status, body, leaf):
    unknown = {UnderMaintenance, Refused, NoAnswer, DecodeError}
    with talking_to((status, body)) as (client, server), pytest.raises(ExchangeError) as caught:
        client.submit_order(ORDER)

    assert type(caught.value) is (OutcomeUnknown if leaf in unknown else leaf)
    assert len(server.requests) == 1


def test_an_answer_with_another_client_id_is_not_our_order():
    row = [*ROW[:2], CID + 1, *ROW[3:]]
    with talking_to((200, done([row]))) as (client, _), pytest.raises(OutcomeUnknown):
        client.submit_order(ORDER)


def test_a_rate_limit_seen_once_stops_the_next_call_before_it_is_sent():
    answers = [(429, {"error": "ERR_RATE_LIMIT"}), (200, [])]
    with talking_to(*answers, budget=MemoryBudget()) as (client, server):
        for _ in range(2):
            with pytest.raises(RateLimited):
                client.tickers()

    assert len(server.requests) == 1


def test_a_rate_limit_of_a_write_stops_the_next_call_too():
    with talking_to((429, {"error": "ERR_RATE_LIMIT"}), budget=MemoryBudget()) as (client, server):
        for _ in range(2):
            with pytest.raises(RateLimited):
                client.submit_order(ORDER)

    assert len(server.requests) == 1


def test_funding_rows_and_pairs_without_a_price_are_left_out():
    rows = [
        ["tBTCUSD", *TICKER],
        ["fUSD", *range(17)],
        ["tNEW:USD", *[None] * 11],
        ["tbtcusd", *TICKER],
    ]
    with talking_to((200, rows)) as (client, _):
        tickers = client.tickers()

    assert [ticker.symbol for ticker in tickers] == ["tBTCUSD"]


def test_no_tickers_are_asked_for_when_none_are_wanted():
    with talking_to((200, [])) as (client, server):
        assert client.tickers([]) == []
        assert not server.requests


def test_names_of_unknown_form_do_not_take_the_others_away():
    sizes = [None, None, None, "1", "2"]
    infos = [["BTCUSD", sizes], ["what?", sizes]]
    with talking_to((200, [["BTCUSD", "what?"]]), (200, [infos])) as (client, _):
        pairs, infos = client.pairs(), client.pair_infos()

    assert pairs == ["BTCUSD"]
    assert list(infos) == ["BTCUSD"]


def test_several_lists_come_in_one_call_each_under_its_key():
    with talking_to((200, [["a"], ["b"]])) as (client, server):
        answer = client.configuration("pub:list:currency", "pub:list:pair:margin")

    assert answer == {"pub:list:currency": ["a"], "pub:list:pair:margin": ["b"]}
    assert server.requests[0].target == "/v2/conf/pub:list:currency,pub:list:pair:margin"


def test_a_missing_list_is_a_decode_error():
    with talking_to((200, [["a"]])) as (client, _), pytest.raises(DecodeError):
        client.configuration("one", "two")


def test_a_book_keeps_the_characters_that_came():
    with talking_to((200, b"[[7e-7,1,1.50]]")) as (client, _):
        (level,) = client.book("tBTCUSD")

    assert (level.price_text, level.amount_text) == ("7e-7", "1.50")


def test_maintenance_is_told():
    with talking_to((200, [0])) as (client, _):
        assert client.platform_is_operative() is False


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.ticker("../../secret"),
        lambda c: c.tickers(["tBTCUSD,ALL"]),
        lambda c: c.book("tBTCUSD?x="),
        lambda c: c.trades("btcusd"),
        lambda c: c.open_orders("tBTC USD"),
        lambda c: c.order_fills("tBTCUSD/1", 2),
    ],
)
def test_what_is_no_symbol_gets_into_no_path(call):
    with talking_to((200, [])) as (client, server):
        with pytest.raises(ValueError, match="not a trading symbol"):
            call(client)

        assert not server.requests


def test_a_client_without_a_key_reads_what_is_public():
    with talking_to((200, [1]), credentials=None) as (client, _):
        assert client.platform_is_operative()
        with pytest.raises(NotAuthenticated):
            client.wallets()
