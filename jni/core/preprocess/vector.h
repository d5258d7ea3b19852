// Vectors as the compilers have them (GCC's and clang's vector_size), as wide as an instruction
// set's, and the few operations for which they have no operator. Internal to kernel.h; the file
// that includes it says which set: POCKETLENS_AVX2, POCKETLENS_NEON or neither.
#pragma once

#include <cstdint>

#if defined(POCKETLENS_NEON)
#include <arm_neon.h>
#endif

namespace pocketlens::internal {
namespace {

// The small pieces of a kernel must become one piece of code with it, whatever the optimiser
// thinks.
#define POCKETLENS_INLINE [[gnu::always_inline]] inline

#if defined(POCKETLENS_AVX2)
inline constexpr int kBytes = 32;
#else
inline constexpr int kBytes = 16;
#endif
inline constexpr int kLanes = kBytes / 4;  // of 32 bits: pixels of four bytes in a vector

using U16 __attribute__((vector_size(kBytes))) = uint16_t;
using I16 __attribute__((vector_size(kBytes))) = int16_t;
using I32 __attribute__((vector_size(kBytes))) = int32_t;
using F32 __attribute__((vector_size(kBytes))) = float;
using Bytes16 __attribute__((vector_size(16))) = uint8_t;

template <class V>
POCKETLENS_INLINE V Load(const void* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

template <class V>
POCKETLENS_INLINE void Store(void* p, V v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// The same number in each lane.
POCKETLENS_INLINE U16 Splat(int v) { return U16{} + static_cast<uint16_t>(v); }

// kShuffles: whether Shuffle and Fma are; else bytes are read by index and floats from a table.
// MulHigh: (a * b) >> 16 of lanes below 2^15. Shuffle: bytes picked by an index or 0x80 for 0.
// Fma: a * b + c, rounded once. Widened: kLanes bytes as numbers.
#if defined(POCKETLENS_AVX2)
inline constexpr bool kShuffles = true;
POCKETLENS_INLINE U16 MulHigh(U16 a, U16 b) {
  return U16(_mm256_mulhi_epi16(__m256i(a), __m256i(b)));
}
POCKETLENS_INLINE Bytes16 Shuffle(Bytes16 v, Bytes16 index) {
  return Bytes16(_mm_shuffle_epi8(__m128i(v), __m128i(index)));
}
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) { return F32(_mm256_fmadd_ps(a, b, c)); }
POCKETLENS_INLINE I32 Widened(const uint8_t* p) {  // GCC makes many instructions of a conversion
  return I32(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
#else
#if defined(POCKETLENS_NEON)
inline constexpr bool kShuffles = true;
POCKETLENS_INLINE U16 MulHigh(U16 a, U16 b) {
  return U16(vshrq_n_s16(vqdmulhq_s16(int16x8_t(a), int16x8_t(b)), 1));
}
POCKETLENS_INLINE Bytes16 Shuffle(Bytes16 v, Bytes16 index) {
  return Bytes16(vqtbl1q_u8(uint8x16_t(v), uint8x16_t(index)));
}
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) {
  return F32(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
}
#else
inline constexpr bool kShuffles = false;
POCKETLENS_INLINE U16 MulHigh(U16 a, U16 b) {
  for (int k = 0; k < kBytes / 2; ++k) a[k] = static_cast<uint16_t>((a[k] * b[k]) >> 16);
  return a;
}
POCKETLENS_INLINE Bytes16 Shuffle(Bytes16 v, Bytes16) { return v; }
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) { return a * b + c; }
#endif
POCKETLENS_INLINE I32 Widened(const uint8_t* p) {
  using LaneBytes __attribute__((vector_size(kLanes))) = uint8_t;
  return __builtin_convertvector(Load<LaneBytes>(p), I32);
}
#endif

}  // namespace
}  // namespace pocketlens::internal
