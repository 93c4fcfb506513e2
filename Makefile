# The few commands there are; each sets up what it needs, with nothing but python3 and make presumed.

PYTHON ?= python3
GAME ?= lantern_lake
export PYTHON
BIN := .venv/bin

.PHONY: demo dev test lint bench lock schema

demo: runtime                ## make a whole sample game, with no key, no GPU and no network
	$(BIN)/asset-pipeline materialize $(GAME)

dev: runtime                 ## open the Dagster UI
	$(BIN)/asset-pipeline dev

test: development            ## run every test
	@scripts/get-test-servers
	$(BIN)/pytest

lint: development            ## check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: development           ## measure speed and memory
	@for name in imaging definitions throughput demo; do \
	    $(BIN)/python -m asset_pipeline_tests.benchmarks.$$name || exit 1; \
	done

lock: development            ## pin the newest allowed packages, with hashes
	scripts/lock

schema: runtime              ## write the editors' JSON Schema anew
	$(BIN)/asset-pipeline schema > games/game.schema.json

.PHONY: runtime development
runtime:
	@scripts/install runtime
development:
	@scripts/install dev
