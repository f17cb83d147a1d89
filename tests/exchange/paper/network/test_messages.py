from __future__ import annotations

from exchange.paper.network.messages import HTML, Request, cannot, json_reply
from exchange.paper.numbers import Number


def request(target: bytes) -> Request:
    return Request(method="GET", target=target, headers={})


def test_a_target_is_taken_apart() -> None:
    asked = request(b"/v2/ticker/tDOGE%3AUSD?a=1&b=x%20y")

    assert asked.raw_path == b"/v2/ticker/tDOGE%3AUSD"
    assert asked.path == "/v2/ticker/tDOGE:USD"
    assert asked.query == {"a": "1", "b": "x y"}


def test_an_unknown_path_is_named_by_its_inner_name() -> None:
    reply = cannot(request(b"/v2/nope"))

    assert (reply.status, reply.content_type) == (404, HTML)
    assert b"<pre>Cannot GET /api/v2/nope</pre>" in reply.body


def test_a_hostile_path_is_escaped() -> None:
    assert b"<script>" not in cannot(request(b"/<script>")).body


def test_a_reply_is_compact_json() -> None:
    reply = json_reply([Number("7e-7"), None], 500, "no")

    assert (reply.status, reply.body, reply.verdict) == (500, b"[7e-7,null]", "no")
