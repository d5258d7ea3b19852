# One front door. `make` or `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
PACKAGE ?= build/packages/mobilenetv2-openimages

.PHONY: help
help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Environment, MindSpore Lite SDK and native core (done by the others as needed)
	@python3 tools/bootstrap.py --aarch64

.PHONY: demo
demo: ## From the trained checkpoint to named photos
	@python3 tools/bootstrap.py
	@$(PYTHON) -m tools demo

.PHONY: test
test: setup ## Everything that must hold
	@tests/run
