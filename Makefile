# One front door. `make` or `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
py := .venv/bin/python
PACKAGE ?= build/packages/mobilenetv2-openimages
MINUTES ?= 10

.PHONY: help
help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Every tool: $(py) -m tools --help"

.PHONY: setup
setup: ## Environment, MindSpore Lite SDK and native core (the others do it as needed)
	@python3 tools/bootstrap.py --aarch64 --android

.PHONY: demo
demo: ## From the trained checkpoint to a verified package and named photos
	@python3 tools/bootstrap.py
	@$(py) -m tools demo

.PHONY: try
try: ## Live in a browser: photos, webcam, your own package: make try [PACKAGES="a.zip b.zip"]
	@python3 tools/bootstrap.py --live
	@$(if $(PACKAGES),,$(py) -m tools demo --package-only)
	@exec $(py) -m tools live $(PACKAGES)

.PHONY: official
official: ## The official model to a verified package: make official [FROM=my.ckpt] [KNOWN=data.csv PHOTOS=dir]
	@python3 tools/bootstrap.py
	@$(py) -m tools official $(if $(FROM),"$(FROM)") $(if $(KNOWN),--known "$(KNOWN)") $(if $(PHOTOS),--photos "$(PHOTOS)")

.PHONY: test
test: ## Everything that must hold, as in continuous integration
	@python3 tools/bootstrap.py --aarch64 --android --ray --tests
	@tests/run

.PHONY: check
check: ## After each change: lint, types, native tests, quick Python and Kotlin tests
	@python3 tools/bootstrap.py --android --tests
	@tests/run --quick

.PHONY: apk
apk: ## The Android library (AAR) and the app's APKs
	@python3 tools/bootstrap.py --android
	@$(py) -m tools demo --package-only
	@android/headless/build.sh apk

# What make own passes on: an option of `tools own` for each variable that is set.
own = $(if $($(1)),--$(2) "$($(1))")
own_options = $(call own,NAME,name) $(call own,OUT,out) $(call own,WORK,work) \
	$(call own,HELD_BACK,held-back) $(call own,SPLIT,split) $(call own,WEIGHTS,weights) \
	$(call own,SEED,seed) $(call own,FEATURE_CACHE,feature-cache) $(call own,ENGINE,engine) \
	$(call own,RAY_ADDRESS,ray-address) $(if $(STRICT),--strict) $(if $(filter no,$(REFIT)),--no-refit)

.PHONY: own
own: ## A package from your own photos: make own DIR=photos/ [NAME=… OUT=… STRICT=1 WEIGHTS=float16]
	@test -n "$(DIR)" || { echo "Say where the photos are: make own DIR=photos/"; exit 2; }
	@python3 tools/bootstrap.py
	@$(py) -m tools own "$(DIR)" $(own_options)

.PHONY: bench
bench: ## Measure speed from preprocessing to own; writes build/bench.json
	@python3 tools/bootstrap.py
	@$(py) -m tests.bench --out build/bench.json

.PHONY: bench-peers
bench-peers: ## As bench, and side by side with LiteRT, ONNX Runtime and OpenVINO
	@python3 tools/bootstrap.py
	@$(py) -m tests.bench --peers --out build/bench.json

.PHONY: soak
soak: ## Hours of frames, open/close and threads: no growth, no wrong score
	@python3 tools/bootstrap.py
	@$(py) -m tests.soak

.PHONY: fuzz
fuzz: ## Fuzz the native core: make fuzz MINUTES=10 (a target)
	@python3 tools/bootstrap.py
	@jni/fuzz/run.sh $(MINUTES)

.PHONY: device-test
device-test: ## Run the instrumented tests on a phone connected by adb
	@android/headless/build.sh device-test
