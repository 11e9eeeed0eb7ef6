# `make demo` and `make test` do all their own set-up. Everything installed is pinned in constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
PARTS := pyproject.toml constraints.txt Makefile

.PHONY: demo test test-long lint types walls check bench clean

demo: $(VENV)/.demo
	$(BIN)/modeloid demo demo

test: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

test-long: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m long $(TESTS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

walls: $(VENV)/.test
	$(BIN)/lint-imports

check: test lint types walls

bench: $(VENV)/.test
	$(BIN)/python benchmarks/cycle_overhead.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "modeloid needs Python 3.11 or newer; name one: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python $(PARTS)
	$(PIP) --editable ".[score,audio]"
	touch $@

# torch is named in the same call as what needs it, so that the pinned build is the one that is taken.
$(VENV)/.test: $(BIN)/python $(PARTS) $(shell find tests/outside -name "*.py" -o -name "*.toml")
	$(PIP) torch==2.13.0 --editable ".[all,test]"
	$(PIP) --no-deps ./tests/outside/modeloid_walks
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist demo
