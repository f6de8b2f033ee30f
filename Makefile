# The only entrance. `make` prints what it can do.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv --quiet
MEMBERS := protos chassis pool client model-repository $(wildcard services/*)
CODE := chassis pool client services model-repository bench tests
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup lock protos models fmt lint check test up down demo bench
help: ## print this
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## create .venv from requirements.lock

.venv/.ready: requirements.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.13.9,<0.14'; }
	@$(UV) pip sync --python $(BIN)/python requirements.lock
	@$(UV) pip install --python $(BIN)/python --no-deps $(foreach member,$(MEMBERS),-e ./$(member))
	@touch $@

lock: ## resolve the dependencies again and write requirements.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet 'uv>=0.13.9,<0.14'; }
	@flock .venv/.lock -c '$(UV) lock && $(UV) export --all-packages --all-groups --no-emit-workspace --no-header --output-file requirements.lock >/dev/null'

protos: setup ## generate the Python code of the contracts
	@protos/generate
