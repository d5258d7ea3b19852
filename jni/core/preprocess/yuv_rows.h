// YUV rows for the vector kernels, the same for every instruction set. Internal to
// core/preprocess/; included as driver.h is.
//
// Beside those in driver.h, a vector kernel type has these static functions:
//   GatherRows(gather, step, steps, rows, ahead, first, second)   16 bytes a step of each of two
//       rows, from the same places
//   GatherPairs(gather, step, steps, row, ahead, first, second)   16 pairs of bytes a step of one
//       row, first and second bytes apart
//   Interpolate(own_row, other_row, rounding, to)     16 InterpolatedChroma; a pair of rows is the
//       samples of one chroma row: own, and beside
//   ToDense(t, samples, steps, first, second)            samples to dense rows; second may be null
//   Line<samples, kNearest>(t, begin, count, samples, step, ahead, line)
#pragma once

#include "core/preprocess/driver.h"

namespace pocketlens::internal {
namespace {

// Two rows' samples, one byte for each neighbour of a tile.
struct YuvSamples {
  alignas(64) uint8_t luma[2][2 * kTile];
  alignas(64) uint8_t u[2][2 * kTile];
  alignas(64) uint8_t v[2][2 * kTile];
  bool shared_chroma;  // both rows have the chroma of u[0] and v[0]
};

// Whether the tables for picking samples fit the frame's planes: luma close together, and chroma
// either close together too or, where it is not interpolated, alternating in memory.
inline bool CanGather(const Tables& t, const Frame& frame) {
  const Plane &u = frame.planes[1], &v = frame.planes[2];
  if (t.luma.chunks == 0 || frame.planes[0].pixel_stride != 1) return false;
  if (u.pixel_stride == 1 && v.pixel_stride == 1) {
    return (t.interpolated ? t.own_and_beside : t.planar).chunks != 0;
  }
  if (t.interpolated) return false;
  const bool alternating = u.data == v.data + 1 || v.data == u.data + 1;
  return u.pixel_stride == 2 && v.pixel_stride == 2 && u.row_stride == v.row_stride &&
         alternating && t.interleaved.chunks != 0;
}

// Picks the samples of row steps for a tile. May be used where CanGather says so.
template <class Kernels>
struct YuvGather {
  YuvGather(const Tables& tables, const Frame& frame, int begin, int count)
      : t(tables),
        luma(frame.planes[0]),
        u(frame.planes[1]),
        v(frame.planes[2]),
        u_first(u.data < v.data),
        step(begin / (t.nearest ? kGather : kGather / 2)),
        steps(count / (t.nearest ? kGather : kGather / 2)) {}

  void Rows(const RowStep& rows, const RowStep& next, YuvSamples* samples) const {
    Kernels::GatherRows(t.luma, step, steps, {RowOf(luma, rows.first), RowOf(luma, rows.second)},
                        {RowOf(luma, next.first), RowOf(luma, next.second)}, samples->luma[0],
                        samples->luma[1]);
    if (t.interpolated) return Interpolated(rows, next, samples);
    samples->shared_chroma = rows.first / 2 == rows.second / 2;
    Chroma(rows.first / 2, next.first / 2, samples->u[0], samples->v[0]);
    if (!samples->shared_chroma) {
      Chroma(rows.second / 2, next.second / 2, samples->u[1], samples->v[1]);
    }
  }

  void Chroma(int row, int next, uint8_t* u_out, uint8_t* v_out) const {
    if (u.pixel_stride == 1) {
      Kernels::GatherRows(t.planar, step, steps, {RowOf(u, row), RowOf(v, row)},
                          {RowOf(u, next), RowOf(v, next)}, u_out, v_out);
    } else {
      const Plane& both = u_first ? u : v;
      Kernels::GatherPairs(t.interleaved, step, steps, RowOf(both, row), RowOf(both, next),
                           u_first ? u_out : v_out, u_first ? v_out : u_out);
    }
  }

  void Interpolated(const RowStep& rows, const RowStep& next, YuvSamples* samples) const {
    samples->shared_chroma = rows.first == rows.second;
    Interpolated(u, rows, next, samples->u[0], samples->u[1]);
    Interpolated(v, rows, next, samples->v[0], samples->v[1]);
  }

