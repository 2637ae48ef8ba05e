# Set-up, tests and checks. Needs make and Python 3.11 or later; `make test-system` also needs Debian's prometheus, chromium and npm.
PYTHON ?= python3
UV_VERSION := 0.13.9

TOOLS := .freshet/tools-$(UV_VERSION)
UV := $(TOOLS)/bin/uv
# The lock decides; uv neither looks for another Python nor fetches one.
export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
# The tests start Python some hundred times; where no bytecode may be kept, each start compiles everything for four seconds.
unexport PYTHONDONTWRITEBYTECODE
SYNCED := .venv/.synced
BIN := .venv/bin
PARSER := tests/system/asyncapi/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-system fuzz chaos soak benchmark pictures lint format lock-check clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(SYNCED) ## everything into .venv, from the lock; the command is then .venv/bin/freshet

demo: $(SYNCED) ## a stream through a real Kafka, alerts as they come; ARGS="--seconds 60 --seed 7"
	$(BIN)/freshet demo $(ARGS)

test: $(SYNCED) ## all tests that need nothing but Python; ARGS="-k NAME"
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-system: $(SYNCED) $(PARSER) ## dashboards on a real Prometheus, page in a real Chromium (apt-get install prometheus chromium npm)
	$(BIN)/python -m pytest tests/system $(ARGS)

fuzz: $(SYNCED) ## a million spoiled records through the reader; ARGS="--seed 2"
	$(BIN)/python -m tests.fuzz $(ARGS)

chaos: $(SYNCED) ## faults of every kind against real workers, an hour; ARGS="--only kills --seed 2"
	$(BIN)/python -m tests.chaos $(ARGS)

soak: $(SYNCED) ## half an hour of a steady stream: memory, lag, state, latency stay flat; ARGS="--minutes 60"
	$(BIN)/python -m tests.chaos.soak $(ARGS)

benchmark: $(SYNCED) ## what a record costs, and what detection is worth; ARGS="path --rounds 1" or ARGS=false_alarms
	$(BIN)/python -m tests.benchmarks $(ARGS)

pictures: $(SYNCED) ## docs/images/*.png, made anew, to be looked at (apt-get install chromium); ARGS=terminal
	$(BIN)/python -m tests.pictures $(ARGS)

lint: $(SYNCED) ## style, types and import rules; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(SYNCED) ## put the style right where that can be done by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock-check: $(UV) ## does uv.lock still fit pyproject.toml?
	$(UV) lock --check

clean: ## remove all that setup, tests and demo made
	rm -rf tests/system/asyncapi/node_modules .venv .freshet .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv in an environment of its own: a sync removes from .venv what the lock does not know.
$(UV):
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(SYNCED): pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --all-extras
	touch $@

# The official AsyncAPI parser, from its own lock; npm leaves this file behind when all is there.
$(PARSER): tests/system/asyncapi/package-lock.json tests/system/asyncapi/package.json
	npm ci --no-progress --prefix tests/system/asyncapi
	touch $@
