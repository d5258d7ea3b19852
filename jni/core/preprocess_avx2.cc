// The fast path for x86-64 processors with AVX2 and FMA, found at run time.
#include "core/preprocess_tables.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Everything below is compiled for AVX2, whatever the file's flags. The standard headers stay above:
// an [[gnu::always_inline]] inline function of theirs compiled for AVX2 could be the one that the linker keeps for all.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "core/preprocess_driver.h"

namespace pocketlens::internal {
namespace {

using Vector = __m256i;
using Half = __m128i;

[[gnu::always_inline]] inline Half LoadHalf(const void* p) { return _mm_loadu_si128(static_cast<const Half*>(p)); }
[[gnu::always_inline]] inline Vector Load(const void* p) { return _mm256_loadu_si256(static_cast<const Vector*>(p)); }
[[gnu::always_inline]] inline void Store(void* p, Vector v) { _mm256_storeu_si256(static_cast<Vector*>(p), v); }
[[gnu::always_inline]] inline Vector Join(Half low, Half high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}
[[gnu::always_inline]] inline Vector Twice(Half half) { return _mm256_broadcastsi128_si256(half); }
[[gnu::always_inline]] inline Half High(Vector v) { return _mm256_extracti128_si256(v, 1); }
[[gnu::always_inline]] inline Half Low(Vector v) { return _mm256_castsi256_si128(v); }
[[gnu::always_inline]] inline Vector LowBytes(Vector v) { return _mm256_unpacklo_epi8(v, _mm256_setzero_si256()); }
[[gnu::always_inline]] inline Vector HighBytes(Vector v) { return _mm256_unpackhi_epi8(v, _mm256_setzero_si256()); }

[[gnu::always_inline]] inline int Int32At(const uint8_t* p) {
  int v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

// 8 pixels' worth of 16-bit values, four a pixel: pixels 0, 1 | 4, 5 and 2, 3 | 6, 7.
struct Wide {
  Vector a, b;
};

// Two pairs of neighbours, 8 bytes each as RGBX RGBX.
template <RowKind kRow>
[[gnu::always_inline]] inline Half TwoPairs(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return LoadHalf(row + 8 * k);
  const int32_t* offset = t.offset + column + k;
  const __m128d first = _mm_load_sd(reinterpret_cast<const double*>(row + offset[0]));
  const Half two = _mm_castpd_si128(
      _mm_loadh_pd(first, reinterpret_cast<const double*>(row + offset[1])));
  if constexpr (kRow == RowKind::rgba) return two;
  return _mm_shuffle_epi8(two, LoadHalf(t.rgb_control + 8 * (column + k)));
}

// Pairs k, k + 1 | k + 4, k + 5.
template <RowKind kRow>
[[gnu::always_inline]] inline Vector Pairs(const Tables& t, const uint8_t* row, int column, int k) {
  return Join(TwoPairs<kRow>(t, row, column, k), TwoPairs<kRow>(t, row, column, k + 4));
}

template <RowKind kRow>
[[gnu::always_inline]] inline Half FourPixels(const Tables& t, const uint8_t* row, int column, int k) {
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
[[gnu::always_inline]] inline Vector Pixels(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return Load(row + 4 * k);
  return Join(FourPixels<kRow>(t, row, column, k), FourPixels<kRow>(t, row, column, k + 4));
}

// (a * wa + b * wb) >> 4 of 16 pairs of bytes a, b. The weights are split into 16 * high + low, so
// that the sums stay within 16 bits and the shift is of the low halves alone.
[[gnu::always_inline]] inline Vector Weighed(Vector pairs, Vector high, Vector low) {
  return _mm256_add_epi16(_mm256_maddubs_epi16(pairs, high),
                          _mm256_srli_epi16(_mm256_maddubs_epi16(pairs, low), 4));
}

[[gnu::always_inline]] inline Vector WeighedPairs(Vector pairs, const int8_t* weights) {
  const Vector side_by_side = _mm256_shuffle_epi8(
      pairs, Twice(_mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15)));
  return Weighed(side_by_side, Load(weights), Load(weights + 32));
}

// The horizontal step for 8 columns of a row.
template <RowKind kRow, bool kNearest>
[[gnu::always_inline]] inline Wide Across(const Tables& t, const uint8_t* row, int column, int k) {
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

[[gnu::always_inline]] inline Vector Rounded(Vector v) {
  return _mm256_srli_epi16(_mm256_add_epi16(v, _mm256_set1_epi16(2)), 2);
}

// (t + 2) >> 2 as bytes: RGBX of pixels 0 .. 7.
[[gnu::always_inline]] inline Vector Bytes(Wide w) { return _mm256_packus_epi16(Rounded(w.a), Rounded(w.b)); }

[[gnu::always_inline]] inline Wide Down(Wide first, Wide second, Vector wa, Vector wb) {
  return {_mm256_add_epi16(_mm256_mulhi_epi16(first.a, wa), _mm256_mulhi_epi16(second.a, wb)),
          _mm256_add_epi16(_mm256_mulhi_epi16(first.b, wa), _mm256_mulhi_epi16(second.b, wb))};
}

// One row of full weight: value * 2048 >> 16.
[[gnu::always_inline]] inline Wide Down(Wide only) { return {_mm256_srli_epi16(only.a, 5), _mm256_srli_epi16(only.b, 5)}; }

// 8 pixels to 24 bytes in output order; writes 4 bytes more.
[[gnu::always_inline]] inline void StorePixels(uint8_t* line, Vector pixels, Vector compact) {
  const Vector v = _mm256_shuffle_epi8(pixels, compact);
  _mm_storeu_si128(reinterpret_cast<Half*>(line), Low(v));
  _mm_storeu_si128(reinterpret_cast<Half*>(line + 12), High(v));
}

[[gnu::always_inline]] inline void PrefetchSpan(const uint8_t* row, int begin, int end) {
  for (int byte = begin; byte <= end; byte += 64) _mm_prefetch(row + byte, _MM_HINT_T0);
}

// Before 8 columns: fetches some of what the next row step reads (see Tables::ahead).
template <RowKind kRow>
[[gnu::always_inline]] inline void Prefetch(const Tables& t, int column, RowPair ahead) {
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

// Pairs of pixels of two rows: the rows weighed, then each neighbour by its column weight, then both
// neighbours added.
[[gnu::always_inline]] inline Vector TurnedPairs(Vector a, Vector b, const RowWeights& rows,
                                                 const int16_t* weights) {
  const Vector low = _mm256_mulhi_epi16(Weighed(_mm256_unpacklo_epi8(a, b), rows.high, rows.low),
                                        Load(weights));
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

// 16 pixels' red, green and blue as 16-bit values, not yet clipped.
struct Colours {
  Vector red, green, blue;
};

// Full range: luma passes unchanged, so chroma's share is (factor * chroma + 16384) >> 15 alone.
// red_v and blue_u are above 1 << 15, too large for 16 bits: v * red_v is v * 2^15 and the rest.
struct FullRange {
  using Share = Colours;

  explicit FullRange(const YuvFormula& f)
      : red(_mm256_set1_epi16(static_cast<int16_t>(f.red_v - 32768))),
        blue(_mm256_set1_epi16(static_cast<int16_t>(f.blue_u - 32768))),
        green(_mm256_set1_epi32(-f.green_v * 65536 | (-f.green_u & 0xffff))) {}

  Share ShareOf(Vector u, Vector v) const {
    return {_mm256_add_epi16(v, _mm256_mulhrs_epi16(v, red)),
            _mm256_packs_epi32(Green(_mm256_unpacklo_epi16(u, v)),
                               Green(_mm256_unpackhi_epi16(u, v))),
            _mm256_add_epi16(u, _mm256_mulhrs_epi16(u, blue))};
  }
  Vector Green(Vector uv) const {
    const Vector half = _mm256_set1_epi32(1 << 14);
    return _mm256_srai_epi32(_mm256_add_epi32(_mm256_madd_epi16(uv, green), half), 15);
  }

  Colours Rgb(Half luma, const Share& share) const {
    const Vector y = _mm256_cvtepu8_epi16(luma);
    return {_mm256_add_epi16(y, share.red), _mm256_add_epi16(y, share.green),
            _mm256_add_epi16(y, share.blue)};
  }

  Vector red, blue, green;
};

// 16 values of 32 bits: pixels 0 .. 3 | 8 .. 11 and 4 .. 7 | 12 .. 15, as packing them wants it.
struct Sums {
  Vector low, high;
};

[[gnu::always_inline]] inline Sums Plus(Sums a, Sums b) {
  return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}

// Limited range: the sums need 32 bits. A factor of up to 2^22 times a 16-bit value x (at most 8 bits
// and a sign) is the pair product (x * 128) * (factor >> 7) + x * (factor & 127).
struct LimitedRange {
  struct Share {
    Sums red, green, blue;
  };

  explicit LimitedRange(const YuvFormula& f)
      : luma_factor(Factor(f.luma)), red_v(Factor(f.red_v)), green_u(Factor(-f.green_u)),
        green_v(Factor(-f.green_v)), blue_u(Factor(f.blue_u)), black(_mm_set1_epi8(f.black)) {}

  static Vector Factor(int factor) {
    return _mm256_set1_epi32((factor & 127) * 65536 | ((factor >> 7) & 0xffff));
  }
  static Sums Times(Vector x, Vector factor) {
    const Vector large = _mm256_slli_epi16(x, 7);
    return {_mm256_madd_epi16(_mm256_unpacklo_epi16(large, x), factor),
            _mm256_madd_epi16(_mm256_unpackhi_epi16(large, x), factor)};
  }
  static Vector Divided(Sums s) {
    return _mm256_packs_epi32(_mm256_srai_epi32(s.low, 20), _mm256_srai_epi32(s.high, 20));
  }

  Share ShareOf(Vector u, Vector v) const {
    return {Times(v, red_v), Plus(Times(u, green_u), Times(v, green_v)), Times(u, blue_u)};
  }

  Colours Rgb(Half luma, const Share& share) const {
    const Vector half = _mm256_set1_epi32(1 << 19);
    const Sums y = Plus(Times(_mm256_cvtepu8_epi16(_mm_subs_epu8(luma, black)), luma_factor),
                        {half, half});
    return {Divided(Plus(y, share.red)), Divided(Plus(y, share.green)),
            Divided(Plus(y, share.blue))};
  }

  Vector luma_factor, red_v, green_u, green_v, blue_u;
  Half black;
};

// Clipped and interleaved: 16 pixels as RGBX.
[[gnu::always_inline]] inline void StoreRgbx(uint8_t* dense, const Colours& c) {
  const Vector red_blue = _mm256_packus_epi16(c.red, c.blue);
  const Vector green = _mm256_packus_epi16(c.green, c.green);
  const Vector rg = _mm256_unpacklo_epi8(red_blue, green);
  const Vector bx = _mm256_unpackhi_epi8(red_blue, green);
  const Vector low = _mm256_unpacklo_epi16(rg, bx), high = _mm256_unpackhi_epi16(rg, bx);
  Store(dense, _mm256_permute2x128_si256(low, high, 0x20));
  Store(dense + 32, _mm256_permute2x128_si256(low, high, 0x31));
}

[[gnu::always_inline]] inline Half GatherLuma(const ByteGather& gather, const uint8_t* row, int step) {
  const int32_t* load = gather.load + step * gather.chunks;
  const uint8_t* control = gather.control + 16 * step * gather.chunks;
  Half v = _mm_shuffle_epi8(LoadHalf(row + load[0]), LoadHalf(control));
  for (int c = 1; c < gather.chunks; ++c) {
    v = _mm_or_si128(v, _mm_shuffle_epi8(LoadHalf(row + load[c]), LoadHalf(control + 16 * c)));
  }
  return v;
}

// Chroma rows whose samples alternate (NV21, NV12): U | V, or V | U, from one row.
struct Interleaved {
  Interleaved(const Tables& t, const Frame& frame)
      : gather(t.interleaved), u_first(frame.planes[1].data < frame.planes[2].data),
        plane(frame.planes[u_first ? 1 : 2]) {}

  Vector Part(int row, int step, int c) const {
    const int k = step * gather.chunks + c;
    return _mm256_shuffle_epi8(Twice(LoadHalf(RowOf(plane, row) + gather.load[k])),
                               Load(gather.control + 32 * k));
  }
  void Prefetch(int row, int step) const {
    const int32_t* load = gather.load + step * gather.chunks;
    PrefetchSpan(RowOf(plane, row), load[0], load[gather.chunks - 1] + 15);
  }

  const ByteGather& gather;
  bool u_first;
  const Plane& plane;
};

// Chroma rows of their own (I420): U | V from two rows with the same places.
struct Planar {
  Planar(const Tables& t, const Frame& frame)
      : gather(t.planar), u(frame.planes[1]), v(frame.planes[2]) {}

  Vector Part(int row, int step, int c) const {
    const int k = step * gather.chunks + c, load = gather.load[k];
    return _mm256_shuffle_epi8(Join(LoadHalf(RowOf(u, row) + load), LoadHalf(RowOf(v, row) + load)),
                               Twice(LoadHalf(gather.control + 16 * k)));
  }
  void Prefetch(int row, int step) const {
    const int32_t* load = gather.load + step * gather.chunks;
    PrefetchSpan(RowOf(u, row), load[0], load[gather.chunks - 1] + 15);
    PrefetchSpan(RowOf(v, row), load[0], load[gather.chunks - 1] + 15);
  }

  static constexpr bool u_first = true;
  const ByteGather& gather;
  const Plane &u, &v;
};

template <class Range, class Chroma>
[[gnu::always_inline]] inline typename Range::Share GatherShare(const Range& range, const Chroma& chroma, int row,
                                         int step) {
  Vector uv = chroma.Part(row, step, 0);
  for (int c = 1; c < chroma.gather.chunks; ++c) {
    uv = _mm256_or_si256(uv, chroma.Part(row, step, c));
  }
  const Vector middle = _mm256_set1_epi16(128);
  const Vector first = _mm256_sub_epi16(_mm256_cvtepu8_epi16(Low(uv)), middle);
  const Vector second = _mm256_sub_epi16(_mm256_cvtepu8_epi16(High(uv)), middle);
  return chroma.u_first ? range.ShareOf(first, second) : range.ShareOf(second, first);
}

// One or two YUV rows to dense rows; chroma that two rows share is converted once.
template <class Range, class Chroma>
void GatherYuv(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
               const RowStep& next, uint8_t* first, uint8_t* second) {
  const Range range(t.yuv);
  const Chroma chroma(t, frame);
  const int columns = t.nearest ? kGather : kGather / 2;
  const uint8_t* luma[2] = {RowOf(frame.planes[0], rows.first), RowOf(frame.planes[0], rows.second)};
  const uint8_t* ahead[2] = {RowOf(frame.planes[0], next.first),
                             RowOf(frame.planes[0], next.second)};
  const bool two = rows.second_weight != 0, shared = rows.first / 2 == rows.second / 2;
  for (int step = begin / columns; step < (begin + count) / columns; ++step) {
    const int32_t* load = t.luma.load + step * t.luma.chunks;
    PrefetchSpan(ahead[0], load[0], load[t.luma.chunks - 1] + 15);
    PrefetchSpan(ahead[1], load[0], load[t.luma.chunks - 1] + 15);
    chroma.Prefetch(next.first / 2, step);
    typename Range::Share share = GatherShare(range, chroma, rows.first / 2, step);
    StoreRgbx(first, range.Rgb(GatherLuma(t.luma, luma[0], step), share));
    first += 64;
    if (!two) continue;
    if (!shared) share = GatherShare(range, chroma, rows.second / 2, step);
    StoreRgbx(second, range.Rgb(GatherLuma(t.luma, luma[1], step), share));
    second += 64;
  }
}

template <class Chroma>
void GatherYuv(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
               const RowStep& next, uint8_t* first, uint8_t* second) {
  t.yuv.luma == 1 << 15
      ? GatherYuv<FullRange, Chroma>(t, frame, begin, count, rows, next, first, second)
      : GatherYuv<LimitedRange, Chroma>(t, frame, begin, count, rows, next, first, second);
}

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
          constants.Write(_mm_loadl_epi64(reinterpret_cast<const Half*>(line + k + 8 * part)),
                          part, out + k + 8 * part);
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
      const Vector v =
          _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(pixels, compact), close_up);
      constants.Write(Low(v), 0, out);
      constants.Write(_mm_srli_si128(Low(v), 8), 1, out + 8);
      constants.Write(High(v), 2, out + 16);
    }
  }

  static void Gather(const Tables& t, const Frame& frame, int begin, int count,
                     const RowStep& rows, const RowStep& next, uint8_t* first, uint8_t* second) {
    if (t.luma.chunks != 0 && frame.planes[0].pixel_stride == 1) {
      const Plane &u = frame.planes[1], &v = frame.planes[2];
      const ptrdiff_t apart = reinterpret_cast<intptr_t>(u.data) - reinterpret_cast<intptr_t>(v.data);
      if (u.pixel_stride == 1 && v.pixel_stride == 1 && t.planar.chunks != 0) {
        return GatherYuv<Planar>(t, frame, begin, count, rows, next, first, second);
      }
      if (u.pixel_stride == 2 && v.pixel_stride == 2 && u.row_stride == v.row_stride &&
          (apart == 1 || apart == -1) && t.interleaved.chunks != 0) {
        return GatherYuv<Interleaved>(t, frame, begin, count, rows, next, first, second);
      }
    }
    GatherRow(t, frame, begin, count, rows.first, first);
    if (rows.second_weight != 0) GatherRow(t, frame, begin, count, rows.second, second);
  }
};

void RunAvx2(const Tables& t, const Frame& frame, float* out) {
  if (t.format == PixelFormat::rgba8888) {
    RunRows<Avx2, RowKind::rgba, StoredRows>(t, frame, out);
  } else if (t.format == PixelFormat::rgb888 && t.width >= 3) {  // a load of 8 bytes fits a row
    RunRows<Avx2, RowKind::rgb, StoredRows>(t, frame, out);
  } else {
    RunRows<Avx2, RowKind::dense, DenseRows<Avx2>>(t, frame, out);
  }
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

#else

namespace pocketlens::internal {

RunFunction Avx2Run() { return nullptr; }

}  // namespace pocketlens::internal

#endif
