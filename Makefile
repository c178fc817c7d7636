# Everything lives in the project's own folder: .venv (Python, Node, npm), node_modules (cdk), .local (the
# local cloud's data). `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# A shell that forbids bytecode makes every command import slowly.
unexport PYTHONDONTWRITEBYTECODE
# uv would install into the environment that happens to be active, not into ours.
unexport VIRTUAL_ENV
PY := .venv/bin/python
# What may be thrown away: it only saves the next run its work.
CACHE := $(CURDIR)/node_modules/.cache/stepwell
UV := .venv/bin/uv
# The packages are not installed: they lie where Lambda finds them. Not exported, or local Lambdas would see them too.
SOURCES := PYTHONPATH="$(CURDIR):$(CURDIR)/layers/core/python:$(CURDIR)/cli:$(CURDIR)/functions/serve_api"
# Speaks only when something is wrong.
quietly = out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }

help:  ## this list
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- run it -------------------------------------------------------------------------------------------------

up: setup node_modules  ## start the local cloud, deploy to it, load the demo workspace; says where to look
	@$(PY) -m local up >/dev/null
	@$(MAKE) -s --no-print-directory deploy-local
	@$(SOURCES) $(PY) -m local seed

down:  ## stop the local cloud; its data stays
	@test ! -x $(PY) || $(PY) -m local down

console: setup node_modules  ## build the console into console/dist
	@$(call quietly,$(NODE) vite build --logLevel warn console)

console-dev: setup node_modules  ## the console with live reload, on the running local cloud
	@$(NODE) STEPWELL_API="http://73434bfe.execute-api.localhost:$${STEPWELL_PORT:-4566}" vite console

demo: setup  ## the main job: real purchases, real e-mail, a journey of 14 days in about a minute
	@$(SOURCES) $(PY) -m local demo

# ---- is it right? -------------------------------------------------------------------------------------------

check: lint-common  ## the fast lane: format, lint, types, layers, fast tests
	@cd console && $(call quietly,$(NODE) STEPWELL_LINT=quick eslint --cache --cache-strategy content --cache-location $(CACHE)/eslint-quick --config eslint.config.mjs .)
	@$(call quietly,$(NODE) vitest run --root sdk/js --reporter dot)
	@$(call quietly,$(NODE) vitest run --root console --reporter dot)
	@$(PY) -m pytest -n 2 --dist loadfile -m "not cloud and not slow and not deep" tests/unit tests/golden tests/contract

# All parts run, so that one go shows all that is wrong.
test: setup node_modules/.ready-dev firefox  ## everything that CI runs
	@failed=0; $(MAKE) -s --no-print-directory lint || failed=1; $(MAKE) -s --no-print-directory synth || failed=1; \
	  $(MAKE) -s --no-print-directory test-sdk || failed=1; \
	  $(NODE) vitest run --root console --reporter dot || failed=1; \
	  $(PY) -m pytest -n 2 --dist loadfile -m "not deep" || failed=1; exit $$failed

test-sdk: node_modules/.ready-dev chromium  ## the browser client: size, unit tests, and in Chromium
	@$(NODE) node sdk/js/build.mjs
	@$(NODE) vitest run --root sdk/js --reporter dot --silent
	@$(NODE) playwright test --config sdk/js/playwright.config.ts

test-console: setup node_modules/.ready-dev chromium  ## the console in Chromium, on a local cloud of its own with the deployed console
	@$(NODE) $(PY) -m pytest -n 0 -m "" tests/cloud/test_console_in_browser.py

screenshots: setup node_modules/.ready-dev chromium  ## pictures of every page in both themes; the documentation's go to docs/screenshots
	@$(NODE) STEPWELL_SCREENSHOTS=1 $(PY) -m pytest -n 0 -k screenshots tests/cloud/test_console_in_browser.py

test-deep: setup node_modules  ## long property runs: thousands of drawn graphs
	@$(PY) -m pytest -n 2 -m deep --ignore tests/cloud

bench: setup  ## measure; prints a table and writes bench/results.json
	@$(SOURCES) $(PY) -m bench

lint: lint-common  ## ruff, mypy, import-linter, tsc, eslint; with the rules that ask for types, which cost most
	@cd console && $(call quietly,$(NODE) eslint --config eslint.config.mjs .)
	@echo "ruff, mypy, import-linter, tsc and eslint: nothing to say"

# Side by side: mypy and tsc each keep one core busy.
lint-common: setup node_modules/.ready-dev
	@$(MAKE) -s --no-print-directory -j 2 lint-python lint-typescript

lint-python:
	@$(call quietly,.venv/bin/ruff format --check --output-format concise .)
	@$(call quietly,.venv/bin/ruff check --output-format concise .)
	@$(call quietly,.venv/bin/mypy)
	@$(call quietly,$(SOURCES) .venv/bin/lint-imports)
	@$(call quietly,$(NODE) $(SOURCES) $(PY) -m local.api_types --check console/src/api)

