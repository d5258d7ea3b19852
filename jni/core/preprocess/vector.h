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
inline constexpr int kColumns = kBytes / 4;  // pixels of four bytes in a vector

using Bytes __attribute__((vector_size(kBytes))) = uint8_t;
using U16 __attribute__((vector_size(kBytes))) = uint16_t;
using I16 __attribute__((vector_size(kBytes))) = int16_t;
using U32 __attribute__((vector_size(kBytes))) = uint32_t;
using I32 __attribute__((vector_size(kBytes))) = int32_t;
using U64 __attribute__((vector_size(kBytes))) = uint64_t;
using F32 __attribute__((vector_size(kBytes))) = float;
using HalfBytes __attribute__((vector_size(kBytes / 2))) = uint8_t;
using Bytes16 __attribute__((vector_size(16))) = uint8_t;
using FourWords __attribute__((vector_size(16))) = uint32_t;
using TwoPairs __attribute__((vector_size(16))) = uint64_t;

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

POCKETLENS_INLINE FourWords LoadFour(const uint8_t* p, const int32_t* o) {
  return FourWords{Load<uint32_t>(p + o[0]), Load<uint32_t>(p + o[1]), Load<uint32_t>(p + o[2]),
                   Load<uint32_t>(p + o[3])};
}
POCKETLENS_INLINE TwoPairs LoadTwo(const uint8_t* p, const int32_t* o) {
  return TwoPairs{Load<uint64_t>(p + o[0]), Load<uint64_t>(p + o[1])};
}

// kShuffles: whether Shuffle and Fma are; else bytes are read by index and floats from a table.
// MulHigh: (a * b) >> 16 of each lane. MulRound: (a * b + 2^14) >> 15. Shuffle: bytes picked within
// each 16, by an index or 0x80 for 0. Fma: a * b + c, rounded once. Widened: kBytes / 2 bytes as
// 16-bit lanes. LoadWords: of 32 bits, from kColumns places. LoadPairs: of 64 bits, in an order
// that LowerWords, the lower 32 bits of each, puts right. StoreGroups: 16 bytes each, to places 48
// bytes apart. StoreAlternating: a[0] b[0] a[1] b[1] ...
#if defined(POCKETLENS_AVX2)
inline constexpr bool kShuffles = true;
POCKETLENS_INLINE I16 MulHigh(I16 a, I16 b) {
  return I16(_mm256_mulhi_epi16(__m256i(a), __m256i(b)));
}
POCKETLENS_INLINE I16 MulRound(I16 a, I16 b) {
  return I16(_mm256_mulhrs_epi16(__m256i(a), __m256i(b)));
}
POCKETLENS_INLINE Bytes16 Shuffle(Bytes16 v, Bytes16 index) {
  return Bytes16(_mm_shuffle_epi8(__m128i(v), __m128i(index)));
}
POCKETLENS_INLINE Bytes Shuffle(Bytes v, Bytes index) {
  return Bytes(_mm256_shuffle_epi8(__m256i(v), __m256i(index)));
}
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) { return F32(_mm256_fmadd_ps(a, b, c)); }
POCKETLENS_INLINE U16 Widened(const uint8_t* p) {  // GCC makes five instructions of a conversion
  return U16(_mm256_cvtepu8_epi16(Load<__m128i>(p)));
}
// In halves, or GCC puts the vector together in memory.
POCKETLENS_INLINE U32 LoadWords(const uint8_t* p, const int32_t* o) {
  return __builtin_shufflevector(LoadFour(p, o), LoadFour(p, o + 4), 0, 1, 2, 3, 4, 5, 6, 7);
}
POCKETLENS_INLINE void LoadPairs(const uint8_t* p, const int32_t* o, U64* a, U64* b) {
  *a = __builtin_shufflevector(LoadTwo(p, o), LoadTwo(p, o + 4), 0, 1, 2, 3);
  *b = __builtin_shufflevector(LoadTwo(p, o + 2), LoadTwo(p, o + 6), 0, 1, 2, 3);
}
POCKETLENS_INLINE U32 LowerWords(U64 a, U64 b) {
  return __builtin_shufflevector(U32(a), U32(b), 0, 2, 8, 10, 4, 6, 12, 14);
}
POCKETLENS_INLINE void StoreGroups(float* out, F32 v) {
  Store(out, __builtin_shufflevector(v, v, 0, 1, 2, 3));
  Store(out + 12, __builtin_shufflevector(v, v, 4, 5, 6, 7));
}
POCKETLENS_INLINE void StoreAlternating(uint8_t* to, U16 a, U16 b) {
  const U64 low = U64(__builtin_shufflevector(  // 0 .. 3 and 8 .. 11
      a, b, 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27));
  const U64 high = U64(__builtin_shufflevector(
      a, b, 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31));
  Store(to, __builtin_shufflevector(low, high, 0, 1, 4, 5));
  Store(to + 32, __builtin_shufflevector(low, high, 2, 3, 6, 7));
}
#else
#if defined(POCKETLENS_NEON)
inline constexpr bool kShuffles = true;
POCKETLENS_INLINE I16 MulHigh(I16 a, I16 b) {
  return I16(vshrq_n_s16(vqdmulhq_s16(int16x8_t(a), int16x8_t(b)), 1));
}
POCKETLENS_INLINE I16 MulRound(I16 a, I16 b) {
  return I16(vqrdmulhq_s16(int16x8_t(a), int16x8_t(b)));
}
POCKETLENS_INLINE Bytes Shuffle(Bytes v, Bytes index) {
  return Bytes(vqtbl1q_u8(uint8x16_t(v), uint8x16_t(index)));
}
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) {
  return F32(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
}
#else
inline constexpr bool kShuffles = false;
POCKETLENS_INLINE I16 MulHigh(I16 a, I16 b) {
  for (int k = 0; k < kBytes / 2; ++k) a[k] = static_cast<int16_t>((a[k] * b[k]) >> 16);
  return a;
}
POCKETLENS_INLINE I16 MulRound(I16 a, I16 b) {
  for (int k = 0; k < kBytes / 2; ++k) a[k] = static_cast<int16_t>((a[k] * b[k] + 16384) >> 15);
  return a;
}
POCKETLENS_INLINE Bytes Shuffle(Bytes v, Bytes) { return v; }
POCKETLENS_INLINE F32 Fma(F32 a, F32 b, F32 c) { return a * b + c; }
#endif
POCKETLENS_INLINE U16 Widened(const uint8_t* p) {
  return __builtin_convertvector(Load<HalfBytes>(p), U16);
}
POCKETLENS_INLINE U32 LoadWords(const uint8_t* p, const int32_t* o) { return LoadFour(p, o); }
POCKETLENS_INLINE void LoadPairs(const uint8_t* p, const int32_t* o, U64* a, U64* b) {
  *a = LoadTwo(p, o);
  *b = LoadTwo(p, o + 2);
}
POCKETLENS_INLINE U32 LowerWords(U64 a, U64 b) {
  return __builtin_shufflevector(U32(a), U32(b), 0, 2, 4, 6);
}
POCKETLENS_INLINE void StoreGroups(float* out, F32 v) { Store(out, v); }
POCKETLENS_INLINE void StoreAlternating(uint8_t* to, U16 a, U16 b) {
  Store(to, __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
  Store(to + 16, __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15));
}
#endif

}  // namespace
}  // namespace pocketlens::internal
