# Everything is set up in .venv, from pyproject.toml and constraints.txt, and again only where one of them changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
# What `make peers`, `make operators` and `make mutants` found before, looked up by the shell when a report is made.
FOUND := $$(for found in "peers peers" "operators operators" "mutants mutants" \
  "mutants mutations" "mutants repairs"; do set -- $$found; \
  test ! -f build/$$2.json || echo "--$$1 build/$$2.json"; done)
.DEFAULT_GOAL := help

.PHONY: help
help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-9s %s\n", $$1, $$2 }'

.PHONY: report
report: $(VENV)/ready ## compare manual with torch and write build/report, and build/report/beyond of the rest of the course
	$(BIN)/gradecheck report $(FOUND) --out build/report; status=$$?; \
	  $(BIN)/gradecheck report --pack beyond --out build/report/beyond && exit $$status
	@echo "The reports are in $(CURDIR)/build/report and in $(CURDIR)/build/report/beyond"

.PHONY: test
test: $(VENV)/ready ## every test, on all cores; ARGS="-k softmax" narrows it
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: bench
bench: $(VENV)/ready ## measure the speeds and write build/bench.json
	$(BIN)/python -m benchmarks

.PHONY: mutants
mutants: $(VENV)/ready ## the suite proves itself: mistakes of the catalogue and planted ones, then `mutate`; build/mut*, build/repairs*
	$(BIN)/python -m tests.mutants $(ARGS)
	$(BIN)/python -m tests.mutants.runner
	$(BIN)/python -m tests.mutants.repairs; status=$$?; \
	  $(BIN)/gradecheck report $(FOUND) --out build/report && exit $$status

.PHONY: mutate
mutate: $(VENV)/ready ## change our own sources place by place, by mutmut's operators and ours: a test must notice
	$(BIN)/python -m tests.mutants.runner $(ARGS)

.PHONY: peers
peers: $(VENV)/ready-peers ## hold published code (scikit-learn, jax, ...) against torch; into build/peers.md and the report
	$(BIN)/python -m gradecheck.peers $(ARGS); status=$$?; \
	  $(BIN)/gradecheck report $(FOUND) --out build/report && exit $$status

.PHONY: operators
operators: $(VENV)/ready-operators ## hold torch's own operators to their derived bounds; into build/operators.md and the report
	$(BIN)/python -m gradecheck.operators $(ARGS); status=$$?; \
	  $(BIN)/gradecheck report $(FOUND) --out build/report && exit $$status

.PHONY: lint
lint: $(VENV)/ready-dev ## ruff
	$(BIN)/ruff check

.PHONY: types
types: $(VENV)/ready-dev ## mypy
	$(BIN)/mypy

.PHONY: check
check: lint types test ## lint, types and tests

.PHONY: wheel
wheel: $(VENV)/ready ## build the wheel and import every module from it
	rm -rf build/wheel
	$(BIN)/python -m pip wheel --disable-pip-version-check --no-deps --wheel-dir build/wheel .
	$(BIN)/python .ci/wheel.py build/wheel

.PHONY: clean
clean: ## remove what was made, but not .venv
	rm -rf build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and \
	  "gradecheck: Python is %d.%d, but should be 3.11 or newer; name one with make PYTHON=python3.11" % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable ".[report,data,notebooks,test]"
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(INSTALL) --editable ".[report,data,notebooks,test,dev]"
	@touch $@

$(VENV)/ready-operators: $(VENV)/ready
	$(INSTALL) --editable ".[report,data,notebooks,test,operators]"
	@touch $@

$(VENV)/ready-peers: $(VENV)/ready
	$(INSTALL) --editable ".[report,data,notebooks,test,peers]"
	@touch $@
