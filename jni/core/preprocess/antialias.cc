#include "core/preprocess/antialias.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/preprocess/yuv.h"

namespace pocketlens::internal {
namespace {

double FilterAt(Interpolation interpolation, double x) {
  x = std::fabs(x);
  if (interpolation == Interpolation::pillow_bilinear) return x < 1.0 ? 1.0 - x : 0.0;
  constexpr double a = -0.5;
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

// The pixels first .. first + count - 1 of an upright row, as RGBX.
void LoadRow(const Frame& frame, int y, int first, int count, uint8_t* rgbx) {
  const FrameGeometry& g = frame.geometry;
  const YuvFormula formula = YuvFormulaOf(g.matrix, g.range);
  const Place start = StoredPlace(g, first, y), second = StoredPlace(g, first + 1, y);
  const Place step{second.x - start.x, second.y - start.y};
  const Plane& plane = frame.planes[0];
  const ptrdiff_t next =
      ptrdiff_t{step.y} * plane.row_stride + ptrdiff_t{step.x} * plane.pixel_stride;
  const uint8_t* from = plane.data + ptrdiff_t{start.y} * plane.row_stride +
                        ptrdiff_t{start.x} * plane.pixel_stride;
  if (g.format != PixelFormat::yuv420) {
    for (int k = 0; k < count; ++k, rgbx += 4) std::memcpy(rgbx, from + k * next, 3);
  } else if (InterpolatesChroma(g)) {
    for (int k = 0; k < count; ++k, rgbx += 4) {
      YuvPixel(frame, formula, start.x + k * step.x, start.y + k * step.y, rgbx);
    }
  } else {
    const Plane u = frame.planes[1], v = frame.planes[2];
    for (int k = 0; k < count; ++k, rgbx += 4) {
      const ptrdiff_t column = (start.x + k * step.x) >> 1, row = (start.y + k * step.y) >> 1;
      YuvToRgb(formula, from[k * next], u.data[row * u.row_stride + column * u.pixel_stride],
               v.data[row * v.row_stride + column * v.pixel_stride], rgbx);
    }
  }
}

}  // namespace

std::vector<Tap22> MakeFilter(Interpolation interpolation, int source, int resized, int crop,
                              int count) {
  const double scale = static_cast<double>(source) / resized, stretch = std::max(scale, 1.0);
  const double support = (interpolation == Interpolation::pillow_bilinear ? 1.0 : 2.0) * stretch;
  std::vector<Tap22> taps;
  for (int i = crop; i < crop + count; ++i) {
    const double center = (i + 0.5) * scale, inverse = 1.0 / stretch;
    const int first = std::max(static_cast<int>(center - support + 0.5), 0);
    const int end = std::min(static_cast<int>(center + support + 0.5), source);
    std::vector<double> weights;
    double sum = 0;
    for (int k = 0; k < end - first; ++k) {
      weights.push_back(FilterAt(interpolation, (k + first - center + 0.5) * inverse));
      sum += weights.back();
    }
    Tap22 tap{first, {}};
    for (double w : weights) {
      if (sum != 0.0) w /= sum;
      tap.weights.push_back(static_cast<int32_t>((w < 0 ? -0.5 : 0.5) + w * (1 << 22)));
    }
    taps.push_back(std::move(tap));
  }
  return taps;
}

Antialias::Antialias(const PreprocessRecipe& r, const FrameGeometry& g) {
  const bool turned = g.rotation % 180 != 0;
  const int width = turned ? g.height : g.width, height = turned ? g.width : g.height;
  const auto side = [&](int own, int other) {
    return own <= other ? r.resize_width
                        : static_cast<int>(static_cast<double>(int64_t{r.resize_width} * own) /
                                           other);
  };
  const int wide = side(width, height), high = side(height, width);
  columns_ = MakeFilter(r.interpolation, width, wide, CentredCrop(wide, r.crop_width),
                        r.crop_width);
  rows_ = MakeFilter(r.interpolation, height, high, CentredCrop(high, r.crop_height),
                     r.crop_height);
}

size_t Antialias::bytes() const {
  size_t sum = sizeof *this;
  for (const auto* taps : {&columns_, &rows_}) {
    for (const Tap22& tap : *taps) sum += sizeof tap + tap.weights.size() * sizeof(int32_t);
  }
  return sum;
}

std::vector<uint8_t> Antialias::Run(const Frame& frame) const {
  const size_t width = columns_.size(), line = 3 * width;
  int left = columns_.front().first, right = left;
  for (const Tap22& tap : columns_) {
    right = std::max(right, tap.first + static_cast<int>(tap.weights.size()));
  }
  size_t most = 1;
  for (const Tap22& tap : rows_) most = std::max(most, tap.weights.size());
  std::vector<uint8_t> source(4 * (size_t{1} * right - left)), kept(most * line), out;
  std::vector<int32_t> sums(line);
  out.reserve(line * rows_.size());
  int next = rows_.front().first;  // the first row that was not resized
  for (const Tap22& tap : rows_) {
    const int end = tap.first + static_cast<int>(tap.weights.size());
    for (next = std::max(next, tap.first); next < end; ++next) {
      LoadRow(frame, next, left, right - left, source.data());
      uint8_t* to = &kept[next % most * line];
      for (const Tap22& column : columns_) {
        int32_t sum[4] = {1 << 21, 1 << 21, 1 << 21, 0};
        const uint8_t* from = &source[4 * (size_t{1} * column.first - left)];
        for (const int32_t w : column.weights) {
          for (int c = 0; c < 4; ++c) sum[c] += from[c] * w;
          from += 4;
        }
        for (int c = 0; c < 3; ++c) *to++ = ByteOf22(sum[c]);
      }
    }
    std::fill(sums.begin(), sums.end(), 1 << 21);
    for (size_t k = 0; k < tap.weights.size(); ++k) {
      const uint8_t* from = &kept[(tap.first + k) % most * line];
      for (size_t i = 0; i < line; ++i) sums[i] += from[i] * tap.weights[k];
    }
    for (const int32_t sum : sums) out.push_back(ByteOf22(sum));
  }
  return out;
}

}  // namespace pocketlens::internal
