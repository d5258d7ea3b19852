// The fast path for x86-64 processors with AVX2 and FMA, found at run time.
//
// Why intrinsics: prototypes of this arithmetic took, warm on Zen 4, 48 us for an RGBA frame of
// 1280 x 960 and 60 us for NV21; the same through Google Highway 60 and 99 us, as plain loops left
// to the compiler 84 us for RGBA. Highway 1.0 had no pairwise multiply-add, on which the kernels
// below rest, and would have been the core's only dependency beside the runtime.
#include "core/preprocess/tables.h"

#include <immintrin.h>

// Everything below is compiled for AVX2, whatever the file's flags. The standard headers stay
// above: an inline function of theirs compiled for AVX2 could be the one that the linker keeps for
// all.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "core/preprocess/driver.h"
#include "core/preprocess/avx2_vector.h"
#include "core/preprocess/avx2_yuv.h"

namespace pocketlens::internal {
namespace {

// 8 pixels' worth of 16-bit values, four a pixel: pixels 0, 1 | 4, 5 and 2, 3 | 6, 7.
struct Wide {
  Vector a, b;
};

// Two pairs of neighbours, 8 bytes each as RGBX RGBX.
template <RowKind kRow>
POCKETLENS_INLINE Half TwoPairs(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return LoadHalf(row + 8 * k);
  const int32_t* offset = t.offset + column + k;
  // Not _mm_load_sd, which takes the address to be a multiple of 8; and the upper half straight
  // from memory: by way of a variable it goes over the stack (+25 %).
  const __m128d first =
      _mm_castsi128_pd(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + offset[0])));
  const Half two =
      _mm_castpd_si128(_mm_loadh_pd(first, reinterpret_cast<const double*>(row + offset[1])));
  if constexpr (kRow == RowKind::rgba) return two;
  return _mm_shuffle_epi8(two, LoadHalf(t.rgb_control + 8 * (column + k)));
}

// Pairs k, k + 1 | k + 4, k + 5.
template <RowKind kRow>
POCKETLENS_INLINE Vector Pairs(const Tables& t, const uint8_t* row, int column, int k) {
  return Join(TwoPairs<kRow>(t, row, column, k), TwoPairs<kRow>(t, row, column, k + 4));
}

template <RowKind kRow>
POCKETLENS_INLINE Half FourPixels(const Tables& t, const uint8_t* row, int column, int k) {
  const int32_t* offset = t.offset + column + k;
  Half v = _mm_cvtsi32_si128(Int32At(row + offset[0]));
  v = _mm_insert_epi32(v, Int32At(row + offset[1]), 1);
  v = _mm_insert_epi32(v, Int32At(row + offset[2]), 2);
  v = _mm_insert_epi32(v, Int32At(row + offset[3]), 3);
  if constexpr (kRow == RowKind::rgba) return v;
  return _mm_shuffle_epi8(v, LoadHalf(t.rgb_control + 4 * (column + k)));
}

// Pixels k .. k + 7 as RGBX, where only one neighbour counts.
template <RowKind kRow>
POCKETLENS_INLINE Vector Pixels(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return Load(row + 4 * k);
  return Join(FourPixels<kRow>(t, row, column, k), FourPixels<kRow>(t, row, column, k + 4));
}

POCKETLENS_INLINE Vector WeighedPairs(Vector pairs, const int8_t* weights) {
  const Vector side_by_side = _mm256_shuffle_epi8(
      pairs, Twice(_mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15)));
  return Weighed(side_by_side, Load(weights), Load(weights + 32));
}

// The horizontal step for 8 columns of a row.
template <RowKind kRow, bool kNearest>
POCKETLENS_INLINE Wide Across(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kNearest) {  // value * 2048 >> 4
    const Vector zero = _mm256_setzero_si256(), v = Pixels<kRow>(t, row, column, k);
    return {_mm256_srli_epi16(_mm256_unpacklo_epi8(zero, v), 1),
            _mm256_srli_epi16(_mm256_unpackhi_epi8(zero, v), 1)};
  } else {
    const int8_t* w = t.pair_weights + 16 * (column + k);
    return {WeighedPairs(Pairs<kRow>(t, row, column, k), w),
            WeighedPairs(Pairs<kRow>(t, row, column, k + 2), w + 64)};
  }
}

