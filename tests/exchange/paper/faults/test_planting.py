from __future__ import annotations

import threading

import pytest
import requests

from exchange.paper import PaperExchange
from exchange.paper.faults.answers import Refuse, Status
from exchange.paper.faults.planting import Faults, NeverStruck, Place
from exchange.paper.faults.requests import Delay
from tests.exchange.paper.caller import KEY, READER, Caller

STATUS = "/v2/platform/status"


def statuses(paper: PaperExchange, count: int) -> list[int]:
    url = paper.rest_url + STATUS
    return [requests.get(url, timeout=10).status_code for _ in range(count)]


def test_a_fault_strikes_once_unless_told_otherwise(paper: PaperExchange) -> None:
    with paper.fault(Status(503)) as fault:
        seen = statuses(paper, 3)

    assert seen == [503, 200, 200]
    assert (fault.fired, fault.seen) == (1, 3)


def test_a_fault_can_let_some_pass_and_strike_some(paper: PaperExchange) -> None:
    with paper.fault(Status(503, skip=1, times=2)) as fault:
        seen = statuses(paper, 5)

    assert seen == [200, 503, 503, 200, 200]
    assert (fault.fired, fault.seen) == (2, 5)


def test_a_fault_can_strike_for_ever_and_ends_with_its_block(paper: PaperExchange) -> None:
    with paper.fault(Status(503, times=None)) as fault:
        during = statuses(paper, 4)
    after = statuses(paper, 1)

    assert (during, after, fault.fired) == ([503] * 4, [200], 4)


def test_a_fault_can_be_meant_for_one_key(paper: PaperExchange, caller: Caller) -> None:
    reader = Caller(paper.rest_url, READER)
    with paper.fault(Refuse(10100, "no", key=READER.key, times=None)) as fault:
        own, other = caller.v2("auth/r/wallets"), reader.v2("auth/r/wallets")
        public = statuses(paper, 1)

    assert own[0][0] == "exchange"
    assert other == ["error", 10100, "no"]
    assert (public, fault.fired) == ([200], 1)


def test_a_fault_can_be_meant_for_some_paths(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Refuse(1, "no", path="/v2/auth/r/*", times=None)) as fault:
        wallets, summary = caller.v2("auth/r/wallets"), caller.v2("auth/r/summary")
        order = caller.submit("0.1", "50000")

    assert wallets == summary == ["error", 1, "no"]
    assert order[6] == "SUCCESS"
    assert (fault.fired, fault.seen) == (2, 2)


def test_a_block_whose_fault_never_struck_fails(paper: PaperExchange) -> None:
    with pytest.raises(NeverStruck, match="had 0 chances"), paper.fault(Status(503, path="/v9/*")):
        statuses(paper, 1)


def test_a_block_may_say_that_its_fault_need_not_strike(paper: PaperExchange) -> None:
    with paper.fault(Status(503, path="/v9/*"), must_strike=False) as fault:
        statuses(paper, 1)

    assert fault.fired == 0


def test_a_block_s_own_failure_is_the_one_that_is_told(paper: PaperExchange) -> None:
    with pytest.raises(KeyError), paper.fault(Status(503)):
        raise KeyError


def test_faults_are_added_listed_and_lifted(paper: PaperExchange) -> None:
    first = paper.faults.add(Status(501, times=None))
    second = paper.faults.add(Status(502, times=None, path=STATUS))
    listed = list(paper.faults)
    both = statuses(paper, 1)
    paper.faults.remove(first)
    paper.faults.remove(first)
    one = statuses(paper, 1)
    paper.faults.clear()

    assert listed == [first, second]
    assert (both, one, statuses(paper, 1)) == ([501], [502], [200])
    assert (first.id, second.id) == (1, 2)


def test_a_strike_can_be_waited_for(paper: PaperExchange) -> None:
    with paper.fault(Delay(0.1)) as fault:
        asking = threading.Thread(target=statuses, args=(paper, 1))
        asking.start()
        fault.wait(seconds=10)
        struck = fault.fired
        asking.join(10)

    assert struck == 1


def test_nobody_waits_for_ever() -> None:
    planted = Faults().add(Status(503))

    with pytest.raises(NeverStruck, match="struck 0 times"):
        planted.wait(seconds=0.01)


def test_what_looms_is_not_counted() -> None:
    faults = Faults()
    planted = faults.add(Status(503, key=KEY.key, skip=1))
    here, elsewhere = Place(key=KEY.key), Place(key="other")
    early = faults.looming(Status, here)
    faults.strike(Status, here)

    assert early == []
    assert faults.looming(Status, here) == [planted]
    assert faults.looming(Status, elsewhere) == []
    assert (planted.fired, planted.seen) == (0, 1)
