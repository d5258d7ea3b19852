// The fast path, once for every instruction set: a file for each includes it, after it has said
// which and how it compiles (kernel_avx2.cc, kernel_neon.cc, kernel_portable.cc). Everything lies
// in an unnamed namespace, so that no two sets share code, and nothing here may use the standard
// library's templates: see kernel_avx2.cc.
//
// For a row step the neighbours of all columns in both of its stored rows are laid side by side as
// RGBX (kernel_rows.h), weighed in 16-bit lanes, normalised, and written as an output row or, in
// turned pictures, as an output column.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/preprocess/kernel_rows.h"
#include "core/preprocess/tables.h"
#include "core/preprocess/vector.h"

namespace pocketlens::internal {
namespace {

// Of two neighbours, 2048 in sum.
struct Weights {
  U16 first, second;
};

// The first stage of the resize, (a * first + b * second) >> 4 of bytes: weights as 16 * high + low
// keep every sum within 16 bits.
POCKETLENS_INLINE U16 WeighBytes(U16 a, U16 b, const Weights& w) {
  return a * (w.first >> 4) + b * (w.second >> 4) +
         ((a * (w.first & 15) + b * (w.second & 15)) >> 4);
}

// The second stage, of what the first one gave.
POCKETLENS_INLINE U16 WeighSums(U16 a, U16 b, const Weights& w) {
  return (MulHigh(a, w.first) + MulHigh(b, w.second) + 2) >> 2;
}

// Four neighbours, one byte of each pixel in 16-bit lanes: both columns in both rows of a step.
struct Corners {
  U16 first[2], second[2];
};

// The resized values. The first stage is along the upright picture's rows: in straight pictures
// these are stored rows, in turned ones stored columns.
template <bool kTurned>
POCKETLENS_INLINE U16 Resized(const Corners& c, const Weights& rows, const Weights& columns) {
  if constexpr (kTurned) {
    return WeighSums(WeighBytes(c.first[0], c.second[0], rows),
                     WeighBytes(c.first[1], c.second[1], rows), columns);
  } else {
    return WeighSums(WeighBytes(c.first[0], c.first[1], columns),
                     WeighBytes(c.second[0], c.second[1], columns), rows);
  }
}

// Resizes a tile of a row step from its dense rows. RGBX.
template <bool kNearest, bool kTurned>
void ResizeRows(const Tables& t, const Tile& tile, const AxisStep& step, const uint8_t* first,
                const uint8_t* second, uint8_t* rgbx) {
  const Weights rows{Splat(step.first_weight), Splat(step.second_weight)};
  for (int k = 0; k < tile.padded; k += kLanes) {
    const int own = 4 * (kNearest ? k : k + k / kPairs * kPairs);
    const int beside = kNearest ? own : own + 4 * kPairs;
    const size_t weight = size_t{2} * (tile.begin + k);
    const Weights columns = kNearest ? Weights{Splat(2048), Splat(0)}
                                     : Weights{Load<U16>(t.weights[0] + weight),
                                               Load<U16>(t.weights[1] + weight)};
    const Corners all{{Load<U16>(first + own), Load<U16>(first + beside)},
                      {Load<U16>(second + own), Load<U16>(second + beside)}};
    const Corners even{{all.first[0] & 255, all.first[1] & 255},
                       {all.second[0] & 255, all.second[1] & 255}};
    const Corners odd{{all.first[0] >> 8, all.first[1] >> 8},
                      {all.second[0] >> 8, all.second[1] >> 8}};
    Store(rgbx + 4 * k, Resized<kTurned>(even, rows, columns) |
                            Resized<kTurned>(odd, rows, columns) << 8);
  }
}

// Step 5 of reference.h for `count` pixels, a multiple of kColumnPadding.
inline void Normalise(const Normaliser& n, const uint8_t* rgbx, int count, float* __restrict out) {
  if (!kShuffles || !n.exact_constants) {
    for (int k = 0; k < count; ++k, rgbx += 4) {
      for (int c = 0; c < 3; ++c) *out++ = n.table[c][rgbx[n.channel[c]]];
    }
    return;
  }
  uint8_t packed[3 * kTile + 4];
  for (int k = 0; k < count; k += 4) {
    Store(packed + 3 * k, Shuffle(Load<Bytes16>(rgbx + 4 * k), Load<Bytes16>(n.pick)));
  }
  for (int pixel = 0; pixel < count; pixel += kLanes) {
    for (int part = 0; part < 3 * kLanes; part += kLanes) {
      const F32 v = __builtin_convertvector(Widened(packed + 3 * pixel + part), F32);
      const F32 d = Fma(v, F32{} + n.scale_high, v * n.scale_low) - Load<F32>(n.mean + part);
      Store(out + 3 * pixel + part, Fma(d, Load<F32>(n.inverse_high + part),
                                        d * Load<F32>(n.inverse_low + part)));
    }
  }
}

template <bool kNearest, bool kTurned>
void RunTile(const Tables& t, const Frame& frame, const Tile& tile, float* __restrict out) {
  const int across = 3, down = 3 * t.crop_width;  // from one output pixel to the next
  const int next_pixel = kTurned ? down : across, next_step = kTurned ? across : down;
  alignas(64) uint8_t dense[2][8 * kTile] = {}, line[4 * kTile];
  alignas(64) float values[3 * kTile];
  Samples samples;
  out += ptrdiff_t{next_pixel} * tile.begin;
  for (int row = 0; row < t.row_steps; ++row, out += next_step) {
    const AxisStep &step = t.rows[row], &next = t.rows[row + 1 < t.row_steps ? row + 1 : row];
    MakeDense(t, frame, step.first, next.first, tile, &samples, dense[0]);
    MakeDense(t, frame, step.second, next.second, tile, &samples, dense[1]);
    ResizeRows<kNearest, kTurned>(t, tile, step, dense[0], dense[1], line);
    const bool direct = !kTurned && tile.count == tile.padded;
    Normalise(t.normaliser, line, tile.padded, direct ? out : values);
    for (int k = 0; !direct && k < tile.count; ++k) {
      __builtin_memcpy(out + ptrdiff_t{next_pixel} * k, values + 3 * k, 3 * sizeof(float));
    }
  }
}

// The whole of the fast path.
inline void RunKernel(const Tables& t, const Frame& frame, float* out) {
  const bool nearest = t.neighbours == 1;
  const auto run = t.transposed ? (nearest ? RunTile<true, true> : RunTile<false, true>)
                                : (nearest ? RunTile<true, false> : RunTile<false, false>);
  for (int begin = 0; begin < t.columns; begin += kTile) run(t, frame, Tile(t, begin), out);
}

}  // namespace
}  // namespace pocketlens::internal
