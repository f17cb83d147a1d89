from __future__ import annotations

from exchange.paper.stream.checksum import book_checksum

# A book of XRP/BTC as Bitfinex sent it, and the checksum it sent with it.
# Source: recording in the order book test of Bitfinex's own Go client.
BIDS = """
0.0000011 266122.94 0.00000109 500793.10790141 0.00000108 776367.43 0.00000107 23329.54842056
0.00000106 116868.87735849 0.00000105 205000 0.00000103 227308.25386407 0.00000102 105000
0.00000101 2970 0.000001 21000 7e-7 10000 6.6e-7 10000 6e-7 100000 4.9e-7 10000 2.5e-7 2000
6e-8 100000 5e-8 200000 1e-8 640000
"""
ASKS = """
0.00000111 -4847.13 0.00000112 -528102.69042633 0.00000113 -302397.07 0.00000114 -339088.93
0.00000126 -245944.06 0.00000127 -5000 0.0000013 -5000 0.00000134 -8249.18938656
0.00000136 -13161.25184766 0.00000145 -2914 0.0000015 -54448.5 0.00000152 -5538.54849594
0.00000153 -62691.75475079 0.00000159 -2914 0.0000016 -52631.10296831 0.00000164 -4000
0.00000166 -3831.46784605 0.00000171 -14575.17730379 0.00000174 -3124.81815395 0.0000018 -18000
0.00000182 -16000 0.00000186 -4000 0.00000189 -10000.686624 0.00000191 -14500 0.00000193 -2422
"""


def levels(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


def test_a_recorded_book_has_the_recorded_checksum() -> None:
    assert book_checksum(levels(BIDS), levels(ASKS)) == -1175357890


def test_only_the_best_25_levels_count() -> None:
    more = [*levels(ASKS), ("0.000002", "-1")]

    assert book_checksum(levels(BIDS), more) == -1175357890


def test_an_empty_book_has_a_checksum_too() -> None:
    assert book_checksum([], []) == 0
