"""What is subscribed to for what the pages look at, and how much of it at most."""

from __future__ import annotations

from dashboard.live.subscriptions import MOST_CHANNELS, channels_for, channels_of
from exchange.stream.channels import Channel

BTC = "tBTCUSD"
MANY = [f"t{number:03}USD" for number in range(300)]


def test_a_symbol_takes_three_channels_however_it_is_looked_at() -> None:
    assert channels_for([BTC, f"book:{BTC}", f"trades:{BTC}"]) == set(channels_of(BTC))


def test_a_coarser_book_comes_on_top_of_the_exact_one() -> None:
    assert channels_for([f"book:{BTC}:P2"]) == {*channels_of(BTC), Channel.book(BTC, "P2")}


def test_what_finds_no_room_is_left_to_the_polls_and_what_is_shown_whole_comes_first() -> None:
    chosen = channels_for([*MANY, f"book:{MANY[-1]}:P1", f"trades:{MANY[-2]}"])

    assert MOST_CHANNELS - 4 < len(chosen) <= MOST_CHANNELS
    assert {*channels_of(MANY[-1]), Channel.book(MANY[-1], "P1")} <= chosen
    assert set(channels_of(MANY[-2])) <= chosen


def test_who_is_left_out_does_not_depend_on_the_order_of_asking() -> None:
    assert channels_for(MANY) == channels_for(reversed(MANY))
