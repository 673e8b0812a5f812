# il2ward: `make demo` shows it, `make test` proves it. Needs Python 3.11 or newer and make; nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Bytecode is written wherever make runs: a dozen processes of tests and hundreds of commands would else compile it anew.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
JOBS ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 1) + 1 )))
PLAY ?=
SPEED ?=
VENV := .venv
BIN := $(VENV)/bin
# Test files run side by side, one process more than cores, because one waits for a browser or a worker most of the time;
# those that promise a time run alone after them, on the embedded engines.
# ARGS chooses tests instead (ARGS="-n0 tests/dosing").
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-header --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe
# The machine's npm when it has one, else the one of a Python package.
NPM = $(or $(shell command -v npm),$(BIN)/npm)
PYTHON ?= $(or $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	command -v $$candidate >/dev/null 2>&1 \
	&& $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$candidate; break; }; done),no-python)

.PHONY: help demo test test-postgres journeys mutations screens bench check check-types check-rest lock clean-home

help:  ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.runtime.stamp node_modules/.runtime.stamp  ## run a demonstration ward [PORT=8000] [PLAY=file] [SPEED=60]
	@IL2WARD_MODE=demo exec $(BIN)/python manage.py ward --demo --port $(PORT) \
		$(if $(PLAY),--play $(PLAY)) $(if $(SPEED),--speed $(SPEED))

test: $(VENV)/.dev.stamp node_modules/.dev.stamp  ## run the whole suite on the embedded engines
ifdef ARGS
	@$(PYTEST) $(ARGS)
else
	@$(PYTEST) -m "not timed"
	@if [ -z "$${IL2WARD_DATABASE_URL:-}" ]; then \
		$(BIN)/pytest -m timed $$(grep -rlE 'mark\.timed' --include='test_*.py' tests); fi
endif

test-postgres: $(VENV)/.dev.stamp node_modules/.dev.stamp  ## run the suite on a throwaway PostgreSQL
	@$(BIN)/python -m il2ward.embedded.postgres $(MAKE) test

journeys: $(VENV)/.dev.stamp node_modules/.dev.stamp  ## walk every journey by finger on two tablets and a phone, and by the keyboard alone
	@for device in tablet upright phone keyboard; do \
		echo "journeys with: $$device"; TEST_DEVICE=$$device $(BIN)/pytest -m "browser and not timed" tests/journeys; done

mutations: $(VENV)/.dev.stamp  ## put deliberate faults into rule code and count those that no test notices
	@$(BIN)/python -m tests.mutations.run

screens: $(VENV)/.dev.stamp node_modules/.dev.stamp  ## take small pictures of every page into docs/screens/
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.screens

bench: $(VENV)/.dev.stamp  ## measure how fast this machine grades
	@$(BIN)/python -m tests.bench.grading

check: $(VENV)/.dev.stamp  ## ruff, mypy, import contracts, migrations, deployment settings
	@$(MAKE) -j2 --output-sync=target check-types check-rest

check-types: $(VENV)/.dev.stamp  ## strict types alone
	$(BIN)/mypy

check-rest: $(VENV)/.dev.stamp  ## what make check asks beside the types
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/lint-imports --no-cache
	IL2WARD_HOME=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run
	IL2WARD_HOME=$$(mktemp -d) IL2WARD_MODE=production IL2WARD_ALLOWED_HOSTS=ward.example.org \
		IL2WARD_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(40))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

lock: $(VENV)/.dev.stamp  ## resolve every dependency anew, with hashes
	$(COMPILE) --upgrade -o requirements/runtime.txt requirements/runtime.in
	$(COMPILE) --upgrade -o requirements/dev.txt requirements/dev.in
	$(COMPILE) --upgrade -o requirements/node.txt requirements/node.in
	$(NPM) install --package-lock-only

clean-home:  ## delete the data of the demonstration in var/
	@if [ -S var/run/redis.sock ]; then echo "A ward is running on var/: end it first."; exit 1; fi
	rm -rf -- var

$(BIN)/python:
	@if [ "$(PYTHON)" = no-python ]; then echo "il2ward needs Python 3.11 or newer, and none was found."; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments: install its venv package (Debian: python3-venv)."; exit 1; }
	@echo "making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime.stamp: requirements/runtime.txt | $(BIN)/python
	@echo "installing the Python packages of the service"
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev.stamp: requirements/dev.txt requirements/runtime.txt | $(BIN)/python
	@echo "installing the Python packages of the service and its tests"
	@$(PIP) -r requirements/dev.txt
	@touch $(VENV)/.runtime.stamp $@

$(VENV)/.npm.stamp: requirements/node.txt | $(BIN)/python
	@if ! command -v npm >/dev/null; then \
		echo "installing Node.js from a Python package"; $(PIP) -r requirements/node.txt; fi
	@touch $@

node_modules/.runtime.stamp: package-lock.json package.json | $(VENV)/.npm.stamp
	@echo "installing the front-end packages"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(NPM) ci --omit=dev --loglevel=error >/dev/null
	@touch $@

node_modules/.dev.stamp: package-lock.json package.json | $(VENV)/.npm.stamp
	@echo "installing the front-end packages and what tests them"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(NPM) ci --loglevel=error >/dev/null
	@touch node_modules/.runtime.stamp $@
