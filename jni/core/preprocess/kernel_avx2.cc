// The fast path for x86-64 processors with AVX2 and FMA, found at run time.
#include <immintrin.h>

#include "core/preprocess/tables.h"

// Everything below is compiled for AVX2, whatever the file's flags. The standard headers stay
// above: an inline function of theirs compiled for AVX2 could be the one that the linker keeps for
// all.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define POCKETLENS_AVX2

#include "core/preprocess/kernel.h"

namespace pocketlens::internal {
namespace {

void RunAvx2(const Tables& tables, const Frame& frame, float* out) {
  RunKernel(tables, frame, out);
}

}  // namespace
}  // namespace pocketlens::internal

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace pocketlens::internal {

RunFunction Avx2Run() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? RunAvx2 : nullptr;
}

}  // namespace pocketlens::internal
