# Everything lives in the project's own folder: .venv (Python, Node, npm), .local (the local cloud's data).
PY := .venv/bin/python
UV := .venv/bin/uv
SHELL := /bin/bash

.venv/.ready: requirements-dev.txt
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check uv==0.13.9
	$(UV) pip sync -q --require-hashes requirements-dev.txt
	touch $@

.venv/bin/stepwell: cli/stepwell | .venv/.ready
	ln -sf ../../cli/stepwell $@

setup: .venv/.ready .venv/bin/stepwell  ## install everything into .venv

lock:  ## lock Python requirements again
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements-dev.txt -q
	$(UV) pip sync -q --require-hashes requirements-dev.txt

.PHONY: setup lock
