# ET Heatmap. `make` prints what there is; every line of it is one of the comments below.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
ARGS ?=
SERVERS := (integration or browser) and not soak
# Images of containers often forbid Python to keep what it compiled. Here it may: each of the
# hundred processes of a run would compile all that it imports, for one to three seconds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run demo stop install install-dev test servers lint format types unit integration browser \
	soak bench bench-quality mutants chromium constraints golden docs clean

help: ## Print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Install what is missing, start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/heat up $(ARGS)

demo: install ## The same with a simulated world whose clock runs faster than ours
	@exec $(BIN)/heat demo $(ARGS)

stop: install ## Stop what runs in the background or in another terminal
	@$(BIN)/heat down; $(BIN)/heat down --demo

# Linters and types take one core for a minute: beside the tests they are told of when these end.
test: install-dev chromium ## Everything that CI runs: linters, types, every test but the soak
	@told=$$(mktemp); trap 'rm -f "$$told"' EXIT; \
	$(MAKE) lint types >"$$told" 2>&1 & checks=$$!; \
	unit=0; $(MAKE) unit || unit=$$?; \
	checked=0; wait $$checks || checked=$$?; \
	echo "== lint and types, which ran beside the unit tests"; cat "$$told"; \
	[ $$unit -eq 0 ] && [ $$checked -eq 0 ]
	$(MAKE) servers

# Two at a time, each with servers of its own. What fails beside another is tried once more with
# the machine to itself, and says so: a deadline that was missed under load is no wrong answer.
servers: install-dev chromium ## Tests on real servers and in a real browser, two files at a time
	$(PYTEST) -n 2 --dist loadfile --durations=30 -m "$(SERVERS)" $(ARGS) || { \
		code=$$?; [ $$code -eq 1 ] || exit $$code; \
		echo "== once more, one after another: what failed above"; \
		$(PYTEST) --last-failed --last-failed-no-failures none -m "$(SERVERS)" $(ARGS); }

lint: install-dev ## ruff, and import-linter's contracts between the packages
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

format: install-dev ## Let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install-dev ## mypy, strict
	$(BIN)/mypy

unit: install-dev ## Tests that need no server, no browser and no patience
	$(PYTEST) -n auto --dist loadfile -m "not integration and not browser and not soak" $(ARGS)

integration: install-dev ## Tests on a real broker, database and Redis, which they start themselves
	$(PYTEST) -m "integration and not browser and not soak" $(ARGS)

browser: install-dev chromium ## The dashboard in a real Chromium
	$(PYTEST) -m browser $(ARGS)

soak: install-dev chromium ## The tests that are too slow for every run: many kills, long recordings
	$(PYTEST) -m soak $(ARGS)

# Two are left out. `forecast_left_out FOLDER_OF_CSV` fits the forecast once for each series: many
# minutes. `rising BOARD.csv.gz` needs lists (time,item,value,rank), and none is among the
# benchmarks. Both run as `.venv/bin/python -m tests.bench.quality.<name>`.
bench-quality: install-dev ## Detection on the public benchmarks, beside the figures to beat; not the slow forecast_left_out and rising
	@for bench in tests/bench/quality/[a-z]*_bench.py; do \
		name=$${bench#tests/bench/quality/}; echo "== $${name%.py}"; \
		$(BIN)/python -m "tests.bench.quality.$${name%.py}" $(ARGS); \
	done

bench: install-dev ## Speed of every stage beside a bare loop over the same topic, on a real broker
	@for bench in tests/bench/[a-z]*.py; do \
		name=$${bench#tests/bench/}; echo "== $${name%.py}"; \
		$(BIN)/python -m "tests.bench.$${name%.py}" $(ARGS); \
	done

mutants: install-dev ## Change one thing at a time in the scoring core; fail when no test notices
	nice -n 19 $(BIN)/python -m tests.mutation $(ARGS)

golden: install-dev ## Write the expected alerts and figures of the simulated weeks anew
	@$(BIN)/python -m tests.golden

docs: install-dev ## Write the generated sections of the README anew
	@$(BIN)/python -m tests.test_readme

constraints: install-dev ## Pin the newest versions that pyproject.toml allows, with their digests
	echo hatchling | $(BIN)/uv pip compile pyproject.toml - --all-extras --universal --upgrade \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet \
		--output-file constraints.txt

clean: ## Remove what was made: the environment, caches and the data of the embedded stack
	@if [ -x $(BIN)/heat ]; then $(BIN)/heat down || true; $(BIN)/heat down --demo || true; fi
	rm -rf .venv .heat .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache \
		bench-out dist tests/gateway/foreign/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@deploy/install.sh run

install-dev:
	@deploy/install.sh dev

chromium:
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "heat: installing Debian's chromium for the tests of the dashboard"; \
		apt-get update -q && \
		DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; \
	else \
		echo "heat: no chromium on the PATH; the tests of the dashboard will be skipped." \
			"Install your system's chromium package to run them."; \
	fi
