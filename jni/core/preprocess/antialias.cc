#include "core/preprocess/antialias.h"

#include <algorithm>
#include <cmath>

#include "core/frame/yuv.h"

namespace pocketlens::internal {
namespace {

constexpr int32_t kHalf = 1 << 21;  // of what weights of 22 bits sum up to

double FilterAt(Interpolation interpolation, double x) {
  x = std::fabs(x);
  if (interpolation == Interpolation::pillow_bilinear) return x < 1.0 ? 1.0 - x : 0.0;
  constexpr double a = -0.5;
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

// The taps of outputs crop .. crop + count - 1 of an axis of `source` pixels resized to `resized`.
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

// The pixels that taps take of their axis.
struct Span {
  explicit Span(const std::vector<Tap22>& taps) : first(taps.front().first), end(first) {
    for (const Tap22& tap : taps) end = std::max(end, tap.end());
  }
  int first, end;
};

// The pixels `span` of a row of the region, as RGBX.
void ReadRow(const Frame& frame, int y, Span span, uint8_t* rgbx) {
  const FrameGeometry& g = frame.geometry;
  const YuvFormula formula = YuvFormulaOf(g.matrix, g.range);
  const int x = RegionOf(g).x + span.first;
  y += RegionOf(g).y;
  const Place start = StoredPlace(g, x, y), next = StoredPlace(g, x + 1, y);
  for (int k = 0; k < span.end - span.first; ++k, rgbx += 4) {
    ReadPixel(frame, formula,
              {start.x + k * (next.x - start.x), start.y + k * (next.y - start.y)}, rgbx);
  }
}

}  // namespace

Antialias::Antialias(const PreprocessRecipe& r, const FrameGeometry& g) {
  const int width = RegionOf(g).width, height = RegionOf(g).height;
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
  const Span across(columns_), down(rows_);
  const size_t line = 3 * columns_.size();
  std::vector<uint8_t> source(size_t{4} * (across.end - across.first)), out;
  std::vector<uint8_t> narrow;  // rows that were resized horizontally
  narrow.reserve(line * (down.end - down.first));
  for (int y = down.first; y < down.end; ++y) {
    ReadRow(frame, y, across, source.data());
    for (const Tap22& tap : columns_) {
      int32_t sum[4] = {kHalf, kHalf, kHalf, 0};  // of RGBX: a vector of four
      const uint8_t* from = &source[size_t{4} * (tap.first - across.first)];
      for (const int32_t w : tap.weights) {
        for (int c = 0; c < 4; ++c) sum[c] += *from++ * w;
      }
      for (int c = 0; c < 3; ++c) narrow.push_back(ClipToByte(sum[c] >> 22));
    }
  }
  std::vector<int32_t> sums(line);
  for (const Tap22& tap : rows_) {
    std::fill(sums.begin(), sums.end(), kHalf);
    const uint8_t* from = &narrow[line * (tap.first - down.first)];
    for (const int32_t w : tap.weights) {
      for (int32_t& sum : sums) sum += *from++ * w;
    }
    for (const int32_t sum : sums) out.push_back(ClipToByte(sum >> 22));
  }
  return out;
}

}  // namespace pocketlens::internal
