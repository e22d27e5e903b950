# Everything runs in .venv, made on first use and again whenever the lock changes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup chat test quality lint format lock pictures eval clean help

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## install everything into .venv

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "career-chat needs Python 3.11 or newer: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --editable .
	@# Compiles the modules that the program uses, a tenth of what is installed.
	$(BIN)/python -c "import rag.assistant, ui.page.page"
	touch $@

chat: setup ## serve the chat page on http://127.0.0.1:7860
	$(BIN)/career-chat serve

test: setup lint quality ## run every check and test (needs chromium)
	$(BIN)/pytest

quality: setup ## ask two corpora that nothing was made with; fails where the answers got worse
	$(BIN)/python -m eval.careers --data eval/corpora/gate --fail-under 40

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: setup ## measure the answers on the project's own questions
	$(BIN)/career-chat eval

pictures: setup ## make the README's pictures of the page
	$(BIN)/python -m ui.commands.screenshots docs/

lock: ## pin the newest versions that pyproject.toml allows
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	.venv-lock/bin/pip install --quiet --disable-pip-version-check '.[dev,serving]'
	.venv-lock/bin/pip freeze --exclude career-chat | sed -E 's/^(torch==[0-9.]+)\+.*/\1/; /^setuptools|^pip=/d' > requirements.lock
	rm -rf .venv-lock

clean: ## remove what was made
	rm -rf .venv .venv-lock build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis reports