  // Chroma of the rows of a step. They are neighbours, so three rows of samples are enough: the
  // first row's own, the one beside it, and the one beside the second row, which is mostly one of
  // these too. A block at a time, for the stack's sake.
  void Interpolated(const Plane& plane, const RowStep& rows, const RowStep& next, uint8_t* first,
                    uint8_t* second) const {
    const int side = ChromaSide(t.height);
    const int own = rows.first / 2, beside = ChromaBeside(rows.first, side);
    const int last = ChromaBeside(rows.second, side);
    const int second_own = rows.second / 2 == own ? 0 : 1;
    const int second_beside = last == own ? 0 : last == beside ? 1 : 2;
    for (int done = 0; done < steps; done += kBlock) {
      const int block = steps - done < kBlock ? steps - done : kBlock;
      ChromaBlock picked[3];
      Pick(plane, done, block, own, next.first / 2, &picked[0]);
      Pick(plane, done, block, beside, next.second / 2, &picked[1]);
      Interpolate(done, block, picked[0], picked[1], first);
      if (rows.first == rows.second) continue;
      if (second_beside == 2) Pick(plane, done, block, last, next.second / 2, &picked[2]);
      Interpolate(done, block, picked[second_own], picked[second_beside], second);
    }
  }

  static constexpr int kBlock = 7;  // steps
  struct ChromaBlock {
    alignas(64) uint8_t own[kBlock * kGather];
    alignas(64) uint8_t beside[kBlock * kGather];
  };

  void Pick(const Plane& plane, int done, int block, int row, int next, ChromaBlock* to) const {
    Kernels::GatherPairs(t.own_and_beside, step + done, block, RowOf(plane, row),
                         RowOf(plane, next), to->own, to->beside);
  }

  void Interpolate(int done, int block, const ChromaBlock& own_row, const ChromaBlock& other_row,
                   uint8_t* to) const {
    const uint8_t* rounding = t.chroma_rounding + (step + done) * kGather;
    for (int k = 0; k < block * kGather; k += kGather) {
      Kernels::Interpolate({own_row.own + k, own_row.beside + k},
                           {other_row.own + k, other_row.beside + k}, rounding + k,
                           to + done * kGather + k);
    }
  }

  const Tables& t;
  const Plane &luma, &u, &v;
  bool u_first;
  int step, steps;
};

// Rows for RunStraight, as samples.
template <class Kernels>
struct SampledRows {
  SampledRows(const Tables& t, const Frame& frame, int begin, int count)
      : gather(t, frame, begin, count) {}

  const YuvSamples& Two(const RowStep& step, const RowStep& next) {
    gather.Rows(step, next, &samples);
    return samples;
  }
  RowPair Ahead(const RowStep&) const { return {}; }  // prefetching is the gather's business

  YuvGather<Kernels> gather;
  YuvSamples samples;
};

// Stored rows of any format to dense rows.
template <class Kernels>
void GatherDense(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
                 const RowStep& next, uint8_t* first, uint8_t* second) {
  const bool two = rows.second_weight != 0;
  if (t.format == PixelFormat::yuv420 && CanGather(t, frame)) {
    YuvSamples samples;
    const YuvGather<Kernels> gather(t, frame, begin, count);
    gather.Rows(rows, next, &samples);
    Kernels::ToDense(t, samples, gather.steps, first, two ? second : nullptr);
    return;
  }
  GatherRow(t, frame, begin, count, rows.first, first);
  if (two) GatherRow(t, frame, begin, count, rows.second, second);
}

// The whole of the fast path for a vector kernel type.
template <class Kernels>
void RunVectors(const Tables& t, const Frame& frame, float* out) {
  if (t.format == PixelFormat::rgba8888) {
    RunRows<Kernels, RowKind::rgba, StoredRows>(t, frame, out);
  } else if (t.format == PixelFormat::rgb888 && t.width >= 3) {  // a load of 8 bytes fits a row
    RunRows<Kernels, RowKind::rgb, StoredRows>(t, frame, out);
  } else if (t.format == PixelFormat::yuv420 && !t.transposed && !t.reuse_rows &&
             CanGather(t, frame)) {
    RunStraightTiles<Kernels, RowKind::samples, SampledRows<Kernels>>(t, frame, out);
  } else {
    RunRows<Kernels, RowKind::dense, DenseRows<Kernels>>(t, frame, out);
  }
}

}  // namespace
}  // namespace pocketlens::internal
