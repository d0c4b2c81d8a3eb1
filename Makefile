# `make` alone lists the commands. Everything is set up on the first call and reused afterwards.
PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) scripts/prepare.py

.DEFAULT_GOAL := help
.PHONY: help run test test-slow check fix bench docs build

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## set up, and open the demo project in the browser (ARGS="--port 3100" …)
	@$(SETUP) run
	@$(BIN)/debiai demo $(ARGS)

test: ## set up, and run every check and test but the slow ones (ARGS="tests/engine" …)
	@$(SETUP) test
	@$(BIN)/python scripts/tests.py $(ARGS)

test-slow: ## the slow suites: long fault runs, big files, memory
	@$(SETUP) test
	@$(BIN)/python scripts/tests.py --slow $(ARGS)

check: ## format, lint, types, import directions, generated files: verifies, changes nothing
	@$(SETUP) test
	@$(BIN)/python scripts/check.py

fix: ## format, and fix what the linters can fix
	@$(SETUP) test
	@$(BIN)/python scripts/check.py --fix

bench: ## measure against the peer, plain DuckDB and the machine; writes docs/benchmarks.md
	@$(SETUP) bench
	@$(BIN)/python -m bench $(ARGS)

docs: ## regenerate the generated files: OpenAPI, the page's API types
	@$(SETUP) test
	@$(BIN)/python scripts/generate.py

build: ## sdist and wheel, in dist/
	@$(SETUP) test
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
