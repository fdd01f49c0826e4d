# The environment is made on first use; only Python (3.11 or newer) and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: race test test-slow test-integrations check bench pictures clean

race: $(STAMP)  ## the showcase: live in a terminal, headless without one
	@$(BIN)/opttui race showcase

test: $(STAMP)  ## the suite, on two cores
	@$(BIN)/python -m pytest -q -n 2

test-slow: $(STAMP)  ## kill tests, fuzzing at full count
	@OPTTUI_EXAMPLES=any $(BIN)/python -m pytest -q -m slow

test-integrations: $(STAMP)  ## opttui.track's callbacks against the real Lightning and Hugging Face, in an environment beside the usual one
	@test -x .venv-integrations/bin/python || $(PYTHON) -m venv .venv-integrations
	@echo "$(CURDIR)/$(VENV)/lib/python$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')/site-packages" > .venv-integrations/lib/python$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')/site-packages/usual.pth
	@.venv-integrations/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt pytorch-lightning transformers accelerate
	@OPTTUI_INTEGRATIONS=must .venv-integrations/bin/python -m pytest -q tests/tracking/test_tracking_callbacks.py

check: $(STAMP)  ## ruff, mypy strict, import rules
	@$(BIN)/ruff check opttui tests benchmarks docs
	@$(BIN)/ruff format --check opttui tests benchmarks docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## speed, memory and bytes; python -m benchmarks third_party, third_party_forks and tune take longer
	@$(BIN)/python -m benchmarks channel frame length machine memory plots race record sources startup track whatif window

pictures: $(STAMP)  ## the README's picture, taken of the real screen
	@$(BIN)/python docs/picture.py docs/race.svg --size 120x36 --wait steps/s --after 9 --keys '\x1b[B' -- $(BIN)/opttui race showcase

$(STAMP): pyproject.toml constraints.txt
	@echo "opttui: making the environment in $(VENV) (a minute or two, once)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) .venv-integrations dist build
