# Three commands do everything, on a machine that has Python 3.10 or later and nothing else:
#
#   make demo    the main job
#   make test    every promise of tox.ini
#   make bench   how fast it is, against what people use today
#
# All set up what they need: a virtual environment in .venv and a container engine.

PYTHON ?= python3
DEMO   ?= -m containers.demo
BENCH  ?=

BIN   := .venv/bin
STAMP := .venv/.installed-from-pyproject
LOCAL := .venv/local-mode

# tox looks for python3.10 … python3.14 on PATH. Version managers keep theirs elsewhere: show it those too.
MANAGED := $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.* $(HOME)/.asdf/installs/python/3.* \
           $(HOME)/.local/share/uv/python/cpython-3.* $(HOME)/.local/share/mise/installs/python/3.*
FOUND   := $(wildcard $(foreach home,$(MANAGED),$(home)/bin/python3.1[0-9]))
EMPTY   :=
SPACE   := $(EMPTY) $(EMPTY)
TOX     := $(if $(FOUND),TOX_DISCOVER='$(subst $(SPACE),:,$(FOUND))' )$(BIN)/tox

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test bench compose engine fast shape types lint clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: engine ## run the main job: build the containers, host them, invoke them
	@$(BIN)/python $(DEMO)

test: engine ## keep every promise of tox.ini, real containers last
	@$(TOX) run-parallel --parallel auto --parallel-no-spinner --skip-env "containers|contract|oracles|sdk."
	@$(TOX) -q run -e containers,contract,oracles,sdk2,sdk3

bench: engine compose $(LOCAL)/.installed-from-pyproject ## measure, in about 25 minutes; BENCH="--quick launch" for a try
	@$(BIN)/python -m tests.benchmarks $(BENCH)

compose:
	@docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || { \
	    if [ "`id -u`" = 0 ] && command -v apt-get >/dev/null; then \
	        echo "installing docker-compose, for the SageMaker SDK's local mode"; \
	        export DEBIAN_FRONTEND=noninteractive; \
	        apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-compose >/dev/null; \
	    fi; \
	    command -v docker-compose >/dev/null; } || { \
	    echo "docker-compose is missing: everything but the SageMaker SDK's local mode will be measured."; \
	    echo "fix: as root, apt-get install -y docker-compose (or what your system calls it)"; } >&2

engine: $(STAMP) ## find a container engine, or install and start one
	@$(BIN)/byoc engine up --install

fast: $(STAMP) ## the tests that need no container engine, on the checkout
	@$(BIN)/pytest -m 'not engine'

shape: $(STAMP) ## floors, sizes, names and docstrings of the repository
	@$(BIN)/pytest tests/shape

types: $(STAMP) ## mypy --strict
	@$(TOX) -q run -e types

lint: $(STAMP) ## ruff: rules and format
	@$(TOX) -q run -e lint

clean: ## remove all that the other targets made in this checkout; the engine keeps running
	rm -rf .venv .tox .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(LOCAL)/.installed-from-pyproject: $(STAMP)
	@echo "setting up $(LOCAL), for the SageMaker SDK's local mode"
	@$(BIN)/python -m venv $(LOCAL)
	@$(LOCAL)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(LOCAL)/bin/python -m pip install --quiet --disable-pip-version-check --group local-mode
	@touch $@

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	    echo "$(PYTHON) was not found."; \
	    echo "fix: install Python 3.10 or later, or name yours: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; \
	    exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "$(PYTHON) is `$(PYTHON) --version 2>&1`; byoc-emulator needs Python 3.10 or later."; \
	    echo "fix: name a newer one: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; \
	    exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    if [ "`id -u`" = 0 ] && command -v apt-get >/dev/null; then \
	        echo "$(PYTHON) cannot make virtual environments yet: installing python3-venv"; \
	        export DEBIAN_FRONTEND=noninteractive; \
	        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; \
	    fi; \
	    $(PYTHON) -c 'import ensurepip, venv'; } >/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments: its modules venv and ensurepip are missing."; \
	    echo "fix: as root, apt-get install -y python3-venv (or what your system calls it), then run make again"; \
	    exit 1; } >&2
	@echo "setting up .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@
