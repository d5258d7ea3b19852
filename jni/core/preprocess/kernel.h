// The fast path, once for every instruction set: a file for each includes it, after it has said
// which and how it compiles (kernel_avx2.cc, kernel_neon.cc, kernel_portable.cc). Everything lies
// in an unnamed namespace, so that no two sets share code, and nothing here may use the standard
// library's templates: see kernel_avx2.cc.
//
// A row step goes block by block of kColumns pixels. The four neighbours of each pixel become
// vectors of RGBX: `lower` and `upper` of the first and of the second stored row, straight from the
// frame (RGBA, RGB) or from dense rows, which hold a tile's neighbours side by side (YUV). They are
// weighed in 16-bit lanes, normalised and written; turned pictures wait until a block of output
// rows can be written.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/preprocess/kernel_yuv.h"
#include "core/preprocess/tables.h"
#include "core/preprocess/vector.h"

namespace pocketlens::internal {
namespace {

enum class RowKind { rgba, rgb, dense };

// Two stored rows, or the same one twice.
struct RowPair {
  const uint8_t* first;
  const uint8_t* second;
};

POCKETLENS_INLINE RowPair RowsOf(const Plane& plane, const RowStep& step) {
  return {RowOf(plane, step.first), RowOf(plane, step.second)};
}

// Weighing

// Two weights, each as 16 * high + low, so that sums of bytes times them fit 16 bits.
struct Weights {
  U16 high[2], low[2];
};

// (a * w0 + b * w1) >> 4.
POCKETLENS_INLINE U16 Weighed(U16 a, U16 b, const Weights& w) {
  return a * w.high[0] + b * w.high[1] + ((a * w.low[0] + b * w.low[1]) >> 4);
}

// A row step's two weights, for either stage of the resize.
struct RowWeights {
  explicit RowWeights(const RowStep& s)
      : split{{Splat(s.first_weight >> 4), Splat(s.second_weight >> 4)},
              {Splat(s.first_weight & 15), Splat(s.second_weight & 15)}},
        first(I16(Splat(s.first_weight))),
        second(I16(Splat(s.second_weight))) {}
  Weights split;
  I16 first, second;
};

// Neighbours of kColumns pixels in a row: RGBX, or one byte in 16-bit lanes.
template <class V>
struct Pixels {
  V lower, upper;
};

// The resized values, of which the stage along the upright picture's rows comes first: straight
// pictures have it along the stored rows (column weights), turned ones across them (row weights).
template <bool kNearest, bool kTurned>
POCKETLENS_INLINE U16 Resized(const Pixels<U16>& a, const Pixels<U16>& b, const RowWeights& row,
                              const Weights& column) {
  I16 sum;
  if constexpr (kTurned) {
    const U16 lower = Weighed(a.lower, b.lower, row.split);
    if constexpr (kNearest) {
      sum = I16(lower >> 5);  // * 2048 >> 16
    } else {
      const U16 upper = Weighed(a.upper, b.upper, row.split);
      sum = MulHigh(I16(lower), I16(column.high[0])) + MulHigh(I16(upper), I16(column.high[1]));
    }
  } else {
    U16 first = a.lower << 7, second = b.lower << 7;  // * 2048 >> 4
    if constexpr (!kNearest) {
      first = Weighed(a.lower, a.upper, column);
      second = Weighed(b.lower, b.upper, column);
    }
    sum = MulHigh(I16(first), row.first) + MulHigh(I16(second), row.second);
  }
  return U16(sum + 2) >> 2;
}

POCKETLENS_INLINE Pixels<U16> Even(const Pixels<U32>& p) {
  return {U16(p.lower) & 0xff, U16(p.upper) & 0xff};
}
POCKETLENS_INLINE Pixels<U16> Odd(const Pixels<U32>& p) {
  return {U16(p.lower) >> 8, U16(p.upper) >> 8};
}

// Normalising

// Step 5 of reference.h for kColumns pixels, where Normaliser::exact_constants says so. A group is
// four pixels, 12 values, three parts.
POCKETLENS_INLINE void Normalise(const Normaliser& n, Bytes rgbx, float* __restrict out) {
  for (int part = 0; part < 3; ++part) {
    const F32 v = __builtin_convertvector(I32(Shuffle(rgbx, Load<Bytes>(n.pick[part]))), F32);
    const F32 d = Fma(v, F32{} + n.scale_high, v * n.scale_low) - Load<F32>(n.mean[part]);
    StoreGroups(out + 4 * part, Fma(d, Load<F32>(n.inverse_high[part]),
                                    d * Load<F32>(n.inverse_low[part])));
  }
}

// The same for `n` pixels that lie `stride` bytes apart, by the table.
[[gnu::noinline]] inline void LookUp(const Normaliser& normaliser, const uint8_t* rgbx, int stride,
                                     int n, float* out) {
  for (int k = 0; k < n; ++k, rgbx += stride) {
    for (int c = 0; c < 3; ++c) *out++ = normaliser.table[c][rgbx[normaliser.channel[c]]];
  }
}

// RGB, where a load of four or eight bytes would leave the plane.
inline void CopyDense(const Tables& t, const Plane& plane, const Tile& tile, int row,
                      uint8_t* to) {
  const int32_t* pixel = t.neighbour + tile.neighbours.first;
  for (int k = 0; k < tile.neighbours.count; ++k, to += 4) {
    __builtin_memcpy(to, RowOf(plane, row) + 3 * pixel[k], 3);
    to[3] = 0;
  }
}

// The walk over rows and columns

// kColumns pixels from column tile.begin + k on, with their neighbours to the right.
template <RowKind kRow, bool kNearest>
POCKETLENS_INLINE Pixels<U32> LoadPixels(const Tables& t, const Tile& tile, const uint8_t* row,
                                         int k) {
  const int32_t* offset = t.offset + tile.begin + k;
  if constexpr (kRow == RowKind::dense) {
    const int lower = kNearest ? k : k + k / kPairs * kPairs;
    return {Load<U32>(row + 4 * lower), Load<U32>(row + 4 * (kNearest ? lower : lower + kPairs))};
  } else if constexpr (kNearest) {
    const U32 words = LoadWords(row, offset);
    return {words, words};
  } else {
    constexpr int kShift = kRow == RowKind::rgba ? 32 : 24;
    U64 a, b;
    LoadPairs(row, offset, &a, &b);
    return {LowerWords(a, b), LowerWords(a >> kShift, b >> kShift)};
  }
}

template <bool kNearest, bool kTurned>
POCKETLENS_INLINE Weights ColumnWeights(const Tables& t, int column) {
  Weights w = {};
  for (int k = 0; k < 2 && !kNearest; ++k) {
    w.high[k] = Load<U16>(t.weights[k] + 2 * column);
    if constexpr (!kTurned) w.low[k] = Load<U16>(t.weights[2 + k] + 2 * column);
  }
  return w;
}

// Resizes a tile of a row step; `ahead` are rows to prefetch. RGBX.
template <RowKind kRow, bool kNearest, bool kTurned>
POCKETLENS_INLINE void ResizeRows(const Tables& t, const Tile& tile, RowPair rows,
                                  const RowStep& step, RowPair ahead, uint8_t* rgbx) {
  const RowWeights weights(step);
  for (int k = 0; k < tile.padded; k += kColumns) {
    if constexpr (kRow != RowKind::dense) {
      for (int part = 0; part < kColumns; part += 4) {
        __builtin_prefetch(ahead.first + t.offset[tile.begin + k + part]);
        __builtin_prefetch(ahead.second + t.offset[tile.begin + k + part]);
      }
    }
    const auto first = LoadPixels<kRow, kNearest>(t, tile, rows.first, k);
    const auto second = LoadPixels<kRow, kNearest>(t, tile, rows.second, k);
    const Weights column = ColumnWeights<kNearest, kTurned>(t, tile.begin + k);
    const U16 even = Resized<kNearest, kTurned>(Even(first), Even(second), weights, column);
    const U16 odd = Resized<kNearest, kTurned>(Odd(first), Odd(second), weights, column);
    Store(rgbx + 4 * k, even | odd << 8);
  }
}

// Row step `k`, whose rows are made dense where they cannot be read in place.
template <RowKind kRow, bool kNearest, bool kTurned>
void RunStep(const Tables& t, const Frame& frame, const Tile& tile, int k, uint8_t* rgbx) {
  const RowStep& step = t.rows[k];
  const RowStep& next = t.rows[k + 1 < t.row_steps ? k + 1 : k];
  const Plane& plane = frame.planes[0];
  const bool last = step.first == t.height - 1 || step.second == t.height - 1;
  if (kRow == RowKind::rgba || (kRow == RowKind::rgb && !last)) {
    ResizeRows<kRow, kNearest, kTurned>(t, tile, RowsOf(plane, step), step, RowsOf(plane, next),
                                        rgbx);
    return;
  }
  alignas(64) uint8_t dense[2][kTile * 8];
  if constexpr (kRow == RowKind::rgb) {
    CopyDense(t, plane, tile, step.first, dense[0]);
    CopyDense(t, plane, tile, step.second, dense[1]);
  } else {
    MakeDense(t, frame, tile, step, next, dense[0], dense[1]);
  }
  ResizeRows<RowKind::dense, kNearest, kTurned>(t, tile, {dense[0], dense[1]}, step, {}, rgbx);
}

// Upright, mirrored or upside down: a row step makes an output row.
template <RowKind kRow, bool kNearest>
void RunStraight(const Tables& t, const Frame& frame, const Tile& tile, float* __restrict out) {
  alignas(64) uint8_t line[kTile * 4];
  const Normaliser& normaliser = t.normaliser;
  const bool by_vector = kShuffles && normaliser.exact_constants;
  out += ptrdiff_t{3} * tile.begin;
  for (int row = 0; row < t.row_steps; ++row, out += ptrdiff_t{3} * t.crop_width) {
    RunStep<kRow, kNearest, false>(t, frame, tile, row, line);
    int k = 0;
    for (; by_vector && k + kColumns <= tile.count; k += kColumns) {
      Normalise(normaliser, Load<Bytes>(line + 4 * k), out + 3 * k);
    }
    LookUp(normaliser, line + 4 * k, 4, tile.count - k, out + 3 * k);
  }
}

// Turned by 90 or 270: a row step makes an output column; kColumns of them are written together.
template <RowKind kRow, bool kNearest>
void RunTurned(const Tables& t, const Frame& frame, const Tile& tile, float* __restrict out) {
  alignas(64) uint8_t columns[kColumns][kTile * 4];
  int32_t slots[kColumns];
  for (int n = 0; n < kColumns; ++n) slots[n] = n * kTile * 4;
  const Normaliser& normaliser = t.normaliser;
  const bool by_vector = kShuffles && normaliser.exact_constants;
  const ptrdiff_t stride = ptrdiff_t{3} * t.crop_width;
  for (int row = 0; row < t.row_steps; ++row) {
    const int slot = row % kColumns;
    RunStep<kRow, kNearest, true>(t, frame, tile, row, columns[slot]);
    if (slot + 1 < kColumns && row + 1 < t.row_steps) continue;
    float* to = out + stride * tile.begin + ptrdiff_t{3} * (row - slot);
    for (int k = 0; k < tile.count; ++k, to += stride) {
      const uint8_t* pixels = columns[0] + 4 * k;
      if (by_vector && slot + 1 == kColumns) {
        Normalise(normaliser, Bytes(LoadWords(pixels, slots)), to);
      } else {
        LookUp(normaliser, pixels, kTile * 4, slot + 1, to);
      }
    }
  }
}

template <RowKind kRow>
void RunTile(const Tables& t, const Frame& frame, const Tile& tile, float* out) {
  if (t.transposed) {
    (t.nearest ? RunTurned<kRow, true> : RunTurned<kRow, false>)(t, frame, tile, out);
  } else {
    (t.nearest ? RunStraight<kRow, true> : RunStraight<kRow, false>)(t, frame, tile, out);
  }
}

// The whole of the fast path.
inline void RunKernel(const Tables& t, const Frame& frame, float* out) {
  const auto run = t.format == PixelFormat::rgba8888 ? RunTile<RowKind::rgba>
                   : t.format == PixelFormat::rgb888 ? RunTile<RowKind::rgb>
                                                     : RunTile<RowKind::dense>;
  for (int begin = 0; begin < t.columns; begin += kTile) {
    run(t, frame, Tile(t, begin), out);
  }
}

}  // namespace
}  // namespace pocketlens::internal