// (t + 2) >> 2 as bytes: RGBX of pixels 0 .. 7.
POCKETLENS_INLINE Vector Bytes(Wide w) { return _mm256_packus_epi16(Rounded(w.a), Rounded(w.b)); }

POCKETLENS_INLINE Wide Down(Wide first, Wide second, Vector wa, Vector wb) {
  return {_mm256_add_epi16(_mm256_mulhi_epi16(first.a, wa), _mm256_mulhi_epi16(second.a, wb)),
          _mm256_add_epi16(_mm256_mulhi_epi16(first.b, wa), _mm256_mulhi_epi16(second.b, wb))};
}

// One row of full weight: value * 2048 >> 16.
POCKETLENS_INLINE Wide Down(Wide only) {
  return {_mm256_srli_epi16(only.a, 5), _mm256_srli_epi16(only.b, 5)};
}

// 8 pixels to 24 bytes in output order; writes 4 bytes more.
POCKETLENS_INLINE void StorePixels(uint8_t* line, Vector pixels, Vector compact) {
  const Vector v = _mm256_shuffle_epi8(pixels, compact);
  _mm_storeu_si128(reinterpret_cast<Half*>(line), Low(v));
  _mm_storeu_si128(reinterpret_cast<Half*>(line + 12), High(v));
}

// Before 8 columns: fetches some of what the next row step reads (see Tables::ahead).
template <RowKind kRow>
POCKETLENS_INLINE void Prefetch(const Tables& t, int column, RowPair ahead) {
  if constexpr (kRow == RowKind::dense) return;
  const int begin = t.offset[column];
  if (t.ahead != 0) {
    _mm_prefetch(ahead.first + begin, _MM_HINT_T0);
    _mm_prefetch(ahead.first + begin + t.ahead, _MM_HINT_T0);
    _mm_prefetch(ahead.second + begin, _MM_HINT_T0);
    _mm_prefetch(ahead.second + begin + t.ahead, _MM_HINT_T0);
  } else if (column % kTile == 0) {
    PrefetchSpan(ahead.first, begin, begin + 255);
    PrefetchSpan(ahead.second, begin, begin + 255);
  }
}

// Pairs of pixels of two rows: the rows weighed, then each neighbour by its column weight, then
// both neighbours added.
POCKETLENS_INLINE Vector TurnedPairs(Vector a, Vector b, const RowWeights& rows,
                                     const int16_t* weights) {
  const Vector low =
      _mm256_mulhi_epi16(Weighed(_mm256_unpacklo_epi8(a, b), rows.high, rows.low), Load(weights));
  const Vector high = _mm256_mulhi_epi16(Weighed(_mm256_unpackhi_epi8(a, b), rows.high, rows.low),
                                         Load(weights + 16));
  return _mm256_add_epi16(_mm256_unpacklo_epi64(low, high), _mm256_unpackhi_epi64(low, high));
}

// Step 5 for 8 values, of which the first is of channel 8 * part % 3.
struct NormaliserConstants {
  explicit NormaliserConstants(const Normaliser& n)
      : scale_high(_mm256_set1_ps(n.scale_high)), scale_low(_mm256_set1_ps(n.scale_low)) {
    for (int part = 0; part < 3; ++part) {
      mean[part] = _mm256_loadu_ps(n.mean + 8 * part);
      inverse_high[part] = _mm256_loadu_ps(n.inverse_high + 8 * part);
      inverse_low[part] = _mm256_loadu_ps(n.inverse_low + 8 * part);
    }
  }

  void Write(Half bytes, int part, float* out) const {
    const __m256 v = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
    const __m256 x = _mm256_fmadd_ps(v, scale_high, _mm256_mul_ps(v, scale_low));
    const __m256 d = _mm256_sub_ps(x, mean[part]);
    _mm256_storeu_ps(out,
                     _mm256_fmadd_ps(d, inverse_high[part], _mm256_mul_ps(d, inverse_low[part])));
  }

  __m256 scale_high, scale_low, mean[3], inverse_high[3], inverse_low[3];
};

