# Tallystick's commands. `make` alone lists them. Needs Python 3.11 or newer with venv, and GNU make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
MESSAGES := $(VENV)/.messages
PO := $(wildcard src/tallystick/*/locale/*/LC_MESSAGES/*.po)
UV_FLAGS := --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
            --python-version 3.11 --extra dev

.DEFAULT_GOAL := help
.PHONY: help install run test check bench soak docs lock clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

install: $(INSTALLED) $(MESSAGES) ## Make .venv and install what requirements.lock names, if anything changed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tallystick needs Python 3.11 or newer. Name one: make PYTHON=python3.12 …" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(MESSAGES): $(PO) tools/compile_messages.py $(INSTALLED)
	$(BIN)/python tools/compile_messages.py
	@touch $@

run: install ## Serve a demo commission on http://localhost:8000 (another port: PORT=8080)
	$(BIN)/tallystick site demo --once
	$(BIN)/tallystick site serve --port $(PORT)

test: install ## Run every test but the long ones
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: install ## Lint, types, import rules, documentation and its links, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_docs.py
	$(BIN)/python tools/compile_messages.py --check

bench: install ## Measure every headline figure against its peer; writes bench/results.json
	$(BIN)/python -m bench

soak: install ## Run the long tests at full size
	TALLYSTICK_SCALE=1 $(BIN)/python -m pytest -m soak

docs: install ## Check the documentation and its links (nothing in it is generated so far)
	$(BIN)/python tools/check_docs.py

lock: $(BIN)/python ## Choose dependency versions anew and write requirements.lock
	$(BIN)/python -m pip show --quiet uv 2>/dev/null || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(UV_FLAGS) --upgrade --quiet --output-file requirements.lock pyproject.toml

clean: ## Remove .venv and what tools leave behind; .tallystick, with its commission, stays
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
	find src -maxdepth 1 -name '*.egg-info' -exec rm -rf {} +
