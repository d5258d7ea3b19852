// YUV for the kernel: a tile's neighbours in a stored row are picked, and converted to RGBX.
// Internal to core/preprocess/; kernel.h says how to include it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/preprocess/tables.h"
#include "core/preprocess/vector.h"

namespace pocketlens::internal {
namespace {

POCKETLENS_INLINE int AtMost(int value, int most) { return value < most ? value : most; }

POCKETLENS_INLINE U16 Splat(int v) { return U16{} + static_cast<uint16_t>(v); }

POCKETLENS_INLINE const uint8_t* RowOf(const Plane& plane, int row) {
  return plane.data + static_cast<ptrdiff_t>(row) * plane.row_stride;
}

// Neighbours of a tile: the first one's number and how many, a multiple of kGather.
struct Span {
  int first, count;
};

// A tile of columns, and its neighbours.
struct Tile {
  Tile(const Tables& t, int first_column)
      : begin(first_column),
        count(AtMost(t.columns - begin, kTile)),
        padded((count + kColumnPadding - 1) / kColumnPadding * kColumnPadding),
        neighbours{begin * t.neighbours, padded * t.neighbours} {}
  int begin, count, padded;
  Span neighbours;
};

template <int kChunks>
void GatherRow(const ByteGather& gather, const uint8_t* row, const uint8_t* ahead, Span span,
               uint8_t* to) {
  const int32_t* load = gather.load + span.first / kGather * kChunks;
  const uint8_t* control = gather.control + span.first * kChunks;
  for (int k = 0; k < span.count; k += kGather, load += kChunks, control += kChunks * kGather) {
    __builtin_prefetch(ahead + load[0]);
    if constexpr (kChunks > 4) __builtin_prefetch(ahead + load[kChunks / 2]);
    Bytes16 v = {};
#pragma GCC unroll 8
    for (int c = 0; c < kChunks; ++c) {
      v |= Shuffle(Load<Bytes16>(row + load[c]), Load<Bytes16>(control + kGather * c));
    }
    Store(to + k, v);
  }
}

// By number of chunks.
constexpr decltype(&GatherRow<1>) kGatherRow[kMaxChunks + 1] = {
    nullptr,      GatherRow<1>, GatherRow<2>, GatherRow<3>, GatherRow<4>,
    GatherRow<5>, GatherRow<6>, GatherRow<7>, GatherRow<8>};

// Picks a byte of a row for each neighbour; `ahead` is a row to prefetch.
inline void Pick(const SamplePlaces& places, const Plane& plane, int row, int ahead, Span span,
                 uint8_t* to) {
  const uint8_t* from = RowOf(plane, row);
  const ByteGather& gather = places.gather[plane.pixel_stride - 1];
  if (kShuffles && gather.chunks != 0) {
    kGatherRow[gather.chunks](gather, from, RowOf(plane, ahead), span, to);
    return;
  }
  const int32_t* place = places.place + span.first;
  for (int k = 0; k < span.count; ++k) to[k] = from[place[k] * plane.pixel_stride];
}

// The chroma of neighbours in a stored row.
inline void PickChroma(const Tables& t, const Plane& plane, int row, int ahead, Span span,
                       uint8_t* to) {
  if (!t.interpolated) return Pick(t.chroma, plane, row / 2, ahead / 2, span, to);
  const int other = ChromaBeside(row, ChromaSide(t.height));
  constexpr int kBlock = 7 * kGather;
  uint8_t own[2][kBlock], beside[2][kBlock];
  for (int k = 0; k < span.count; k += kBlock) {
    const Span block{span.first + k, AtMost(span.count - k, kBlock)};
    Pick(t.chroma, plane, row / 2, ahead / 2, block, own[0]);
    Pick(t.beside, plane, row / 2, ahead / 2, block, beside[0]);
    Pick(t.chroma, plane, other, ahead / 2, block, own[1]);
    Pick(t.beside, plane, other, ahead / 2, block, beside[1]);
    for (int i = 0; i < block.count; i += kBytes / 2) {  // InterpolatedChroma
      const U16 sum = Widened(own[0] + i) * 9 + (Widened(beside[0] + i) + Widened(own[1] + i)) * 3 +
                      Widened(beside[1] + i) + Widened(t.chroma_rounding + block.first + i);
      Store(to + k + i, __builtin_convertvector(sum >> 4, HalfBytes));
    }
  }
}

// yuv.h's formula for kBytes / 2 pixels. Of each range: what luma and what chroma add to a colour,
// and their sum as a colour that is not yet clipped.
template <class Part>
struct Shares {
  Part red, green, blue;
};

// Full range: luma passes unchanged, so chroma's share is (factor * chroma + 2^14) >> 15 alone. The
// factors of red and blue are above 2^15: v * red_v is v * 2^15 and the rest. Those of green, which
// are summed first, are 256 * high + low, whose products with signed bytes fit 16 bits.
struct FullRange {
  using Part = I16;

  explicit FullRange(const YuvFormula& f)
      : red_v(I16(Splat(f.red_v - 32768))),
        blue_u(I16(Splat(f.blue_u - 32768))),
        green_u{High(-f.green_u), Low(-f.green_u)},
        green_v{High(-f.green_v), Low(-f.green_v)} {}