lint-typescript:
	@$(call quietly,$(NODE) tsc --project sdk/js)
	@$(call quietly,$(NODE) eslint --config sdk/js/eslint.config.mjs sdk/js)
	@$(call quietly,$(NODE) tsc --project console --incremental --tsBuildInfoFile $(CACHE)/console.tsbuildinfo)

types: setup node_modules/.ready-dev  ## the console's types, from the API's OpenAPI document and the graph's schema
	@$(NODE) $(SOURCES) $(PY) -m local.api_types console/src/api

format: setup  ## format, and mend what ruff can mend
	@.venv/bin/ruff format -q .
	@.venv/bin/ruff check -q --fix .

synth: node_modules  ## the AWS templates into cdk.out, with cdk-nag and cfn-lint
	@$(call quietly,$(CDK) synth --quiet -c target=aws -c nag=1)
	@$(call quietly,.venv/bin/cfn-lint cdk.out/*.template.json)
	@echo "cdk synth, cdk-nag and cfn-lint: nothing to say"

# ---- what it needs ------------------------------------------------------------------------------------------

setup: .venv/.ready .venv/bin/stepwell  ## install what Python needs into .venv
node_modules: node_modules/.ready

.venv/.ready: requirements-dev.txt
	@test -x $(PY) || { \
	  for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; python=; \
	  done; \
	  test -n "$$python" || { echo "Stepwell needs Python 3.11 or newer as python3."; exit 1; }; \
	  echo "Installing into .venv and node_modules (the first time only) ..."; \
	  $$python -m venv .venv || { rm -rf .venv; echo "python3 has no venv; on Debian: apt-get install python3-venv"; exit 1; }; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-warn-script-location uv==0.13.9 2>&1 \
	  | grep -v '^WARNING: Location' || true; test -x $(UV)
	@$(UV) pip sync --quiet --require-hashes --python $(PY) requirements-dev.txt
	@touch $@

.venv/bin/stepwell: cli/stepwell | .venv/.ready
	@ln -sf ../../cli/stepwell $@

# What a deployment needs; the tools of the tests are many times as large.
node_modules/.ready: package-lock.json | .venv/.ready
	@$(NODE) npm ci --silent --ignore-scripts --no-audit --no-fund --omit=dev
	@touch $@

node_modules/.ready-dev: package-lock.json | .venv/.ready
	@$(NODE) npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch node_modules/.ready $@

# The one thing that does not come into this folder: a browser is a package of the system.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq >/dev/null 2>&1 && \
	  apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } || \
	  echo "No Chromium here, and only root can install it (Debian: apt-get install chromium): tests in the browser are skipped."

# Gets notifications in the tests; skipped where there is none, unless CI says that there must be.
firefox:
	@command -v firefox-esr firefox >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq >/dev/null 2>&1 && \
	  apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null 2>&1; } || \
	  echo "No Firefox here, and only root can install it (Debian: apt-get install firefox-esr): notifications in it are not tested."

# The CDK command, esbuild and the validator of state machines, run by the Node that is in .venv.
NODE := PATH="$(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$$PATH" CDK_DISABLE_VERSION_CHECK=1 CDK_DISABLE_STACK_TRACE=1
CDK := $(NODE) cdk

lock:  ## lock Python requirements again
	$(UV) pip compile pyproject.toml --group dev --extra jobs --extra images --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements-dev.txt -q
	$(UV) pip sync -q --require-hashes --python $(PY) requirements-dev.txt
	$(UV) pip compile pyproject.toml -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o layers/deps/requirements.txt -q
	echo duckdb | $(UV) pip compile - -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o layers/parquet/requirements.txt -q
	echo pillow | $(UV) pip compile - -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o layers/images/requirements.txt -q

# Away from cdk.json, or the bootstrap would synthesise the app for nothing.
bootstrap-local: node_modules
	@mkdir -p .local && eval "$$($(PY) -m local env)" && cd .local && $(CDK) bootstrap --ci aws://000000000000/us-east-1 > bootstrap.log 2>&1 || { cat .local/bootstrap.log; exit 1; }

deploy-local: bootstrap-local  ## deploy all stacks to the running local cloud
	@eval "$$($(PY) -m local env)" && $(CDK) deploy --all --concurrency 4 --require-approval never --ci --output .local/cdk.out --outputs-file .local/outputs.json -c target=local $(if $(WORKFLOWS),-c workflows="$(WORKFLOWS)" -c tenant="$(or $(TENANT),demo)") > .local/deploy.log 2>&1 || { cat .local/deploy.log; exit 1; }

clean: down  ## back to a fresh clone: deletes what was installed and built, and the local cloud's data
	@rm -rf .venv .node node_modules sdk/js/dist sdk/js/test-results console/dist console/test-results .local cdk.out layers/deps/build layers/parquet/build layers/images/build .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help up down demo console console-dev check test test-sdk test-console screenshots test-deep bench lint lint-common lint-python lint-typescript types format synth setup node_modules chromium firefox lock bootstrap-local deploy-local clean
