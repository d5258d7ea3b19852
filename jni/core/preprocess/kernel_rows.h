// The kernel's first half: a tile's neighbours in a stored row, side by side as RGBX.
// Internal to core/preprocess/; kernel.h says how to include it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/preprocess/tables.h"
#include "core/preprocess/vector.h"

namespace pocketlens::internal {
namespace {

// A tile of columns, with padding, and its neighbours: the first one's number and how many.
struct Tile {
  Tile(const Tables& t, int first_column)
      : begin(first_column),
        count(t.columns - begin < kTile ? t.columns - begin : kTile),
        padded((count + kColumnPadding - 1) / kColumnPadding * kColumnPadding),
        first_neighbour(begin * t.neighbours),
        neighbours(padded * t.neighbours) {}
  int begin, count, padded, first_neighbour, neighbours;
};

// One byte for each neighbour of a tile.
using TileBytes = uint8_t[2 * kTile];

// What is kept from row to row: samples of YUV; rows of a picture may share those of chroma.
struct Samples {
  int chroma_row = -1;
  alignas(64) TileBytes luma, u, v;
};

POCKETLENS_INLINE const uint8_t* RowOf(const Plane& plane, int row) {
  return plane.data + static_cast<ptrdiff_t>(row) * plane.row_stride;
}

// Picks a byte of a row for each neighbour; `next` is a row to prefetch.
inline void Pick(const SamplePlaces& places, const Plane& plane, int row, int next,
                 const Tile& tile, uint8_t* to) {
  const uint8_t *from = RowOf(plane, row), *ahead = RowOf(plane, next);
  const ByteGather gather = places.gather[plane.pixel_stride - 1];
  if (!kShuffles || gather.chunks == 0) {
    const int32_t* place = places.place + tile.first_neighbour;
    for (int k = 0; k < tile.neighbours; ++k) to[k] = from[place[k] * plane.pixel_stride];
    return;
  }
  const int32_t* load = gather.load + tile.first_neighbour / kGather * gather.chunks;
  const uint8_t* control = gather.control + tile.first_neighbour * gather.chunks;
  const int count = tile.neighbours;
  for (int k = 0; k < count; k += kGather) {
    __builtin_prefetch(ahead + *load);
    Bytes16 v = {};
    for (int c = 0; c < gather.chunks; ++c, control += kGather) {
      v |= Shuffle(Load<Bytes16>(from + *load++), Load<Bytes16>(control));
    }
    Store(to + k, v);
  }
}

// The chroma of a tile's neighbours in a stored row.
inline void PickChroma(const Tables& t, const Plane& plane, int row, int next, const Tile& tile,
                       uint8_t* to) {
  Pick(t.chroma, plane, row / 2, next / 2, tile, to);
  if (!t.interpolated) return;
  TileBytes beside, below, below_beside;
  const int other = ChromaBeside(row, ChromaSide(t.height));
  Pick(t.beside, plane, row / 2, next / 2, tile, beside);
  Pick(t.chroma, plane, other, next / 2, tile, below);
  Pick(t.beside, plane, other, next / 2, tile, below_beside);
  const uint8_t* rounding = t.chroma_rounding + tile.first_neighbour;
  for (int k = 0; k < tile.neighbours; ++k) {
    to[k] = static_cast<uint8_t>(
        InterpolatedChroma(to[k], beside[k], below[k], below_beside[k], rounding[k]));
  }
}

POCKETLENS_INLINE I32 Clipped(I32 v) {
  const I32 low = v < 0 ? I32{} : v;
  return low > 255 ? I32{} + 255 : low;
}

// yuv.h's formula for `count` pixels.
inline void Convert(YuvFormula f, const Samples& s, int count, uint8_t* rgbx) {
  for (int k = 0; k < count; k += kLanes, rgbx += kBytes) {
    const I32 above = Widened(s.luma + k) - f.black, zero = {};
    const I32 y = (above < 0 ? zero : above) * f.luma + (1 << (f.shift - 1));
    const I32 u = Widened(s.u + k) - 128, v = Widened(s.v + k) - 128;
    const I32 red = Clipped((y + v * f.red_v) >> f.shift);
    const I32 green = Clipped((y - u * f.green_u - v * f.green_v) >> f.shift);
    const I32 blue = Clipped((y + u * f.blue_u) >> f.shift);
    Store(rgbx, red | green << 8 | blue << 16);
  }
}

// The pixels of a tile's neighbours, of which kCopied bytes are read.
template <int kPixelBytes, int kCopied>
POCKETLENS_INLINE void CopyPixels(const Tables& t, const Plane& plane, int row, int next,
                                  const Tile& tile, uint8_t* to) {
  const uint8_t *from = RowOf(plane, row), *ahead = RowOf(plane, next);
  const int32_t* pixel = t.neighbour + tile.first_neighbour;
  for (int k = 0, count = tile.neighbours; k < count; k += 4) {
    uint32_t words[4] = {};
    for (int n = 0; n < 4; ++n) {
      __builtin_memcpy(&words[n], from + kPixelBytes * ptrdiff_t{pixel[k + n]}, kCopied);
    }
    __builtin_memcpy(to + 4 * k, words, sizeof words);
    __builtin_prefetch(ahead + kPixelBytes * ptrdiff_t{pixel[k]});
  }
}

// The neighbours of a tile in stored row `row`, as RGBX; `next` is a row to prefetch.
inline void MakeDense(const Tables& t, const Frame& frame, int row, int next, const Tile& tile,
                      Samples* s, uint8_t* rgbx) {
  const Plane* planes = frame.planes;
  if (t.format == PixelFormat::rgba8888) {
    return CopyPixels<4, 4>(t, planes[0], row, next, tile, rgbx);
  }
  if (t.format == PixelFormat::rgb888) {  // four bytes are quicker, but may leave the last row
    return row + 1 < t.height ? CopyPixels<3, 4>(t, planes[0], row, next, tile, rgbx)
                              : CopyPixels<3, 3>(t, planes[0], row, next, tile, rgbx);
  }
  Pick(t.luma, planes[0], row, next, tile, s->luma);
  const int chroma_row = t.interpolated ? row : row / 2;
  if (chroma_row != s->chroma_row) {
    PickChroma(t, planes[1], row, next, tile, s->u);
    PickChroma(t, planes[2], row, next, tile, s->v);
    s->chroma_row = chroma_row;
  }
  Convert(t.yuv, *s, tile.neighbours, rgbx);
}

}  // namespace
}  // namespace pocketlens::internal
