# Tidewatch's commands; each installs what it needs first, once. `make help` lists them.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
LOCKED := $(VENV)/bin/uv pip install --quiet --python $(PY) --require-hashes

.DEFAULT_GOAL := help
.PHONY: run welcome test check lint types fmt lock bench chaos coverage screenshots help

run: $(VENV)/.installed node_modules/.installed ## everything on this machine, on the paper exchange: http://localhost:8000
	@exec $(PY) manage.py up

welcome: $(VENV)/.installed ## a fresh sign-in link
	@$(PY) manage.py welcome

test: $(VENV)/.installed-dev node_modules/.installed ## all tests, browser and real servers included
	@tests/install-needs
	@$(PY) -m pytest

check: lint types test ## all that CI runs

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

types: $(VENV)/.installed-dev
	$(VENV)/bin/mypy

fmt: $(VENV)/.installed-dev ## format the code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.installed-dev node_modules/.installed ## our speed beside floors and peers, into docs/performance.md
	@tests/bench/install-needs
	$(PY) -m tests.bench

coverage: $(VENV)/.installed-dev ## every branch of exchange/ must be taken by its own tests
	$(PY) -m pytest tests/exchange --cov=exchange --cov-report= \
		--deselect tests/exchange/paper/test_engine.py::test_time_passes_cheaply_while_nobody_looks
	$(VENV)/bin/coverage report --omit='exchange/paper/*' --fail-under=100
	$(VENV)/bin/coverage report --include='exchange/paper/*' --fail-under=100

chaos: $(VENV)/.installed-dev node_modules/.installed coverage ## what becomes of orders when all goes wrong, long fuzzing, and mutations
	@tests/install-needs
	$(PY) -m tests.chaos
	FUZZ_SECONDS=600 $(PY) -m pytest tests/fuzz
	$(VENV)/bin/mutmut run
	$(PY) -m tests.fuzz.mutants

screenshots: $(VENV)/.installed-dev node_modules/.installed ## the pictures in docs/, made from the running product
	@tests/install-needs
	$(PY) -m tests.browser.screenshots

lock: $(VENV)/.installed-dev ## resolve the dependencies of pyproject.toml anew, with hashes and without addresses
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.txt
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --quiet -c requirements.txt -o requirements-dev.txt
	cd tests/exchange/peers && $(abspath $(VENV))/bin/uv pip compile exchange.in --universal \
		--python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header --quiet \
		-c ../../../requirements.txt -o exchange.txt

$(VENV)/.made: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tidewatch needs Python 3.11 or newer; set PYTHON=… to one.")'
	@echo "Installing Tidewatch's dependencies (once)…"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt
	@$(LOCKED) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(LOCKED) -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'
