"""Who looks at what: counted as pages come, turn and go."""

from __future__ import annotations

from random import Random

from dashboard.live.audience import Audience, Bits, each
from tests.dashboard.live.pages import Page


def test_topics_that_nobody_looks_at_are_forgotten_and_their_bits_used_again() -> None:
    bits = Bits()
    for round_ in range(1_000):
        held = bits.hold([f"tX{round_}USD", f"tY{round_}USD"])
        bits.release(held)

    assert bits.of_topic == {}
    assert bits.hold(["tBTCUSD", "tETHUSD", "tXRPUSD"]) == 0b111


def test_a_page_that_turns_to_other_topics_is_told_apart_by_what_is_new_to_it() -> None:
    audience, page = Audience(), Page()
    audience.join(page)
    audience.watch(page, frozenset({"tBTCUSD", "tETHUSD"}))

    new = audience.watch(page, frozenset({"tETHUSD", "tXRPUSD"}))

    assert [audience.bits.topics[bit] for bit in each(new)] == ["tXRPUSD"]
    assert audience.union() == ["tETHUSD", "tXRPUSD"]


def test_however_pages_come_turn_and_go_the_books_agree_with_a_plain_count() -> None:
    chance, audience = Random(7), Audience()  # noqa: S311 - a seed, not a secret
    topics = [f"tX{number:02}USD" for number in range(40)]
    plain: dict[Page, frozenset[str]] = {}
    for _ in range(3_000):
        match chance.randrange(4):
            case 0:
                page = Page(chance.randrange(3))
                audience.join(page)
                plain[page] = frozenset()
            case 1 if plain:
                page = chance.choice(list(plain))
                audience.leave(page)
                del plain[page]
            case _ if plain:
                page = chance.choice(list(plain))
                plain[page] = frozenset(chance.sample(topics, chance.randrange(12)))
                audience.watch(page, plain[page])

        assert audience.union() == sorted(frozenset().union(*plain.values()))
    names = audience.bits.topics
    grouped = {
        page: frozenset(names[bit] for bit in each(watched))
        for watched, pages in audience.groups.items()
        for page in pages
    }
    assert grouped == plain
    people = {user: set(pages) for user, pages in audience.people.items()}
    assert people == {
        user: {page for page in plain if page.user_id == user}
        for user in {page.user_id for page in plain}
    }
    for page in list(plain):
        audience.leave(page)
    assert (audience.groups, audience.people, audience.union()) == ({}, {}, [])
