# Everything is set up by itself in .venv; nothing is installed outside this folder.
# With several Pythons: make PYTHON=python3.12 ...

PYTHON ?= $(firstword $(foreach p,python3 python3.11 python3.12 python3.13 python3.14,$(if \
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(p))))
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras \
	--allow-unsafe --generate-hashes --no-emit-options --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links
# What the product needs, and what checking it needs besides.
PRODUCT := .venv/.product-installed
TOOLS := .venv/.tools-installed

.PHONY: help demo install run test check bench format migration lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo       the whole product on a simulated Telegram and shop: needs no account'
	@echo 'make install    what the product needs, into .venv (the others do that by themselves)'
	@echo 'make run        the product itself, with the settings of .env'
	@echo 'make test       all tests, on SQLite and PostgreSQL'
	@echo 'make check      format, lint, types, import rules, translations, migrations, locks'
	@echo 'make bench      measurements'
	@echo 'make format     lay the code out'
	@echo 'make migration  write a migration for changed models'
	@echo 'make lock       lock the newest versions that requirements*.in allow'
	@echo 'make clean      remove .venv and everything else that can be made again'

demo: $(PRODUCT)
	@$(BIN)/python -m sandbox

install: $(PRODUCT)

run: $(PRODUCT)
	@$(BIN)/python -m bot

test: $(TOOLS)
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term $(ARGS)

check: $(TOOLS)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m bot.i18n_check
	@# The models and the migrations agree; lock files, Makefile and layout keep their promises.
	$(BIN)/pytest -q tests/test_architecture.py tests/test_project.py \
		tests/models/test_migrations.py::test_models_and_migrations_agree

bench: $(TOOLS)
	@$(BIN)/python -m benchmarks

format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migration: $(TOOLS)
	$(BIN)/tortoise makemigrations

lock: $(TOOLS)
	$(PIP_COMPILE) --upgrade --output-file=requirements.txt requirements.in
	$(PIP_COMPILE) --upgrade --output-file=requirements-dev.txt requirements-dev.in

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PRODUCT): requirements.txt | $(BIN)/python
	@echo 'Installing what Kramar needs into .venv ...'
	@$(PIP_INSTALL) -r $<
	@touch $@

$(TOOLS): requirements-dev.txt | $(BIN)/python
	@echo 'Installing what Kramar and its checks need into .venv ...'
	@$(PIP_INSTALL) -r $<
	@touch $@ $(PRODUCT)

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'Kramar needs Python 3.11 or newer.' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo 'Python cannot make .venv; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
