// The loops of the fast path, the same for every instruction set; the kernels are a parameter.
// Internal to core/preprocess/. Included by one file per instruction set, each of which gives a
// kernel type of its own, so that no instantiation is shared between them. Nothing here may use the
// standard library's templates: see avx2.cc.
//
// A kernel type has these static functions. `begin` is the first column of a tile and `count` its
// columns, padded to kColumnPadding; rows are those of kRow: whole stored rows (rgba, rgb) or the
// tile's neighbours one after the other as RGBX (dense). `ahead` are rows to prefetch, not null.
//   Horizontal<kRow, kNearest>(t, begin, count, row, ahead, int16_t* h)     4 values a column
//   Vertical(t, count, h_first, h_second, step, uint8_t* line)             3 bytes a column
//   Line<kRow, kNearest>(t, begin, count, rows, step, ahead, uint8_t* line)  both at once
//   Column<kRow, kNearest>(t, begin, count, rows, step, ahead, uint8_t* rgbx)  for turned pictures
//   Normalise(t, line, n, float* out)                 n bytes in output order to n floats
//   Flush(t, columns, count, n, float* out)           n (1..8) turned columns to n pixels a row
//   Gather(t, frame, begin, count, rows, ahead, first, second)   stored YUV rows to dense rows
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/preprocess/tables.h"

namespace pocketlens::internal {
namespace {

// The small pieces of a kernel must become one piece of code with it, whatever the optimiser
// thinks.
#define POCKETLENS_INLINE [[gnu::always_inline]] inline

enum class RowKind { rgba, rgb, dense, samples };

inline constexpr int kDenseBytes = kTile * 8;  // a tile's pairs of RGBX

template <bool kValue>
struct Bool {
  static constexpr bool value = kValue;
};

// Two rows of the picture, or the same one twice.
struct RowPair {
  const uint8_t* first;
  const uint8_t* second;
};

inline const uint8_t* RowOf(const Plane& plane, int row) {
  return plane.data + static_cast<ptrdiff_t>(row) * plane.row_stride;
}

inline int ChromaAt(const Tables& t, const Plane& plane, int x, int y) {
  return t.interpolated ? InterpolatedChromaAt(plane, t.width, t.height, x, y)
                        : RowOf(plane, y / 2)[x / 2 * plane.pixel_stride];
}

// One neighbour of any format as RGBX.
inline void GatherPixel(const Tables& t, const Frame& frame, int x, int y, uint8_t* rgbx) {
  const Plane* p = frame.planes;
  if (t.format == PixelFormat::yuv420) {
    YuvToRgb(t.yuv, RowOf(p[0], y)[x * p[0].pixel_stride], ChromaAt(t, p[1], x, y),
             ChromaAt(t, p[2], x, y), rgbx);
  } else {
    __builtin_memcpy(rgbx, RowOf(p[0], y) + x * p[0].pixel_stride, 3);
  }
  rgbx[3] = 0;
}

// Any stored row to a dense row, a pixel at a time.
inline void GatherRow(const Tables& t, const Frame& frame, int begin, int count, int row,
                      uint8_t* dense) {
  for (int k = begin; k < begin + count; ++k) {
    GatherPixel(t, frame, t.lower[k], row, dense);
    dense += 4;
    if (t.nearest) continue;
    GatherPixel(t, frame, t.lower[k] + 1, row, dense);
    dense += 4;
  }
}

// Rows as they are stored, read where they lie.
struct StoredRows {
  StoredRows(const Tables&, const Frame& frame, int, int) : plane(frame.planes[0]) {}

  const uint8_t* One(int row) { return RowOf(plane, row); }
  RowPair Two(const RowStep& step, const RowStep&) {
    return {RowOf(plane, step.first), RowOf(plane, step.second)};
  }
  RowPair Ahead(const RowStep& next) const {
    return {RowOf(plane, next.first), RowOf(plane, next.second)};
  }

  Plane plane;
};

// Rows converted to dense rows as they are asked for; the last two are kept.
template <class Kernels>
struct DenseRows {
  DenseRows(const Tables& tables, const Frame& f, int tile_begin, int tile_count)
      : t(tables), frame(f), begin(tile_begin), count(tile_count) {}

  const uint8_t* One(int row) {
    Kernels::Gather(t, frame, begin, count, {row, row, 2048, 0}, {row, row, 2048, 0}, buffer[0],
                    buffer[1]);
    return buffer[0];
  }

  RowPair Two(const RowStep& step, const RowStep& next) {
    const int first = Find(step.first), second = Find(step.second);
    if (first < 0 && second < 0) {
      Kernels::Gather(t, frame, begin, count, step, next, buffer[0], buffer[1]);
      held[0] = step.first;
      held[1] = step.second_weight != 0 ? step.second : -1;
      return {buffer[0], step.second_weight != 0 ? buffer[1] : buffer[0]};
    }
    if (first < 0) return {Fill(1 - second, step.first, next), buffer[second]};
    if (second < 0) return {buffer[first], Fill(1 - first, step.second, next)};
    return {buffer[first], buffer[second]};
  }
  // Prefetching is Gather's business.
  RowPair Ahead(const RowStep&) const { return {buffer[0], buffer[0]}; }

  int Find(int row) const { return held[0] == row ? 0 : held[1] == row ? 1 : -1; }

  const uint8_t* Fill(int slot, int row, const RowStep& next) {
    Kernels::Gather(t, frame, begin, count, {row, row, 2048, 0}, next, buffer[slot], buffer[slot]);
    held[slot] = row;
    return buffer[slot];
  }

