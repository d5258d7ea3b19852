#!/usr/bin/env bash
# The Android build: android/headless/build.sh apk|test|lint|screens|badging|retrace|device-test|mvn (without a word: help).
set -euo pipefail
cd "$(dirname "$0")/../.."
exec .venv/bin/python android/headless/packaging/build.py "$@"
