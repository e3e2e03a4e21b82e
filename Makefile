# One command does all its own set-up. `make help` lists them.
#   make demo ARGS='--keep'          arguments for `migrate demo`
#   make test ARGS='-k nginx'        arguments for pytest

SHELL := /bin/sh
BIN   := .venv/bin
RUN   := scripts/with-engine
ARGS  ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-all lint format bench clean setup-demo setup-fast setup-test setup-all

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

demo: setup-demo ## a sample legacy server becomes running containers, compared with it (all set-up included)
	@$(RUN) $(BIN)/migrate demo $(ARGS)

test: setup-test ## lint, types, and all tests but the slow ones (all set-up included)
	@$(call checked,-m "engine and not slow")

test-fast: export HYPOTHESIS_PROFILE = fast
test-fast: setup-fast ## lint, types, and the tests that need no engine: under a minute
	@$(call checked)

test-all: setup-all ## everything, the slow tests as well
	@$(call checked,-m "engine or slow")

# Lint first, tests in any case, so that the last line is always pytest's own. First those that need no engine, side by
# side (many of them wait); then the others one by one, since they start servers and measure them.
define checked
status=0; \
$(MAKE) --no-print-directory lint || { status=1; echo "lint or types failed, see above; running the tests all the same" >&2; }; \
$(BIN)/python -m pytest -n 4 --dist worksteal -m "not engine and not slow" $(ARGS) || $(none_chosen) || status=1; \
$(if $(1),$(RUN) $(BIN)/python -m pytest $(1) $(ARGS) || $(none_chosen) || status=1;) \
exit $$status
endef

# pytest ends with 5 where it ran no test: in one of the two runs that may be what ARGS asked for.
none_chosen = [ "$$?$(if $(ARGS),,all)" = 5 ]

lint: ## ruff and mypy (after one of the others has done the set-up)
	@$(BIN)/ruff check --output-format concise . ; a=$$?; $(BIN)/ruff format --check . ; b=$$?; $(BIN)/mypy; c=$$?; [ "$$a$$b$$c" = 000 ]

format: setup-fast ## put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup-test ## every benchmark in benchmarks/
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(RUN) $(BIN)/python "$$file" $(ARGS) || exit 1; done

clean: ## remove the environment, caches and build results (engine, images and workspaces stay)
	rm -rf .venv build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

setup-demo:
	@scripts/setup --for demo
setup-fast:
	@scripts/setup --for fast
setup-test:
	@scripts/setup --for test
setup-all:
	@scripts/setup --for all
