# Every target makes .venv when it is missing; Python 3.11 and make are all that is needed.
#   make demo     the whole loop on the sample corpus, with a real Label Studio
#   make test     all tests that this machine can run; it lists what it could not
#   make unit     the fast tests alone
#   make check    types, style, layers
#   make transformers  what the tests of transformers need; make test makes it itself
#   make studio   Label Studio for the workspace in this directory
#   make site     the documentation as a site, in build/site/html
#   make bench    the benchmarks (paths as arguments: see benchmarks/README.md)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TRANSFORMERS := $(VENV)/transformers
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PYTEST := $(BIN)/python -m pytest
# The fast tests make thousands of small files, and no test of theirs is about a disk.
MEMORY := $(shell test -w /dev/shm && echo /dev/shm || echo $${TMPDIR:-/tmp})

.PHONY: demo test unit check studio bench docs site clean transformers

demo: $(READY)
	$(BIN)/annotate demo demo

test: check $(TRANSFORMERS)/.ready
	$(PYTEST) -n 2 --dist loadgroup

unit: $(READY)
	TMPDIR=$(MEMORY) HYPOTHESIS_PROFILE=quick $(PYTEST) -q -n 2 -m "not server and not browser and not slow"

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

studio: $(READY)
	$(BIN)/annotate studio start
	$(BIN)/annotate studio open --show-password

bench: $(READY)
	$(BIN)/python benchmarks/sample_corpus/agreement.py
	$(BIN)/python benchmarks/span_crf.py

docs: $(READY)
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_architecture.py

site: $(READY)
	$(BIN)/python docs/make_site.py build/site

clean:
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis

transformers: $(TRANSFORMERS)/.ready

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13)) or None' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt "pip>=25.1"
	$(PIP) install -c constraints.txt -e ".[studio,html,serve,vectors,documents,parquet,uima,llm,claims,gamma,archive,ray,remote]" --group dev --group site
	touch $@

# PyTorch is large, and where it is installed spaCy imports it each time: it has an environment of
# its own, on top of .venv, in which the tests of transformers alone run.
$(TRANSFORMERS)/.ready: pyproject.toml constraints.txt | $(READY)
	$(BIN)/python -m venv --clear --without-pip $(TRANSFORMERS)
	$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' > $$($(TRANSFORMERS)/bin/python \
		-c 'import site; print(site.getsitepackages()[0])')/venv.pth
	$(PIP) --python $(TRANSFORMERS)/bin/python install -c constraints.txt -e ".[transformers]"
	touch $@