struct Avx2 {
  template <RowKind kRow, bool kNearest>
  static void Horizontal(const Tables& t, int begin, int count, const uint8_t* row,
                         const uint8_t* ahead, int16_t* h) {
    for (int k = 0; k < count; k += 8, h += 32) {
      Prefetch<kRow>(t, begin + k, {ahead, ahead});
      const Wide w = Across<kRow, kNearest>(t, row, begin, k);
      Store(h, w.a);
      Store(h + 16, w.b);
    }
  }

  static void Vertical(const Tables& t, int count, const int16_t* first, const int16_t* second,
                       const RowStep& step, uint8_t* line) {
    const Vector compact = Twice(LoadHalf(t.compact));
    const Vector wa = _mm256_set1_epi16(step.first_weight);
    const Vector wb = _mm256_set1_epi16(step.second_weight);
    for (int k = 0; k < count; k += 8, first += 32, second += 32) {
      const Wide a{Load(first), Load(first + 16)}, b{Load(second), Load(second + 16)};
      StorePixels(line + 3 * k, Bytes(Down(a, b, wa, wb)), compact);
    }
  }

  template <RowKind kRow, bool kNearest>
  static void Line(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                   RowPair ahead, uint8_t* line) {
    const Vector compact = Twice(LoadHalf(t.compact));
    if (step.second_weight == 0) {
      for (int k = 0; k < count; k += 8) {
        Prefetch<kRow>(t, begin + k, ahead);
        const Wide only = Across<kRow, kNearest>(t, rows.first, begin, k);
        StorePixels(line + 3 * k, Bytes(Down(only)), compact);
      }
      return;
    }
    const Vector wa = _mm256_set1_epi16(step.first_weight);
    const Vector wb = _mm256_set1_epi16(step.second_weight);
    for (int k = 0; k < count; k += 8) {
      Prefetch<kRow>(t, begin + k, ahead);
      const Wide a = Across<kRow, kNearest>(t, rows.first, begin, k);
      const Wide b = Across<kRow, kNearest>(t, rows.second, begin, k);
      StorePixels(line + 3 * k, Bytes(Down(a, b, wa, wb)), compact);
    }
  }

  // The stored rows' weights are those of the upright picture's horizontal step, which comes first.
  template <RowKind kRow, bool kNearest>
  static void Column(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                     RowPair ahead, uint8_t* rgbx) {
    const RowWeights weights(step);
    for (int k = 0; k < count; k += 8) {
      Prefetch<kRow>(t, begin + k, ahead);
      Wide w;
      if constexpr (kNearest) {
        const Vector a = Pixels<kRow>(t, rows.first, begin, k);
        const Vector b = Pixels<kRow>(t, rows.second, begin, k);
        w = Down({Weighed(_mm256_unpacklo_epi8(a, b), weights.high, weights.low),
                  Weighed(_mm256_unpackhi_epi8(a, b), weights.high, weights.low)});
      } else {
        const int16_t* column = t.turned_weights + 8 * (begin + k);
        w = {TurnedPairs(Pairs<kRow>(t, rows.first, begin, k),
                         Pairs<kRow>(t, rows.second, begin, k), weights, column),
             TurnedPairs(Pairs<kRow>(t, rows.first, begin, k + 2),
                         Pairs<kRow>(t, rows.second, begin, k + 2), weights, column + 32)};
      }
      Store(rgbx + 4 * k, Bytes(w));
    }
  }

  static void Normalise(const Tables& t, const uint8_t* line, int n, float* out) {
    int k = 0;
    if (t.normaliser.exact_constants) {
      const NormaliserConstants constants(t.normaliser);
      for (; k + 24 <= n; k += 24) {
        for (int part = 0; part < 3; ++part) {
          constants.Write(_mm_loadl_epi64(reinterpret_cast<const Half*>(line + k + 8 * part)), part,
                          out + k + 8 * part);
        }
      }
    }
    for (; k < n; k += 3) {
      for (int c = 0; c < 3; ++c) out[k + c] = t.normaliser.table[c][line[k + c]];
    }
  }

  static void Flush(const Tables& t, const uint8_t (*columns)[kTile * 4], int count, int n,
                    float* out) {
    int k = 0;
    if (n == 8 && t.normaliser.exact_constants) {
      for (; k + 8 <= count; k += 8) FlushBlock(t, columns, k, out + 3 * k * t.crop_width);
    }
    for (; k < count; ++k) {
      for (int q = 0; q < 3 * n; ++q) {
        out[3 * k * t.crop_width + q] =
            t.normaliser.table[q % 3][columns[q / 3][4 * k + t.compact[q % 3]]];
      }
    }
  }

