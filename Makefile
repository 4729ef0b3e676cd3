# Needs Python 3.11 or newer and make; `make check` and the tests of the JavaScript clients need node too.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
BENCH_ARGS ?= --quick
# What is pure, and the share of its lines and branches that the tests reach, in percent.
PURE := dgrid_translate/*.py,dgrid_translate/ir/*,dgrid_translate/shared/*,dgrid_translate/dialects/*,dgrid_translate/translate/*
PURE_COVERED := 99
# Where tests keep their npm packages.
NPM := tests/judge/ui_sdk tests/clients/js
NPM_STAMPS := $(NPM:=/node_modules/.stamp)

.DEFAULT_GOAL := help
.PHONY: help demo test test-agents check coverage bench format clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo  ## see it work, on the command line
	$(BIN)/dgrid-translate demo

test: $(VENV)/.dev $(NPM_STAMPS)  ## all tests; ARGS="-k losses" selects
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

test-agents: $(VENV)/.dev tests/agents/node_modules/.stamp  ## Claude Code, Codex, Gemini CLI and opencode, each over three backends
	$(BIN)/python -m pytest -m agents tests/agents $(ARGS)

check: $(VENV)/.dev  ## lint, format, types, architecture
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports

coverage: $(VENV)/.dev $(NPM_STAMPS)  ## all tests, with the branches they miss; fails where translators miss many
	$(BIN)/python -m pytest -n $(WORKERS) --cov=dgrid_translate $(ARGS)
	@echo "The translators alone:"
	@$(BIN)/python -m coverage report --include='$(PURE)' --fail-under=$(PURE_COVERED)

bench: $(VENV)/.dev  ## the benchmarks, in short; BENCH_ARGS=--render runs them whole and writes their table
	@$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

format: $(VENV)/.dev  ## let ruff fix what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove everything that can be made again
	rm -rf $(VENV) $(NPM:=/node_modules) tests/agents/node_modules build dist htmlcov .coverage .coverage.* coverage.xml
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than pyproject.toml once its dependencies are installed. The demo's is apart from the
# developers': it installs in seconds.

$(VENV)/.base:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/.demo: $(VENV)/.base pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[asgi,cli]'
	@touch $@

$(VENV)/.dev: $(VENV)/.base pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

# Where npm or its registry cannot be had, the tests that need the packages skip and say so; in CI they fail.
%/node_modules/.stamp: %/package.json
	@if cd $* && npm install --loglevel=error; then touch node_modules/.stamp; \
	else echo "$*: npm could not install; the tests that need it are skipped" >&2; fi
