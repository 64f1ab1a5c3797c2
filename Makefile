# Every path is relative, so that a folder with a space in its name will do.
SHELL := bash
PYTHON := .venv/bin/python
export JAX_PLATFORMS ?= cpu
timed = @TIMEFORMAT='make $@: %0lR'; time

.DEFAULT_GOAL := help
.PHONY: help install book bundle test launch lint serve bench calibrate times data \
  picture lock links clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

install: ## Make .venv, the environment of the book, where it is not current
	@bash .ci/environment

book: install ## Execute chapters, build the site in _build/html (SOLUTIONS=no)
	$(timed) $(PYTHON) .venv/bin/jupyter-book build . --all -W -n --keep-going

bundle: install ## Write notebooks for Colab and Binder in _build/bundle
	$(timed) { { $(PYTHON) book/_ext/stamp.py || $(MAKE) book; } \
	  && $(PYTHON) book/_ext/launch_bundle.py; }

test: install ## Test package, chapters and the built site
	$(timed) { $(PYTHON) -m pytest --ignore tests/site --ignore tests/launch \
	  && { $(PYTHON) book/_ext/stamp.py || $(MAKE) book; } \
	  && $(PYTHON) -m pytest tests/site; }

launch: bundle ## Run a chapter's notebook where readers do (CHAPTERS=all)
	$(timed) $(PYTHON) -m pytest tests/launch

lint: install ## Check style and types of code, chapters and workflows
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@$(PYTHON) -m pytest -q tests/book
	@.venv/bin/zizmor --offline --quiet --persona auditor .github
	@$(PYTHON) .ci/workflows.py

serve: ## Show the built site at http://localhost:8000
	@test -d _build/html || { echo "Nothing is built yet: make book"; exit 1; }
	@$(PYTHON) -m http.server --directory _build/html --bind 127.0.0.1 8000

bench: install ## Run the benchmarks; results go to benchmarks/results
	@$(PYTHON) benchmarks/run.py

calibrate: install ## Simulate and rank anew; ranks go to benchmarks/results
	@$(PYTHON) benchmarks/calibrate.py

times: install ## Measure anew how long each chapter's code runs
	@rm -rf .cache/jax _build/.jupyter_cache && $(MAKE) book
	@$(PYTHON) book/_ext/times.py

data: install ## Make the tables of radon/tables anew from the raw survey
	@$(PYTHON) -m radon.tables.rebuild

picture: install ## Take the picture of README.md from the built book
	@$(PYTHON) .ci/picture.py

lock: install ## Write requirements.txt anew (NEWEST=yes: with the newest versions)
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.12 \
	  --generate-hashes --no-header $(if $(NEWEST),--upgrade) \
	  $(addprefix --group ,book lint test) pyproject.toml -o requirements.txt

links: install ## Follow every link that leaves the book
	@$(PYTHON) .venv/bin/jupyter-book build . --builder custom --custom-builder linkcheck

clean: ## Remove what was built, keep the environment
	@rm -rf _build