  static I16 High(int f) { return I16(Splat((f + 128) >> 8)); }
  static I16 Low(int f) { return I16(Splat(f - ((f + 128) >> 8) * 256)); }

  POCKETLENS_INLINE I16 Luma(I16 y) const { return y; }
  POCKETLENS_INLINE Shares<I16> Chroma(I16 u, I16 v) const {
    const I16 high = u * green_u[0] + v * green_v[0], low = u * green_u[1] + v * green_v[1];
    return {v + MulRound(v, red_v), (high + 64 + (low >> 8)) >> 7, u + MulRound(u, blue_u)};
  }
  POCKETLENS_INLINE static I16 Colour(I16 luma, I16 chroma) { return luma + chroma; }

  I16 red_v, blue_u, green_u[2], green_v[2];
};

// Limited range: in 32 bits, even and odd pixels apart.
struct Wide {
  I32 even, odd;
};
POCKETLENS_INLINE Wide operator+(Wide a, Wide b) { return {a.even + b.even, a.odd + b.odd}; }

struct LimitedRange {
  using Part = Wide;

  explicit LimitedRange(const YuvFormula& f) : formula(f) {}

  POCKETLENS_INLINE static Wide Times(I16 x, int factor) {
    return {(I32(x) << 16 >> 16) * factor, (I32(x) >> 16) * factor};
  }
  POCKETLENS_INLINE Wide Luma(I16 y) const {
    const I16 above = y - static_cast<int16_t>(formula.black);
    const I32 half = I32{} + (1 << 19);
    return Times(above < 0 ? I16{} : above, formula.luma) + Wide{half, half};
  }
  POCKETLENS_INLINE Shares<Wide> Chroma(I16 u, I16 v) const {
    return {Times(v, formula.red_v), Times(u, -formula.green_u) + Times(v, -formula.green_v),
            Times(u, formula.blue_u)};
  }
  POCKETLENS_INLINE static I16 Colour(Wide luma, Wide chroma) {
    const Wide sum = luma + chroma;
    return I16((sum.even >> 20 & 0xffff) | sum.odd >> 20 << 16);
  }

  YuvFormula formula;
};

POCKETLENS_INLINE U16 Clipped(I16 v) {
  const I16 low = v < 0 ? I16{} : v;
  return U16(low > 255 ? I16{} + int16_t{255} : low);
}

template <class Range, class Part>
POCKETLENS_INLINE void StoreRgbx(const Range& range, const Shares<Part>& chroma,
                                 const uint8_t* luma, uint8_t* rgbx) {
  const Part y = range.Luma(I16(Widened(luma)));
  const U16 red = Clipped(Range::Colour(y, chroma.red));
  const U16 green = Clipped(Range::Colour(y, chroma.green));
  StoreAlternating(rgbx, red | green << 8, Clipped(Range::Colour(y, chroma.blue)));
}

// Samples of two rows, one for each neighbour of a tile; both rows may share chroma.
struct Samples {
  alignas(64) uint8_t luma[2][2 * kTile];
  alignas(64) uint8_t u[2][2 * kTile];
  alignas(64) uint8_t v[2][2 * kTile];
};

template <class Range>
void Convert(const Range& range, const Samples& s, bool shared, int count, uint8_t* first,
             uint8_t* second) {
  for (int k = 0; k < count; k += kBytes / 2) {
    auto chroma = range.Chroma(I16(Widened(s.u[0] + k)) - 128, I16(Widened(s.v[0] + k)) - 128);
    StoreRgbx(range, chroma, s.luma[0] + k, first + 4 * k);
    if (!shared) {
      chroma = range.Chroma(I16(Widened(s.u[1] + k)) - 128, I16(Widened(s.v[1] + k)) - 128);
    }
    StoreRgbx(range, chroma, s.luma[1] + k, second + 4 * k);
  }
}

// The neighbours of a tile in the rows of a step, as RGBX.
inline void MakeDense(const Tables& t, const Frame& frame, const Tile& tile, const RowStep& step,
                      const RowStep& next, uint8_t* first, uint8_t* second) {
  const Plane &luma = frame.planes[0], &u = frame.planes[1], &v = frame.planes[2];
  const int block = t.interpolated ? 1 : 2;  // rows that share chroma
  const bool shared = step.first / block == step.second / block;
  Samples s;
  for (int n = 0; n < 2; ++n) {
    const int row = n == 0 ? step.first : step.second, ahead = n == 0 ? next.first : next.second;
    Pick(t.luma, luma, row, ahead, tile.neighbours, s.luma[n]);
    if (n == 1 && shared) break;
    PickChroma(t, u, row, ahead, tile.neighbours, s.u[n]);
    PickChroma(t, v, row, ahead, tile.neighbours, s.v[n]);
  }
  if (t.yuv.black == 0) {
    Convert(FullRange(t.yuv), s, shared, tile.neighbours.count, first, second);
  } else {
    Convert(LimitedRange(t.yuv), s, shared, tile.neighbours.count, first, second);
  }
}

}  // namespace
}  // namespace pocketlens::internal
