#!/usr/bin/env bash
# Fuzzes the native core: jni/fuzz/run.sh [MINUTES a target, default 1] [TARGET...]. Needs clang with
# libFuzzer. What is found lies in build/fuzz/found/TARGET and ends the run with exit code 1. The
# target `models` is tests/fuzz_models.py, which needs the demo package and no clang.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-1}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in jni/fuzz/*_fuzz.cc; do targets+=("$(basename "$source" .cc)"); done
  targets+=(models)
fi
if [ "${targets[*]}" != models ]; then
  if ! command -v clang++-19 >/dev/null; then
    echo "clang 19 with libFuzzer is needed. Type: sudo apt-get install -y clang-19 libclang-rt-19-dev" >&2
    exit 1
  fi
  (cd jni && cmake --preset fuzz >/dev/null && cmake --build ../build/fuzz)
fi
# Leaks are looked for at the end of a run, for MindSpore Lite's own would be reported with every
# model that is opened; its libraries are the only ones that the suppressions name.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 GLOG_v=4
export LSAN_OPTIONS=suppressions=$PWD/jni/sanitizers/leaks.supp:print_suppressions=0
failed=0
for target in "${targets[@]}"; do
  echo "== $target, $minutes min"
  if [ "$target" = models ]; then
    [ -f build/packages/mobilenetv2-openimages/model.json ] ||
      .venv/bin/python -m tools demo --package-only
    nice -n 19 .venv/bin/python -m tests.fuzz_models --minutes "$minutes" || failed=1
    continue
  fi
  corpus=build/fuzz/corpus/$target
  found=build/fuzz/found/$target
  mkdir -p "$corpus" "$found"
  seeds=("$corpus")
  [ -d "jni/fuzz/seeds/$target" ] && seeds+=("jni/fuzz/seeds/$target")
  if [ "$target" = package_fuzz ]; then
    python3 -m tests.make_damaged_packages
    seeds+=(build/test-data/packages)
  fi
  nice -n 19 "build/fuzz/$target" -max_total_time=$((minutes * 60)) -max_len=16384 -timeout=60 \
    -detect_leaks=0 -rss_limit_mb=1500 -artifact_prefix="$found/" -print_final_stats=1 \
    -verbosity=0 "${seeds[@]}" 2>&1 | grep -E 'stat::|ERROR|SUMMARY|Test unit' || true
  if [ -n "$(ls -A "$found")" ]; then
    echo "$target found something: see $found" >&2
    failed=1
  fi
done
exit $failed
