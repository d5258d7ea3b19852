// Small pieces of the AVX2 kernels. Internal to avx2.cc, which says how to include it.
#pragma once

#include "core/preprocess/driver.h"

namespace pocketlens::internal {
namespace {

using Vector = __m256i;
using Half = __m128i;

POCKETLENS_INLINE Half LoadHalf(const void* p) {
  return _mm_loadu_si128(static_cast<const Half*>(p));
}
POCKETLENS_INLINE Vector Load(const void* p) {
  return _mm256_loadu_si256(static_cast<const Vector*>(p));
}
POCKETLENS_INLINE void StoreHalf(void* p, Half v) { _mm_storeu_si128(static_cast<Half*>(p), v); }
POCKETLENS_INLINE void Store(void* p, Vector v) { _mm256_storeu_si256(static_cast<Vector*>(p), v); }
POCKETLENS_INLINE Vector Join(Half low, Half high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}
POCKETLENS_INLINE Vector Twice(Half half) { return _mm256_broadcastsi128_si256(half); }
POCKETLENS_INLINE Half High(Vector v) { return _mm256_extracti128_si256(v, 1); }
POCKETLENS_INLINE Half Low(Vector v) { return _mm256_castsi256_si128(v); }
POCKETLENS_INLINE Vector LowBytes(Vector v) {
  return _mm256_unpacklo_epi8(v, _mm256_setzero_si256());
}
POCKETLENS_INLINE Vector HighBytes(Vector v) {
  return _mm256_unpackhi_epi8(v, _mm256_setzero_si256());
}

POCKETLENS_INLINE int Int32At(const uint8_t* p) {
  int v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// (a * wa + b * wb) >> 4 of 16 pairs of bytes a, b. The weights are split into 16 * high + low, so
// that the sums stay within 16 bits and the shift is of the low halves alone.
POCKETLENS_INLINE Vector Weighed(Vector pairs, Vector high, Vector low) {
  return _mm256_add_epi16(_mm256_maddubs_epi16(pairs, high),
                          _mm256_srli_epi16(_mm256_maddubs_epi16(pairs, low), 4));
}

POCKETLENS_INLINE Vector Rounded(Vector v) {
  return _mm256_srli_epi16(_mm256_add_epi16(v, _mm256_set1_epi16(2)), 2);
}

// The weights of a row step for Weighed, as (first, second) in every pair of bytes.
struct RowWeights {
  explicit RowWeights(const RowStep& step) {
    const int a = step.first_weight, b = step.second_weight;
    const int a_high = a >> 4 < 127 ? a >> 4 : 127, b_high = b >> 4 < 127 ? b >> 4 : 127;
    high = _mm256_set1_epi16(static_cast<int16_t>(b_high << 8 | a_high));
    low = _mm256_set1_epi16(static_cast<int16_t>((b - 16 * b_high) << 8 | (a - 16 * a_high)));
  }
  Vector high, low;
};

POCKETLENS_INLINE void PrefetchSpan(const uint8_t* row, int begin, int end) {
  for (int byte = begin; byte <= end; byte += 64) _mm_prefetch(row + byte, _MM_HINT_T0);
}

}  // namespace
}  // namespace pocketlens::internal
