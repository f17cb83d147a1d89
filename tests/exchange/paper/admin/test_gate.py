from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
import requests

from exchange.paper import PaperExchange, running_paper
from exchange.paper.admin.gate import is_for_admin, objection
from exchange.paper.market.markets import catalogue
from exchange.paper.network.messages import Request
from tests.exchange.paper.admin.conftest import Admin

HOST = {"host": "127.0.0.1:8010"}
JSON = {"content-type": "application/json"}


def request(peer: str = "127.0.0.1", method: str = "GET", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method=method, target=b"/admin/", headers=HOST | named, peer=peer)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_programs_on_this_machine_may(peer: str) -> None:
    assert ip_address(peer)
    assert objection(request(peer)) is None


@pytest.mark.parametrize(
    "peer", ["192.168.1.7", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "2001:db8::1", "", "x"]
)
def test_nobody_else_may(peer: str) -> None:
    assert objection(request(peer)) == "only from this machine"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:8010", "[::1]:8010"])
def test_it_goes_by_the_names_of_this_machine(host: str) -> None:
    assert objection(request(host=host)) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example:8010", "127.0.0.1.evil.example:80", "localhost", "", "x@localhost:y", "[::1]"],
)
def test_it_goes_by_no_other_name(host: str) -> None:
    assert objection(request(host=host)) == "only by a name of this machine"


@pytest.mark.parametrize(
    "header",
    ["origin", "referer", "cookie", "sec_fetch_site", "x_forwarded_for", "forwarded", "via"],
)
@pytest.mark.parametrize("value", ["null", "http://127.0.0.1:8010", ""])
def test_what_a_browser_or_a_proxy_sends_is_refused(header: str, value: str) -> None:
    assert objection(request(**{header: value})) == "only by a program, straight from it"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_cannot_press_anything(kind: str) -> None:
    refusal = objection(request(method="POST", content_type=kind))

    assert refusal == "only as application/json"
    assert objection(request(method="POST", content_type="application/json; charset=utf-8")) is None


def test_only_its_own_paths_are_the_admin_s() -> None:
    paths = [b"/admin", b"/admin/", b"/admin/x", b"/%61dmin/x", b"/administration", b"/v2/admin/"]
    found = [is_for_admin(Request(method="GET", target=path, headers={})) for path in paths]

    assert found == [True, True, True, True, False, False]


def test_over_the_wire_a_browser_s_request_changes_nothing(
    paper: PaperExchange, admin: Admin
) -> None:
    refused = admin.refused(
        "POST", "/faults", json={"kind": "reset"}, headers={"Origin": "http://evil.example"}
    )
    rebound = admin.refused("GET", "/keys", headers={"Host": "evil.example:80"})
    simple = admin.refused("POST", "/pause", data="{}")

    assert refused == (403, "only by a program, straight from it")
    assert rebound == (403, "only by a name of this machine")
    assert simple == (403, "only as application/json")
    assert list(paper.faults) == []


def test_it_is_shut_unless_somebody_opens_it() -> None:
    with running_paper(listed=catalogue()[:3]) as paper:
        answer = requests.get(f"{paper.rest_url}/admin/", timeout=10)

    assert answer.status_code == 404
    assert "Cannot GET" in answer.text


def test_it_is_shut_to_the_network_though_the_exchange_is_open_to_it() -> None:
    """The machine's own address stands for any other: it is not loopback."""
    with running_paper(listed=catalogue()[:3], admin=True, host="0.0.0.0") as paper:  # noqa: S104
        port = paper.rest_url.rpartition(":")[2]
        inside = requests.get(f"http://127.0.0.1:{port}/admin/", timeout=10)
        for own in own_addresses():
            outside = requests.get(f"http://{own}:{port}/v2/platform/status", timeout=10)
            refused = requests.get(f"http://{own}:{port}/admin/", timeout=10)
            renamed = requests.get(
                f"http://{own}:{port}/admin/", headers={"Host": f"localhost:{port}"}, timeout=10
            )
            assert outside.status_code == 200
            assert refused.json() == renamed.json() == {"error": "only from this machine"}

    assert inside.status_code == 200


def own_addresses() -> list[str]:
    """Name this machine as its network does, if it has one; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]
