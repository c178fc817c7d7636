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
	$(UV) pip compile pyproject.toml -c requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url -o layers/deps/requirements.txt -q

# The CDK command and the validator of state machines, run by the Node that is in .venv.
NODE := PATH="$(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$$PATH" CDK_DISABLE_VERSION_CHECK=1 CDK_DISABLE_STACK_TRACE=1
CDK := $(NODE) cdk

node_modules/.ready: package-lock.json .venv/.ready
	$(NODE) npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@

node_modules: node_modules/.ready

synth: node_modules/.ready  ## synthesise the AWS templates into cdk.out, with cdk-nag and cfn-lint
	$(CDK) synth --quiet -c target=aws -c nag=1
	.venv/bin/cfn-lint cdk.out/*.template.json

# Away from cdk.json, or the bootstrap would synthesise the app for nothing.
bootstrap-local: node_modules/.ready
	mkdir -p .local && eval "$$($(PY) -m local env)" && cd .local && $(CDK) bootstrap --ci aws://000000000000/us-east-1 > bootstrap.log 2>&1 || { cat bootstrap.log; exit 1; }

deploy-local: node_modules/.ready bootstrap-local  ## deploy all stacks to the running local cloud
	eval "$$($(PY) -m local env)" && $(CDK) deploy --all --concurrency 4 --require-approval never --ci --output .local/cdk.out --outputs-file .local/outputs.json -c target=local

.PHONY: setup lock node_modules synth bootstrap-local deploy-local