  // 8 turned columns from row k on, transposed to 8 rows of 8 pixels.
  static void FlushBlock(const Tables& t, const uint8_t (*columns)[kTile * 4], int k, float* out) {
    const NormaliserConstants constants(t.normaliser);
    const Vector compact = Twice(LoadHalf(t.compact));
    const Vector close_up = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7);
    Vector pairs[8], fours[8];
    for (int q = 0; q < 4; ++q) {
      const Vector even = Load(columns[2 * q] + 4 * k), odd = Load(columns[2 * q + 1] + 4 * k);
      pairs[q] = _mm256_unpacklo_epi32(even, odd);      // rows 0, 1 | 4, 5 of two columns
      pairs[q + 4] = _mm256_unpackhi_epi32(even, odd);  // rows 2, 3 | 6, 7
    }
    for (int q = 0; q < 4; ++q) {  // row q | q + 4 of columns 0 .. 3 and 4 .. 7
      const Vector* p = pairs + q / 2 * 4;
      fours[q] = q % 2 == 0 ? _mm256_unpacklo_epi64(p[0], p[1]) : _mm256_unpackhi_epi64(p[0], p[1]);
      fours[q + 4] =
          q % 2 == 0 ? _mm256_unpacklo_epi64(p[2], p[3]) : _mm256_unpackhi_epi64(p[2], p[3]);
    }
    for (int row = 0; row < 8; ++row, out += 3 * t.crop_width) {
      const Vector left = fours[row % 4], right = fours[row % 4 + 4];
      const Vector pixels = row < 4 ? _mm256_permute2x128_si256(left, right, 0x20)
                                    : _mm256_permute2x128_si256(left, right, 0x31);
      const Vector v = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(pixels, compact), close_up);
      constants.Write(Low(v), 0, out);
      constants.Write(_mm_srli_si128(Low(v), 8), 1, out + 8);
      constants.Write(High(v), 2, out + 16);
    }
  }

  template <RowKind kRow, bool kNearest>
  static void Line(const Tables& t, int begin, int count, const YuvSamples& samples,
                   const RowStep& step, RowPair, uint8_t* line) {
    static_assert(kRow == RowKind::samples);
    const auto make = [&](auto range) {
      using Range = decltype(range);
      samples.shared_chroma ? YuvLine<Range, kNearest, true>(t, begin, count, samples, step, line)
                            : YuvLine<Range, kNearest, false>(t, begin, count, samples, step, line);
    };
    IsFullRange(t) ? make(FullRange(t.yuv)) : make(LimitedRange(t.yuv));
  }

  static void Gather(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
                     const RowStep& next, uint8_t* first, uint8_t* second) {
    GatherDense<Avx2>(t, frame, begin, count, rows, next, first, second);
  }

  static void GatherRows(const ByteGather& gather, int step, int steps, RowPair rows, RowPair ahead,
                         uint8_t* first, uint8_t* second) {
    kGatherRows[gather.chunks](gather, step, steps, rows, ahead, first, second);
  }

  static void GatherPairs(const ByteGather& gather, int step, int steps, const uint8_t* row,
                          const uint8_t* ahead, uint8_t* first, uint8_t* second) {
    kGatherPairs[gather.chunks](gather, step, steps, row, ahead, first, second);
  }

  POCKETLENS_INLINE static void Interpolate(RowPair own_row, RowPair other_row,
                                            const uint8_t* rounding, uint8_t* to) {
    InterpolateSixteen(own_row, other_row, rounding, to);
  }

  static void ToDense(const Tables& t, const YuvSamples& samples, int steps, uint8_t* first,
                      uint8_t* second) {
    (IsFullRange(t) ? SamplesToDense<FullRange> : SamplesToDense<LimitedRange>)(t, samples, steps,
                                                                                first, second);
  }

  static bool IsFullRange(const Tables& t) { return t.yuv.black == 0; }
};

void RunAvx2(const Tables& t, const Frame& frame, float* out) { RunVectors<Avx2>(t, frame, out); }

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
