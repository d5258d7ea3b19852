#!/usr/bin/env bash
# The Android build: android/build.sh apk|test|lint|screens|badging|retrace|device-test (without a word: help).
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python android/packaging/build.py "$@"
