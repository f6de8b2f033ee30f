# The only entrance. `make` prints what it can do.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv --quiet
MEMBERS := protos chassis pool client model-repository $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml))
CODE := chassis pool client services model-repository charts bench tests
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup lock protos models fmt lint check test fuzz test-quality test-e2e-full images up down demo bench
help: ## print this
	@awk -F':.*## ' '/^[a-z%-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## create .venv from requirements.lock

.venv/.ready: requirements.lock $(MEMBERS:=/pyproject.toml)
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.13.9,<0.14'; }
	@$(UV) pip sync --python $(BIN)/python requirements.lock
	@$(UV) pip install --python $(BIN)/python --no-deps $(foreach member,$(MEMBERS),-e ./$(member))
	@touch $@

lock: ## resolve the dependencies again and write requirements.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet 'uv>=0.13.9,<0.14'; }
	@flock .venv/.lock -c '$(UV) lock && $(UV) export --all-packages --all-groups --no-group fuzz --no-emit-workspace --no-header --output-file requirements.lock >/dev/null'

protos: setup ## generate the Python code of the contracts
	@protos/generate

models: setup ## build the model repository from pinned packages
	@$(BIN)/python -m models build

fmt: setup ## format code and contracts
	@ruff check --quiet --fix-only $(CODE); ruff format --quiet $(CODE); cd protos && buf format --write

lint: setup ## lint, types, import contracts
	@ruff format --quiet --check $(CODE) && ruff check --quiet $(CODE)
	@mypy $(filter-out charts tests,$(CODE))
	@lint-imports --no-logo | tail -n 3

check: lint ## everything that a commit must pass
	@pytest --quiet tests/architecture tests/unit

test: setup models ## the tests, without their long rounds
	@pytest --numprocesses 2 --dist loadgroup --ignore tests/e2e tests

test-%: setup models ## one folder of tests; SLOW=1 adds its long rounds
	@pytest tests/$* $(if $(SLOW),-m "slow or not slow")

test-e2e-full: ## the long rounds on a cluster: NEXT_TAG, PREVIOUS
	@$(MAKE) --no-print-directory test-e2e SLOW=1

fuzz: setup ## fuzz what is ours of parsing, by coverage: RUNS
	@$(UV) pip install --quiet --python $(BIN)/python --group fuzz
	@for target in filters documents; do PYTHONPATH=tests python -m rigs.fuzz $$target -runs=$(or $(RUNS),1000000) -max_len=3000 || exit 1; done

test-quality: setup models ## figures on real data: DATA=folder of BEIR sets
	@FOREBAY_DATA=$(DATA) pytest tests/quality -rA $(if $(DATA),-m "slow or not slow")

images: ## build the images: TAG, REGISTRY, BASE, NAMES="gateway client"
	@charts/images $(NAMES)

up: setup models ## start the embedded stack
	@forebay up

down: setup ## stop the embedded stack
	@forebay down

demo: setup models ## ask your own documents, start to end: DOCS=folder for yours
	@forebay demo $(DOCS)

bench: setup models ## the figures of docs/performance.md, side by side
	@forebay up && python -m bench
