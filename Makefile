# Lontar's commands. `make` alone lists them. Only python3 with venv, git and make are expected on the
# machine, and Node with npm for the tests of the pages.

SHELL      := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PEERS  := .venv-bench
PAGES  := tests/browser/node_modules/.installed

export LONTAR_HOME ?= $(CURDIR)/var
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup browser check format docs reference lock test prove bench bench-peers demo clean

help:  ## list the commands
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

# ---------------------------------------------------------------------------------------------------- setting up

setup: $(STAMP)  ## make .venv with everything at its locked version

$(BIN)/python:
	@requirements/make-venv $(PYTHON) $(VENV)

$(STAMP): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

browser: $(PAGES)  ## install what the tests of the pages need: Chromium, and their packages from npm
	@tests/browser/install --chromium

$(PAGES): tests/browser/package.json tests/browser/package-lock.json
	@tests/browser/install
	@touch $@

lock:  ## resolve the lock files anew (after a change of dependencies)
	@requirements/lock $(PYTHON)

# ---------------------------------------------------------------------------------------------------- using it

demo: setup  ## harmonise the examples, print the account of each and a first table across them
	@$(BIN)/lontar demo

# ---------------------------------------------------------------------------------------------------- checking it

check: setup  ## format, lint, types, imports, lock files, licences, translations, catalogue, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.locks
	$(BIN)/python -m tests.house.licences
	$(BIN)/python -m tests.house.translations --check
	$(BIN)/lontar catalogue check
	$(BIN)/python docs/generate.py --check
	$(BIN)/sphinx-build --quiet -W --keep-going -b html docs docs/_build/html

format: setup  ## put the code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: setup  ## write the generated pages of docs/reference anew
	$(BIN)/python docs/generate.py

docs: reference  ## build the documentation into docs/_build/html
	$(BIN)/sphinx-build --quiet -W --keep-going -b html docs docs/_build/html

test: setup browser  ## every test, with a seeded sample where the full count is long
	$(BIN)/python -m pytest

prove: setup browser  ## every test at its full count (long)
	$(BIN)/python -m tests.prove

bench: setup  ## the tables of measured claims
	$(BIN)/python -m benchmarks

bench-peers: $(PEERS)/.installed  ## the same, beside pandas, pandera and polars
	$(PEERS)/bin/python -m benchmarks --peers

$(PEERS)/bin/python:
	@requirements/make-venv $(PYTHON) $(PEERS)

$(PEERS)/.installed: requirements/bench.txt | $(PEERS)/bin/python
	$(PEERS)/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	echo "$(CURDIR)/src" > "$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lontar-source.pth"
	@touch $@

clean:  ## remove what the commands above made, except var/
	rm -rf $(VENV) $(PEERS) tests/browser/node_modules build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
