// The fast path in plain C++, for processors without a path of their own.
#include "core/preprocess/driver.h"

namespace pocketlens::internal {
namespace {

struct Portable {
  template <RowKind kRow, bool kNearest>
  static void Horizontal(const Tables& t, int begin, int count, const uint8_t* row, const uint8_t*,
                         int16_t* h) {
    static_assert(kRow == RowKind::dense, "the portable kernels read dense rows");
    if constexpr (kNearest) {
      for (int k = 0; k < 4 * count; ++k) h[k] = static_cast<int16_t>(row[k] << 7);
      return;
    }
    const int16_t* w = t.weights + 2 * begin;
    for (int k = 0; k < count; ++k, row += 8, h += 4, w += 2) {
      for (int c = 0; c < 4; ++c) {
        h[c] = static_cast<int16_t>((row[c] * w[0] + row[c + 4] * w[1]) >> 4);
      }
    }
  }

  static void Vertical(const Tables& t, int count, const int16_t* first, const int16_t* second,
                       const RowStep& step, uint8_t* line) {
    const int wa = step.first_weight, wb = step.second_weight;
    alignas(64) uint8_t rgbx[kTile * 4];
    for (int k = 0; k < 4 * count; ++k) {
      const int sum = ((first[k] * wa) >> 16) + ((second[k] * wb) >> 16);
      rgbx[k] = static_cast<uint8_t>((sum + 2) >> 2);
    }
    for (int k = 0; k < count; ++k) {
      for (int c = 0; c < 3; ++c) line[3 * k + c] = rgbx[4 * k + t.compact[c]];
    }
  }

  template <RowKind kRow, bool kNearest>
  static void Line(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                   RowPair ahead, uint8_t* line) {
    alignas(64) int16_t h[2][kTile * 4];
    Horizontal<kRow, kNearest>(t, begin, count, rows.first, ahead.first, h[0]);
    if (step.second_weight != 0) {
      Horizontal<kRow, kNearest>(t, begin, count, rows.second, ahead.second, h[1]);
    }
    Vertical(t, count, h[0], h[step.second_weight != 0], step, line);
  }

  // The stored rows' weights are those of the upright picture's horizontal step, which comes first.
  template <RowKind kRow, bool kNearest>
  static void Column(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                     RowPair, uint8_t* rgbx) {
    const int wa = step.first_weight, wb = step.second_weight;
    const int16_t* w = t.weights + 2 * begin;
    const uint8_t *a = rows.first, *b = rows.second;
    constexpr int kBytes = kNearest ? 4 : 8;
    for (int k = 0; k < count; ++k, a += kBytes, b += kBytes, w += 2, rgbx += 4) {
      for (int c = 0; c < 4; ++c) {
        const int lower = (a[c] * wa + b[c] * wb) >> 4;
        int sum = lower >> 5;
        if constexpr (!kNearest) {
          const int upper = (a[c + 4] * wa + b[c + 4] * wb) >> 4;
          sum = ((lower * w[0]) >> 16) + ((upper * w[1]) >> 16);
        }
        rgbx[c] = static_cast<uint8_t>((sum + 2) >> 2);
      }
    }
  }

  static void Normalise(const Tables& t, const uint8_t* line, int n, float* out) {
    for (int k = 0; k < n; k += 3) {
      for (int c = 0; c < 3; ++c) out[k + c] = t.normaliser.table[c][line[k + c]];
    }
  }

  static void Flush(const Tables& t, const uint8_t (*columns)[kTile * 4], int count, int n,
                    float* out) {
    for (int k = 0; k < count; ++k, out += 3 * t.crop_width) {
      for (int q = 0; q < n; ++q) {
        for (int c = 0; c < 3; ++c) {
          out[3 * q + c] = t.normaliser.table[c][columns[q][4 * k + t.compact[c]]];
        }
      }
    }
  }

  static void Gather(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
                     const RowStep&, uint8_t* first, uint8_t* second) {
    GatherRow(t, frame, begin, count, rows.first, first);
    if (rows.second_weight != 0) GatherRow(t, frame, begin, count, rows.second, second);
  }
};

}  // namespace

void RunPortable(const Tables& tables, const Frame& frame, float* out) {
  RunRows<Portable, RowKind::dense, DenseRows<Portable>>(tables, frame, out);
}

}  // namespace pocketlens::internal
