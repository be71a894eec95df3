# `make demo` and `make test` do all the set-up that they need; Python 3.11 and make are all a machine must have.
PYTHON ?= python3.11
PORT ?= 8000
BIN := .venv/bin

.PHONY: help setup demo test lint types contracts unit browser stored format lock clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/.run frontend  ## Make the virtual environment with locked dependencies and build the front end

demo: setup  ## Serve the desk with examples on SQLite (PORT=8000; FRESH=1 begins again)
	@PORT=$(PORT) $(BIN)/candour demo $(if $(FRESH),--fresh)

test: .venv/.develop frontend  ## Run everything: lint, types, contracts, unit, property and browser tests
	@$(MAKE) --no-print-directory lint types contracts unit browser

lint:  ## Check style and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -z '*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check

types:  ## Check types
	$(BIN)/mypy

contracts:  ## Check that the arrows between the packages run one way
	$(BIN)/lint-imports

unit:  ## Run the unit and property tests
	$(BIN)/pytest -n auto --ignore=tests/browser

browser:  ## Drive a real Chromium through whole journeys
	$(BIN)/pytest -n auto tests/browser

# The tests of these touch no database, as tests/test_make.py holds: they need not run again on another one.
PURE := law letters tables files

stored:  ## Run what a database can change, on the one that CANDOUR_DATABASE names
	$(BIN)/pytest -n auto --ignore=tests/browser $(PURE:%=--ignore=tests/%)
	@$(MAKE) --no-print-directory browser

format:  ## Put the code into its form
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock:  ## Lock the dependencies anew (needs uv on PATH)
	sh requirements/lock.sh

clean:  ## Take away everything that was made
	rm -rf .venv .venv-node var frontend/node_modules src/candour/site/static

.PHONY: frontend
frontend:
	@sh frontend/build.sh
	@! [ -x $(BIN)/python ] || $(BIN)/python -m candour.portal.catalogue_of_words

# A stamp for each lock file: pip runs again only when the lock has changed.
.venv/.run: requirements/run.txt requirements/build.txt pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" run && touch $@

.venv/.develop: requirements/develop.txt requirements/build.txt pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" develop && touch $@ .venv/.run
