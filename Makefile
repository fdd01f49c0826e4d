# The environment is made on first use; only Python (3.11 or newer) and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: race test test-slow check bench pictures clean

race: $(STAMP)  ## the showcase: live in a terminal, headless without one
	@$(BIN)/opttui race showcase

test: $(STAMP)  ## the suite, on two cores
	@$(BIN)/python -m pytest -q -n 2

test-slow: $(STAMP)  ## kill tests, fuzzing at full count
	@OPTTUI_EXAMPLES=any $(BIN)/python -m pytest -q -m slow

check: $(STAMP)  ## ruff, mypy strict, import rules
	@$(BIN)/ruff check opttui tests benchmarks docs
	@$(BIN)/ruff format --check opttui tests benchmarks docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## speed, memory and bytes; python -m benchmarks third_party, third_party_forks and tune take longer
	@$(BIN)/python -m benchmarks frame length machine memory plots race record startup whatif window

pictures: $(STAMP)  ## the README's picture, taken of the real screen
	@$(BIN)/python docs/picture.py docs/race.svg --size 120x36 --wait steps/s --after 14 --keys '\x1b[B' -- $(BIN)/opttui race showcase

$(STAMP): pyproject.toml constraints.txt
	@echo "opttui: making the environment in $(VENV) (a minute or two, once)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) dist build
