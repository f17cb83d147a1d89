"""The package as a stranger meets it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import exchange

ROOT = Path(exchange.__file__).parent


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT.parent
    ).stdout


@pytest.mark.parametrize("name", exchange.__all__)
def test_every_public_name_is_there(name):
    found = getattr(exchange, name)
    own_name = getattr(found, "__name__", "ACCOUNT").rpartition(".")[2]

    assert own_name == name


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        exchange.nonsense  # noqa: B018, reading it is the point


def test_type_checkers_see_the_same_names():
    tree = ast.parse((ROOT / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = [name.name for node in block.body for name in node.names]  # type: ignore[attr-defined]

    assert sorted(seen) == exchange.__all__ == sorted(exchange.__all__)
    assert dir(exchange) == exchange.__all__ == sorted(exchange._HOMES)


def test_importing_the_package_imports_nothing_heavy():
    loaded = run("import sys, exchange; print(*sys.modules)").split()

    assert not {"requests", "websockets", "django", "asyncio", "sqlite3"} & set(loaded)


def test_signing_needs_neither_requests_nor_websockets():
    loaded = run("import sys, exchange.signing; print(*sys.modules)").split()

    assert not {"requests", "websockets", "asyncio"} & set(loaded)


def test_the_client_works_without_django():
    loaded = run(
        "import sys; from exchange import RestV2, RestV1, StreamClient; print(*sys.modules)"
    )

    assert not {"django", "celery", "channels", "redis", "dashboard"} & set(loaded.split())


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "home"), [("requests", "transport.py"), ("websockets", "stream/sockets.py")]
)
def test_a_network_library_has_one_home_in_the_client(package, home):
    client = [path for path in ROOT.rglob("*.py") if "paper" not in path.parts]
    importers = [path for path in client if package in imports_of(path)]

    assert importers == [ROOT / home]


def test_no_float_is_made_of_money():
    client = [path for path in ROOT.rglob("*.py") if "paper" not in path.parts]

    assert not [path for path in client if "float(" in path.read_text()]
