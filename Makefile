# Setup, demo and tests. Needs Python 3.10 or newer and make; everything else is installed here.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Without compiled modules, every call of Meltano or dbt takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin
OPENAPI := taps/tap-shopapp/openapi.yaml
SCHEMAS := -m shop_fakes.shopify_fetch
# Node checks the scripts of the results page; the page does not need Node.
SCRIPTS := utilities/ecommerce-ext
REDOCLY := REDOCLY_TELEMETRY=off npx --yes @redocly/cli@2.77.0
PYPROJECTS := pyproject.toml $(wildcard taps/*/pyproject.toml targets/*/pyproject.toml utilities/*/pyproject.toml \
	packages/*/pyproject.toml demo/pyproject.toml)

.PHONY: help
help: ## List all targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: install
install: .venv/installed ## Install the packages of uv.lock into .venv

.venv/installed: uv.lock $(PYPROJECTS)
	@echo "Installing the packages of uv.lock into .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	@$(BIN)/uv sync --frozen --quiet
	@touch $@

.PHONY: demo
demo: .venv/installed ## Run the module on a demo shop with a private Postgres
	@echo "1/5 Starting a shop and a warehouse …"
	@$(BIN)/shopapp-demo up
	@echo "2/5 Installing Meltano's plugins …"
	@$(BIN)/meltano --log-level warning install
	@set -a; source .demo/environment; set +a; \
	echo "3/5 Extracting, loading, building: meltano run ecommerce-sync …"; \
	$(BIN)/meltano run ecommerce-sync; \
	echo "4/5 Writing documentation and results: meltano run ecommerce-docs ecommerce-results …"; \
	$(BIN)/meltano run ecommerce-docs ecommerce-results; \
	echo "5/5 What is in the tables:"; \
	$(BIN)/shopapp-demo summary

.PHONY: demo-down
demo-down: ## Stop the demo's shop and Postgres
	@test ! -x $(BIN)/shopapp-demo || $(BIN)/shopapp-demo down

.PHONY: schemas
schemas: .venv/installed ## Fetch Shopify's published schemas, which some tests need
	$(BIN)/python $(SCHEMAS)

# Slow test files, in addition to the tests with the marker `thorough`.
THOROUGH := tests/integration/test_online_retail.py utilities/ecommerce-ext/tests/test_dbt_commands.py \
	taps/tap-shopapp/tests/test_fault_injection.py
# One worker more than cores, since workers wait for servers and databases part of the time. Each
# free worker takes the next file, in the order of testpaths.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: test
test: .venv/installed ## Run all tests except those of slow, thorough and live
	@$(BIN)/python $(SCHEMAS) || echo "The tests that need them are skipped."
	$(BIN)/pytest $(PARALLEL) -m "not thorough and not slow" --ignore tests/live \
		$(addprefix --ignore ,$(THOROUGH))

# Spark needs 600 MB, and is of use only with Java.
SPARK := $(if $(shell command -v java),.venv-spark/installed)

.venv-spark/installed: uv.lock pyproject.toml | .venv/installed
	@echo "Installing Spark into .venv-spark …"
	@UV_PROJECT_ENVIRONMENT=.venv-spark $(BIN)/uv sync --frozen --quiet --only-group spark \
		--python $(BIN)/python
	@touch $@

.PHONY: spark
spark: .venv/installed $(SPARK) ## Test the primitives on Spark, which needs Java (a minute)
	$(BIN)/pytest tests/integration/test_primitives.py -m slow

.PHONY: slow
slow: .venv/installed $(SPARK) ## Run the tests that need many builds or Spark (13 minutes)
	$(BIN)/pytest $(PARALLEL) -m slow --ignore tests/live

.PHONY: thorough
thorough: .venv/installed ## Run the slow tests of rare cases (ten minutes)
	$(BIN)/pytest $(PARALLEL) $(THOROUGH)
	$(BIN)/pytest $(PARALLEL) -m thorough --ignore tests/live

.PHONY: live
live: .venv/installed ## Run the tests on live shops, which need Node (four minutes)
	$(BIN)/pytest tests/live

.PHONY: chaos
chaos: .venv/installed ## Run 1,000 fault-injection seeds against the tap (ten minutes)
	FAULT_SEEDS=1-1000 $(BIN)/pytest -s -o timeout=0 taps/tap-shopapp/tests/test_fault_injection.py

.PHONY: bench
bench: .venv/installed ## Compare the tap's CPU and memory with alternatives (ten minutes)
	UV_PROJECT_ENVIRONMENT=.venv-bench $(BIN)/uv sync --frozen --quiet --no-default-groups \
		--group bench
	.venv-bench/bin/python benchmarks/run.py

.PHONY: lint
lint: .venv/installed ## Check style, types, SQL, scripts and that uv.lock is current
	$(BIN)/uv lock --check --quiet
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python .ci/lint_sql.py
	.ci/lint_github
	$(BIN)/rumdl check --quiet .
	git ls-files -z | xargs -0 $(BIN)/codespell
	@if $(REDOCLY) --version >/dev/null 2>&1; then \
		$(REDOCLY) lint $(OPENAPI) 2>&1 | tail -2; \
	else echo "Without npx and its registry, only the tests look at $(OPENAPI)."; fi
	@if test $(SCRIPTS)/node_modules/.package-lock.json -nt $(SCRIPTS)/package-lock.json \
		|| (cd $(SCRIPTS) && npm ci --silent); then \
		cd $(SCRIPTS) && npm run --silent lint; \
	elif test -n "$${CI:-}"; then echo "The scripts of the results page need npm." >&2; exit 1; \
	else echo "Without npm and its registry, nothing checks the results page's scripts."; fi

.PHONY: settings
settings: .venv/installed ## Write meltano.yml, hub, .env.example and docs from the settings in code
	$(BIN)/python hub/generate.py

.PHONY: docs
docs: .venv/installed ## Write docs/commands.md from the help of the commands
	$(BIN)/python docs/generate.py

.PHONY: metadata
metadata: .venv/installed ## Write version, address and licence from the root pyproject.toml
	$(BIN)/python release/metadata.py

.PHONY: packages
packages: .venv/installed ## Build the packages that are published into dist
	$(BIN)/python release/build.py

.PHONY: release-check
release-check: .venv/installed ## Check that the version can be released
	$(BIN)/python release/check.py

.PHONY: contract
contract: .venv/installed ## Write all files with fields of the contract from contract/*.yml
	$(BIN)/python contract/generate.py

.PHONY: format
format: .venv/installed ## Format Python and scripts, and fix what the linters can fix
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	@test ! -d $(SCRIPTS)/node_modules || npm run --silent --prefix $(SCRIPTS) format
