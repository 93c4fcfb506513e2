# The few commands there are; each sets up what it needs, with nothing but python3 and make presumed.

PYTHON ?= python3
GAME ?= lantern_lake
export PYTHON
BIN := .venv/bin

.PHONY: demo dev test lint bench chaos lock schema

demo: runtime                ## make a whole sample game; PROVIDER=runpod|scenario|comfyui shows that provider, by its double
ifneq ($(filter-out local,$(PROVIDER)),)
	$(BIN)/python -m asset_pipeline.testing.demo $(PROVIDER) $(GAME)
else
	$(BIN)/asset-pipeline materialize $(GAME)
endif

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
	@for name in imaging measuring atlas gallery definitions throughput providers demo; do \
	    $(BIN)/python -m asset_pipeline_tests.benchmarks.$$name || exit 1; \
	done

chaos: development           ## kill the pipeline fifty times and count what was paid twice or lost
	$(BIN)/python -m asset_pipeline_tests.chaos --kills 50

lock: development            ## pin the newest allowed packages, with hashes
	scripts/lock

schema: runtime              ## write the editors' JSON Schema anew
	$(BIN)/asset-pipeline schema > games/game.schema.json

.PHONY: runtime development
runtime:
	@scripts/install runtime
development:
	@scripts/install dev
