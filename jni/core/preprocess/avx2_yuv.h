// YUV rows for the AVX2 kernels: picking samples, converting them, and lines made straight from
// them. Internal to avx2.cc, which says how to include it.
#pragma once

#include "core/preprocess/avx2_vector.h"
#include "core/preprocess/yuv_rows.h"

namespace pocketlens::internal {
namespace {

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
    return {
        _mm256_add_epi16(v, _mm256_mulhrs_epi16(v, red)),
        _mm256_packs_epi32(Green(_mm256_unpacklo_epi16(u, v)), Green(_mm256_unpackhi_epi16(u, v))),
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

POCKETLENS_INLINE Sums Plus(Sums a, Sums b) {
  return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}

// Limited range: the sums need 32 bits. A factor of up to 2^22 times a 16-bit value x (at most 8
// bits and a sign) is the pair product (x * 128) * (factor >> 7) + x * (factor & 127).
struct LimitedRange {
  struct Share {
    Sums red, green, blue;
  };

  explicit LimitedRange(const YuvFormula& f)
      : luma_factor(Factor(f.luma)),
        red_v(Factor(f.red_v)),
        green_u(Factor(-f.green_u)),
        green_v(Factor(-f.green_v)),
        blue_u(Factor(f.blue_u)),
        black(_mm_set1_epi8(static_cast<char>(f.black))) {}

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
    const Sums y =
        Plus(Times(_mm256_cvtepu8_epi16(_mm_subs_epu8(luma, black)), luma_factor), {half, half});
    return {Divided(Plus(y, share.red)), Divided(Plus(y, share.green)),
            Divided(Plus(y, share.blue))};
  }

  Vector luma_factor, red_v, green_u, green_v, blue_u;
  Half black;
};

// Clipped and interleaved: 16 pixels as RGBX.
POCKETLENS_INLINE void StoreRgbx(uint8_t* dense, const Colours& c) {
  const Vector red_blue = _mm256_packus_epi16(c.red, c.blue);
  const Vector green = _mm256_packus_epi16(c.green, c.green);
  const Vector rg = _mm256_unpacklo_epi8(red_blue, green);
  const Vector bx = _mm256_unpackhi_epi8(red_blue, green);
  const Vector low = _mm256_unpacklo_epi16(rg, bx), high = _mm256_unpackhi_epi16(rg, bx);
  Store(dense, _mm256_permute2x128_si256(low, high, 0x20));
  Store(dense + 32, _mm256_permute2x128_si256(low, high, 0x31));
}

template <int kChunks>
POCKETLENS_INLINE void PrefetchStep(const int32_t* load, RowPair ahead) {
  _mm_prefetch(ahead.first + load[0], _MM_HINT_T0);
  _mm_prefetch(ahead.second + load[0], _MM_HINT_T0);
  if constexpr (kChunks > 4) {
    _mm_prefetch(ahead.first + load[kChunks / 2], _MM_HINT_T0);
    _mm_prefetch(ahead.second + load[kChunks / 2], _MM_HINT_T0);
  }
}

// Picks 16 bytes a step from the same places of two rows.
template <int kChunks>
void GatherRows(const ByteGather& gather, int step, int steps, RowPair rows, RowPair ahead,
                uint8_t* first, uint8_t* second) {
  const int32_t* load = gather.load + step * kChunks;
  const uint8_t* control = gather.control + 16 * step * kChunks;
  for (int k = 0; k < steps; ++k, load += kChunks, control += 16 * kChunks) {
    PrefetchStep<kChunks>(load, ahead);
    Vector v = _mm256_setzero_si256();
#pragma GCC unroll 16
    for (int c = 0; c < kChunks; ++c) {
      const Vector chunk = Join(LoadHalf(rows.first + load[c]), LoadHalf(rows.second + load[c]));
      v = _mm256_or_si256(v, _mm256_shuffle_epi8(chunk, Twice(LoadHalf(control + 16 * c))));
    }
    _mm_storeu_si128(reinterpret_cast<Half*>(first + 16 * k), Low(v));
    _mm_storeu_si128(reinterpret_cast<Half*>(second + 16 * k), High(v));
  }
}

// Picks 16 pairs of bytes a step from one row, and puts their first and second bytes apart.
template <int kChunks>
void GatherPairs(const ByteGather& gather, int step, int steps, const uint8_t* row,
                 const uint8_t* ahead, uint8_t* first, uint8_t* second) {
  const int32_t* load = gather.load + step * kChunks;
  const uint8_t* control = gather.control + 32 * step * kChunks;
  for (int k = 0; k < steps; ++k, load += kChunks, control += 32 * kChunks) {
    PrefetchStep<kChunks>(load, {ahead, ahead});
    Vector v = _mm256_setzero_si256();
#pragma GCC unroll 16
    for (int c = 0; c < kChunks; ++c) {
      const Vector chunk = Twice(LoadHalf(row + load[c]));
      v = _mm256_or_si256(v, _mm256_shuffle_epi8(chunk, Load(control + 32 * c)));
    }
    _mm_storeu_si128(reinterpret_cast<Half*>(first + 16 * k), Low(v));
    _mm_storeu_si128(reinterpret_cast<Half*>(second + 16 * k), High(v));
  }
}

// 16 samples of a chroma row: 3 times the own one and the one beside.
POCKETLENS_INLINE Vector ThreeToOne(RowPair row) {
  const Half own = LoadHalf(row.first), beside = LoadHalf(row.second);
  return _mm256_maddubs_epi16(Join(_mm_unpacklo_epi8(own, beside), _mm_unpackhi_epi8(own, beside)),
                              _mm256_set1_epi16(0x0103));
}

POCKETLENS_INLINE void InterpolateSixteen(RowPair own_row, RowPair other_row,
                                          const uint8_t* rounding, uint8_t* to) {
  const Vector near = ThreeToOne(own_row);
  const Vector rest =
      _mm256_add_epi16(ThreeToOne(other_row), _mm256_cvtepu8_epi16(LoadHalf(rounding)));
  const Vector sum = _mm256_add_epi16(_mm256_add_epi16(near, _mm256_slli_epi16(near, 1)), rest);
  const Vector v = _mm256_srli_epi16(sum, 4);
  StoreHalf(to, _mm_packus_epi16(Low(v), High(v)));
}

// By number of chunks.
constexpr decltype(&GatherRows<1>) kGatherRows[kMaxChunks + 1] = {
    nullptr,       GatherRows<1>, GatherRows<2>, GatherRows<3>, GatherRows<4>,
    GatherRows<5>, GatherRows<6>, GatherRows<7>, GatherRows<8>};
constexpr decltype(&GatherPairs<1>) kGatherPairs[kMaxChunks + 1] = {
    nullptr,        GatherPairs<1>, GatherPairs<2>, GatherPairs<3>, GatherPairs<4>,
    GatherPairs<5>, GatherPairs<6>, GatherPairs<7>, GatherPairs<8>};

template <class Range>
POCKETLENS_INLINE typename Range::Share ShareAt(const Range& range, const uint8_t* u,
                                                const uint8_t* v) {
  const Vector middle = _mm256_set1_epi16(128);
  return range.ShareOf(_mm256_sub_epi16(_mm256_cvtepu8_epi16(LoadHalf(u)), middle),
                       _mm256_sub_epi16(_mm256_cvtepu8_epi16(LoadHalf(v)), middle));
}

// One or two rows of samples to dense rows. `second` null: one.
template <class Range>
void SamplesToDense(const Tables& t, const YuvSamples& s, int steps, uint8_t* first,
                    uint8_t* second) {
  const Range range(t.yuv);
  for (int k = 0; k < steps; ++k) {
    typename Range::Share share = ShareAt(range, s.u[0] + 16 * k, s.v[0] + 16 * k);
    StoreRgbx(first + 64 * k, range.Rgb(LoadHalf(s.luma[0] + 16 * k), share));
    if (second == nullptr) continue;
    if (!s.shared_chroma) share = ShareAt(range, s.u[1] + 16 * k, s.v[1] + 16 * k);
    StoreRgbx(second + 64 * k, range.Rgb(LoadHalf(s.luma[1] + 16 * k), share));
  }
}

// 16 neighbours of two rows, clipped to bytes: red of pixels 0 .. 7, blue of 0 .. 7 | red of
// 8 .. 15, blue of 8 .. 15; and green of the first, then of the second row in the same way.
struct TwoRows {
  Vector red_blue_first, red_blue_second, greens;
};

template <bool kShared, class Range>
POCKETLENS_INLINE TwoRows RowsAt(const Range& range, const YuvSamples& s, int k) {
  const typename Range::Share share = ShareAt(range, s.u[0] + k, s.v[0] + k);
  const Colours a = range.Rgb(LoadHalf(s.luma[0] + k), share);
  const Colours b =
      range.Rgb(LoadHalf(s.luma[1] + k), kShared ? share : ShareAt(range, s.u[1] + k, s.v[1] + k));
  return {_mm256_packus_epi16(a.red, a.blue), _mm256_packus_epi16(b.red, b.blue),
          _mm256_packus_epi16(a.green, b.green)};
}

POCKETLENS_INLINE Vector Shifted7(Vector high_bytes) { return _mm256_srli_epi16(high_bytes, 1); }

// 16 columns without a second neighbour: value << 7 of both rows, weighed and rounded.
POCKETLENS_INLINE void StoreNearest(const TwoRows& rows, Vector wa, Vector wb, Vector compact,
                                    uint8_t* line) {
  const Vector zero = _mm256_setzero_si256();
  const auto low = [&](Vector v) { return Shifted7(_mm256_unpacklo_epi8(zero, v)); };
  const auto high = [&](Vector v) { return Shifted7(_mm256_unpackhi_epi8(zero, v)); };
  const auto down = [&](Vector a, Vector b) {
    return Rounded(_mm256_add_epi16(_mm256_mulhi_epi16(a, wa), _mm256_mulhi_epi16(b, wb)));
  };
  const Vector red = down(low(rows.red_blue_first), low(rows.red_blue_second));
  const Vector blue = down(high(rows.red_blue_first), high(rows.red_blue_second));
  const Vector green = down(low(rows.greens), high(rows.greens));
  const Vector rb = _mm256_packus_epi16(red, blue), g = _mm256_packus_epi16(green, green);
  const Vector rg = _mm256_unpacklo_epi8(rb, g), bx = _mm256_unpackhi_epi8(rb, g);
  // Pixels 0 .. 3 | 8 .. 11 and 4 .. 7 | 12 .. 15.
  const Vector even = _mm256_shuffle_epi8(_mm256_unpacklo_epi16(rg, bx), compact);
  const Vector odd = _mm256_shuffle_epi8(_mm256_unpackhi_epi16(rg, bx), compact);
  StoreHalf(line, Low(even));
  StoreHalf(line + 12, Low(odd));
  StoreHalf(line + 24, High(even));
  StoreHalf(line + 36, High(odd));
}

// 8 columns: both neighbours weighed, then both rows.
POCKETLENS_INLINE void StorePairs(const TwoRows& rows, const int8_t* weights, Vector wa, Vector wb,
                                  Vector wab, Vector compact, uint8_t* line) {
  const Vector high = Load(weights), low = Load(weights + 32);
  const Vector red_blue =
      _mm256_add_epi16(_mm256_mulhi_epi16(Weighed(rows.red_blue_first, high, low), wa),
                       _mm256_mulhi_epi16(Weighed(rows.red_blue_second, high, low), wb));
  // Columns 0 .. 3 of the first, then of the second row | columns 4 .. 7.
  const Vector greens = _mm256_mulhi_epi16(Weighed(rows.greens, high, low), wab);
  const Vector green = _mm256_add_epi16(greens, _mm256_shuffle_epi32(greens, 0x4e));
  const Vector bytes = _mm256_packus_epi16(Rounded(red_blue), Rounded(green));
  const Vector v = _mm256_shuffle_epi8(bytes, compact);
  StoreHalf(line, Low(v));
  StoreHalf(line + 12, High(v));
}

template <class Range, bool kNearest, bool kShared>
void YuvLine(const Tables& t, int begin, int count, const YuvSamples& samples, const RowStep& step,
             uint8_t* line) {
  const Range range(t.yuv);
  const Vector wa = _mm256_set1_epi16(step.first_weight);
  const Vector wb = _mm256_set1_epi16(step.second_weight);
  const Vector wab = _mm256_blend_epi32(wa, wb, 0xcc);
  const Vector compact = Twice(LoadHalf(kNearest ? t.compact : t.compact_planar));
  constexpr int kColumns = kNearest ? 16 : 8;
  for (int k = 0; k < count; k += kColumns) {
    const TwoRows rows = RowsAt<kShared>(range, samples, 16 / kColumns * k);
    if constexpr (kNearest) {
      StoreNearest(rows, wa, wb, compact, line + 3 * k);
    } else {
      StorePairs(rows, t.planar_weights + 8 * (begin + k), wa, wb, wab, compact, line + 3 * k);
    }
  }
}

}  // namespace
}  // namespace pocketlens::internal
