#include "core/preprocess/reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/frame/yuv.h"
#include "core/preprocess/antialias.h"

namespace pocketlens {
namespace {

using internal::MakeTaps;
using internal::Tap;

// An 8-bit picture with three channels, rows without gaps.
struct Picture {
  Picture(int w, int h) : width(w), height(h), bytes(size_t{3} * w * h) {}
  uint8_t* at(int x, int y) { return &bytes[(size_t{1} * y * width + x) * 3]; }
  const uint8_t* at(int x, int y) const { return &bytes[(size_t{1} * y * width + x) * 3]; }
  int width, height;
  std::vector<uint8_t> bytes;
};

// Steps 1 and 2, of the whole picture and then of its region alone.
Picture Upright(const Frame& frame) {
  const FrameGeometry& g = frame.geometry;
  const YuvFormula formula = YuvFormulaOf(g.matrix, g.range);
  const bool turned = g.rotation % 180 != 0;
  Picture upright(turned ? g.height : g.width, turned ? g.width : g.height);
  for (int y = 0; y < upright.height; ++y) {
    for (int x = 0; x < upright.width; ++x) {
      ReadPixel(frame, formula, StoredPlace(g, x, y), upright.at(x, y));
    }
  }
  const Region part = RegionOf(g);
  Picture cut(part.width, part.height);
  for (int y = 0; y < part.height; ++y) {
    std::copy_n(upright.at(part.x, part.y + y), size_t{3} * part.width, cut.at(0, y));
  }
  return cut;
}

// Steps 3 and 4: only the rows and columns inside the crop are computed.
Picture ResizedAndCropped(const Picture& source, const PreprocessRecipe& r) {
  const std::vector<Tap> columns = MakeTaps(source.width, r.resize_width, r.crop_x, r.crop_width);
  const std::vector<Tap> rows = MakeTaps(source.height, r.resize_height, r.crop_y, r.crop_height);
  Picture resized(r.crop_width, r.crop_height);
  for (int y = 0; y < r.crop_height; ++y) {
    const Tap& row = rows[y];
    const int below = std::min(row.lower + 1, source.height - 1);
    for (int x = 0; x < r.crop_width; ++x) {
      const Tap& column = columns[x];
      const int right = std::min(column.lower + 1, source.width - 1);
      for (int c = 0; c < 3; ++c) {
        const auto across = [&](int line) {
          return (source.at(column.lower, line)[c] * column.lower_weight +
                  source.at(right, line)[c] * column.upper_weight) >>
                 4;
        };
        const int sum = ((across(row.lower) * row.lower_weight) >> 16) +
                        ((across(below) * row.upper_weight) >> 16);
        resized.at(x, y)[c] = static_cast<uint8_t>((sum + 2) >> 2);
      }
    }
  }
  return resized;
}

}  // namespace

namespace internal {

std::vector<Tap> MakeTaps(int source, int resized, int crop, int count) {
  const double scale = static_cast<double>(source) / resized;
  const auto fixed = [](float weight) { return static_cast<int16_t>(weight * 2048.0f + 0.5f); };
  std::vector<Tap> taps(count);
  for (int k = 0; k < count; ++k) {
    // volatile: no compiler may fuse the product with the subtraction.
    const volatile double product = (crop + k + 0.5) * scale;
    const float position = static_cast<float>(product - 0.5);
    int lower = static_cast<int>(std::floor(position));
    float fraction = position - static_cast<float>(lower);
    if (lower < 0) {
      lower = 0;
      fraction = 0;
    }
    if (lower >= source - 1) {
      lower = std::max(source - 2, 0);
      fraction = source == 1 ? 0.0f : 1.0f;
    }
    taps[k] = {lower, fixed(1.0f - fraction), fixed(fraction)};
  }
  return taps;
}

void Normalise(const PreprocessRecipe& recipe, const std::vector<uint8_t>& rgb, float* out) {
  float values[3][256];
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < 256; ++v) values[c][v] = NormalisedValue(recipe, v, c);
  }
  const bool swap = recipe.order == ChannelOrder::bgr;
  for (size_t k = 0; k < rgb.size(); k += 3) {
    for (int c = 0; c < 3; ++c) out[k + c] = values[c][rgb[swap ? k + 2 - c : k + c]];
  }
}

}  // namespace internal

Error PreprocessReference(const PreprocessRecipe& recipe, const Frame& frame, float* out) {
  if (Error error = CheckRecipe(recipe)) return error;
  if (Error error = CheckFrame(frame)) return error;
  const std::vector<uint8_t> rgb =
      recipe.interpolation == Interpolation::bilinear_q11
          ? ResizedAndCropped(Upright(frame), recipe).bytes
          : internal::Antialias(recipe, frame.geometry).Run(frame);
  internal::Normalise(recipe, rgb, out);
  return {};
}

}  // namespace pocketlens
