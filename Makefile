# Carillon's few commands. `make run` needs nothing but make and Python 3.11 or 3.12.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
TESTS ?= tests
WORKERS ?= 2
ASSETS := $(shell find app/static app/local/assets.py -path app/static/dist -prune -o -type f -print 2>/dev/null)
CHECKED := app wsgi.py worker.py tests bench migrations

.PHONY: help setup run test bench lint reset screenshots lock

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

setup: .setup-run .setup-assets ## install and build everything that running needs; start nothing

run: setup ## start the whole portal; Ctrl-C stops it
	@exec $(BIN)/carillon run

test: setup .setup-dev ## run every test on servers of their own (TESTS= chooses some)
	@exec $(BIN)/pytest -n $(WORKERS) $(TESTS)

bench: setup .setup-dev ## measure (NAME= chooses one)
	@exec $(BIN)/python -m bench $(NAME)

lint: .setup-dev ## check style, types, layers and templates; report what grew large
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet app/templates
	$(BIN)/python -m tests.architecture.sizes

reset: .setup-run ## stop the portal and remove its data, after asking (FORCE=1: without)
	@$(BIN)/carillon reset $(if $(FORCE),--yes)

screenshots: setup .setup-dev ## photograph the main pages into screenshots/
	@exec $(BIN)/python -m tests.journeys.screenshots

lock: .setup-dev ## choose the newest allowed versions and write them down with their hashes
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

# The stamps say what was done; each is older than what it was made from when it has to be done again.
.setup-run: requirements.txt pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.setup-dev: requirements-dev.txt .setup-run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.setup-assets: .setup-run package.json package-lock.json $(ASSETS)
	$(BIN)/python -m app.local.assets
	@touch $@

# A Python that answers and can make environments; a program of that name alone proves neither.
$(BIN)/python:
	@usable= lacking=; \
	for name in $(PYTHON) python3.11 python3.12 python3; do \
		$$name -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null || continue; \
		if $$name -c 'import ensurepip, venv' 2>/dev/null; then usable=$$name; break; fi; \
		lacking=$${lacking:-$$name}; \
	done; \
	if [ -n "$$usable" ]; then \
		echo "Making .venv with $$($$usable --version)"; $$usable -m venv --clear .venv; \
	elif [ -n "$$lacking" ]; then \
		version=$$($$lacking -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$lacking has no ensurepip. On Debian or Ubuntu: apt install python$$version-venv" >&2; exit 1; \
	else \
		echo "Carillon needs Python 3.11 or 3.12. On Debian or Ubuntu: apt install python3.11 python3.11-venv" >&2; exit 1; \
	fi