  const Tables& t;
  const Frame& frame;
  int begin, count;
  int held[2] = {-1, -1};
  alignas(64) uint8_t buffer[2][kDenseBytes];
};

// Keeps the horizontally resized rows of the last step, for steps that share rows.
template <class Kernels, RowKind kRow, bool kNearest, class Rows>
struct HorizontalRows {
  const int16_t* Get(const Tables& t, int begin, int count, Rows* rows, int row, int keep,
                     const uint8_t* ahead) {
    if (held[0] == row) return values[0];
    if (held[1] == row) return values[1];
    const int slot = held[0] == keep ? 1 : 0;
    Kernels::template Horizontal<kRow, kNearest>(t, begin, count, rows->One(row), ahead,
                                                 values[slot]);
    held[slot] = row;
    return values[slot];
  }

  int held[2] = {-1, -1};
  alignas(64) int16_t values[2][kTile * 4];
};

inline const RowStep& NextStep(const Tables& t, int step) {
  return t.rows[step + 1 < t.row_steps ? step + 1 : step];
}

// Upright, mirrored or upside down: a row step makes an output row. Enough room for a vector more.
template <class Kernels, RowKind kRow, bool kNearest, class Rows>
void RunStraight(const Tables& t, const Frame& frame, int begin, int count, int padded,
                 float* out) {
  Rows rows(t, frame, begin, padded);
  alignas(64) uint8_t line[kTile * 3 + 32];
  for (int k = 0; k < t.row_steps; ++k) {
    const RowStep& step = t.rows[k];
    const RowStep& next = NextStep(t, k);
    Kernels::template Line<kRow, kNearest>(t, begin, padded, rows.Two(step, next), step,
                                           rows.Ahead(next), line);
    Kernels::Normalise(t, line, 3 * count, out + (ptrdiff_t{1} * k * t.crop_width + begin) * 3);
  }
}

// The same where row steps share rows: each row is resized horizontally once.
template <class Kernels, RowKind kRow, bool kNearest, class Rows>
void RunStraightReusing(const Tables& t, const Frame& frame, int begin, int count, int padded,
                        float* out) {
  Rows rows(t, frame, begin, padded);
  HorizontalRows<Kernels, kRow, kNearest, Rows> resized;
  alignas(64) uint8_t line[kTile * 3 + 32];
  for (int k = 0; k < t.row_steps; ++k) {
    const RowStep& step = t.rows[k];
    const RowPair ahead = rows.Ahead(NextStep(t, k));
    const int16_t* first =
        resized.Get(t, begin, padded, &rows, step.first, step.second, ahead.first);
    const int16_t* second =
        resized.Get(t, begin, padded, &rows, step.second, step.first, ahead.second);
    Kernels::Vertical(t, padded, first, second, step, line);
    Kernels::Normalise(t, line, 3 * count, out + (ptrdiff_t{1} * k * t.crop_width + begin) * 3);
  }
}

// Turned by 90 or 270: a row step makes an output column; eight are flushed together.
template <class Kernels, RowKind kRow, bool kNearest, class Rows>
void RunTurned(const Tables& t, const Frame& frame, int begin, int count, int padded, float* out) {
  Rows rows(t, frame, begin, padded);
  alignas(64) uint8_t columns[8][kTile * 4];
  float* corner = out + ptrdiff_t{1} * begin * t.crop_width * 3;
  for (int k = 0; k < t.row_steps; ++k) {
    const RowStep& step = t.rows[k];
    const RowStep& next = NextStep(t, k);
    Kernels::template Column<kRow, kNearest>(t, begin, padded, rows.Two(step, next), step,
                                             rows.Ahead(next), columns[k % 8]);
    if (k % 8 == 7 || k + 1 == t.row_steps) {
      Kernels::Flush(t, columns, count, k % 8 + 1, corner + (k - k % 8) * 3);
    }
  }
}

// Calls run(begin, count, padded) for each tile of columns; `padded` is the columns to compute.
template <class Run>
void ForEachTile(const Tables& t, const Run& run) {
  for (int begin = 0; begin < t.columns; begin += kTile) {
    const int count = t.columns - begin < kTile ? t.columns - begin : kTile;
    run(begin, count, (count + kColumnPadding - 1) / kColumnPadding * kColumnPadding);
  }
}

template <class Kernels, RowKind kRow, class Rows>
void RunStraightTiles(const Tables& t, const Frame& frame, float* out) {
  ForEachTile(t, [&](int begin, int count, int padded) {
    t.nearest ? RunStraight<Kernels, kRow, true, Rows>(t, frame, begin, count, padded, out)
              : RunStraight<Kernels, kRow, false, Rows>(t, frame, begin, count, padded, out);
  });
}

template <class Kernels, RowKind kRow, class Rows>
void RunRows(const Tables& t, const Frame& frame, float* out) {
  if (!t.transposed && !t.reuse_rows) return RunStraightTiles<Kernels, kRow, Rows>(t, frame, out);
  const auto run = [&](auto nearest) {
    ForEachTile(t, [&](int begin, int count, int padded) {
      constexpr bool kNearest = decltype(nearest)::value;
      t.transposed
          ? RunTurned<Kernels, kRow, kNearest, Rows>(t, frame, begin, count, padded, out)
          : RunStraightReusing<Kernels, kRow, kNearest, Rows>(t, frame, begin, count, padded, out);
    });
  };
  t.nearest ? run(Bool<true>()) : run(Bool<false>());
}

}  // namespace
}  // namespace pocketlens::internal
