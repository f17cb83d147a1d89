"""docker-compose.yml says nothing that does not exist."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from dashboard.celery import app
from tests.product.running import ROOT
from tests.product.scaled import OURS, compose, is_executable

SERVICES = compose()["services"]
SETTINGS = (ROOT / "dashboard" / "settings.py").read_text()
DOCUMENTED = (ROOT / "README.md").read_text() + (ROOT / "docs" / "scaling.md").read_text()


@pytest.mark.parametrize("service", OURS)
def test_every_command_exists(service: str) -> None:
    program, *words = SERVICES[service]["command"]

    assert is_executable(program)
    if program == "python":
        assert words[0] == "manage.py"
        assert words[1] in get_commands()
    if program == "celery":
        assert words[:2] == ["--app", "dashboard"]
        assert words[2] in {"worker", "beat"}


def test_every_queue_that_is_named_has_somebody_who_listens() -> None:
    assert "--queues" not in SERVICES["worker"]["command"]
    assert app.conf.task_default_queue == "celery"


def test_every_variable_is_read_by_the_settings_and_documented() -> None:
    names = set(SERVICES["web"]["environment"])

    assert {name for name in names if f'"{name}"' not in SETTINGS} == set()
    assert {name for name in names if f"`{name}`" not in DOCUMENTED} == set()


def test_every_secret_that_compose_asks_for_is_documented() -> None:
    asked = re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())

    assert {name for name in asked if f"`{name}`" not in DOCUMENTED} == set()


def test_one_port_is_published_and_only_on_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("service", OURS)
def test_every_container_of_ours_is_locked_down(service: str) -> None:
    described = SERVICES[service]

    assert described["user"] == "10001"
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    assert described["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in described


def test_the_web_process_never_times_a_socket_out_and_takes_no_large_frame() -> None:
    words = SERVICES["web"]["command"]

    assert words[words.index("--websocket_timeout") + 1] == "-1"
    assert words[words.index("--websocket-max-message-size") + 1] == "65536"
    assert words[words.index("--websocket-max-frame-size") + 1] == "65536"


def test_the_image_is_built_of_what_is_locked_and_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text()

    assert "--require-hashes -r requirements.txt" in lines
    assert "npm ci --ignore-scripts" in lines
    assert re.search(r"^USER tidewatch$", lines, re.MULTILINE)
