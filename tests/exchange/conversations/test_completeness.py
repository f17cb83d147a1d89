"""No method of either client is without a conversation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from exchange.rest_v1 import RestV1
from exchange.rest_v2 import RestV2


def called_in_conversations() -> set[str]:
    trees = (ast.parse(path.read_text()) for path in Path(__file__).parent.glob("test_*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}


@pytest.mark.parametrize("client", [RestV1, RestV2])
def test_every_public_method_is_tried_against_the_paper_exchange(client: type) -> None:
    methods = {name for name in dir(client) if not name.startswith("_")}

    assert len(methods) > 15
    assert methods - called_in_conversations() == set()
