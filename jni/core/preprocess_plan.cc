#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/preprocess.h"
#include "core/preprocess_steps.h"
#include "core/yuv.h"

namespace pocketlens {

using internal::MakeTaps;
using internal::NormalisedValue;
using internal::Tap;

struct PreprocessPlan::Impl {
  PreprocessRecipe recipe;
  FrameGeometry geometry;
  int upright_width, upright_height;
  std::vector<Tap> columns, rows;
  float values[3][256];

  void Pixel(const Frame& frame, const YuvFormula& formula, int x, int y, uint8_t* rgb) const;
};

void PreprocessPlan::Impl::Pixel(const Frame& frame, const YuvFormula& formula, int x, int y,
                                 uint8_t* rgb) const {
  const FrameGeometry& g = geometry;
  if (g.mirror) x = upright_width - 1 - x;
  const int right = g.width - 1, bottom = g.height - 1;
  const int sx = g.rotation == 0 ? x : g.rotation == 90 ? y : g.rotation == 180 ? right - x
                                                                               : right - y;
  const int sy = g.rotation == 0 ? y : g.rotation == 90 ? bottom - x
                                   : g.rotation == 180  ? bottom - y
                                                        : x;
  const auto sample = [&](int plane, int px, int py) {
    const Plane& p = frame.planes[plane];
    return p.data + size_t{1} * py * p.row_stride + size_t{1} * px * p.pixel_stride;
  };
  if (g.format == PixelFormat::yuv420) {
    YuvToRgb(formula, *sample(0, sx, sy), *sample(1, sx / 2, sy / 2), *sample(2, sx / 2, sy / 2),
             rgb);
  } else {
    std::memcpy(rgb, sample(0, sx, sy), 3);
  }
}

PreprocessPlan::PreprocessPlan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PreprocessPlan::~PreprocessPlan() = default;

Result<std::unique_ptr<PreprocessPlan>> PreprocessPlan::Make(const PreprocessRecipe& recipe,
                                                             const FrameGeometry& geometry,
                                                             const char* instruction_set) {
  if (Error error = CheckRecipe(recipe)) return error;
  if (Error error = CheckGeometry(geometry)) return error;
  if (instruction_set != nullptr && std::strcmp(instruction_set, "portable") != 0) {
    return Error{ErrorCode::bad_settings, std::string("The instruction set \"") + instruction_set +
                                              "\" is not available here; use \"portable\"."};
  }
  auto impl = std::make_unique<Impl>();
  impl->recipe = recipe;
  impl->geometry = geometry;
  const bool turned = geometry.rotation % 180 != 0;
  impl->upright_width = turned ? geometry.height : geometry.width;
  impl->upright_height = turned ? geometry.width : geometry.height;
  impl->columns =
      MakeTaps(impl->upright_width, recipe.resize_width, recipe.crop_x, recipe.crop_width);
  impl->rows =
      MakeTaps(impl->upright_height, recipe.resize_height, recipe.crop_y, recipe.crop_height);
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < 256; ++v) impl->values[c][v] = NormalisedValue(recipe, v, c);
  }
  return std::unique_ptr<PreprocessPlan>(new PreprocessPlan(std::move(impl)));
}

const FrameGeometry& PreprocessPlan::geometry() const { return impl_->geometry; }
const PreprocessRecipe& PreprocessPlan::recipe() const { return impl_->recipe; }
const char* PreprocessPlan::instruction_set() const { return "portable"; }
const char* BestInstructionSet() { return "portable"; }

size_t PreprocessPlan::table_bytes() const {
  return sizeof(Impl) + (impl_->columns.size() + impl_->rows.size()) * sizeof(Tap);
}

Error PreprocessPlan::Run(const Frame& frame, float* out) const {
  const Impl& p = *impl_;
  if (!(frame.geometry == p.geometry)) {
    return {ErrorCode::bad_frame, "The frame has another geometry than the plan was made for."};
  }
  if (Error error = CheckFrame(frame)) return error;
  const YuvFormula formula = YuvFormulaOf(p.geometry.matrix, p.geometry.range);
  const bool bgr = p.recipe.order == ChannelOrder::bgr;
  for (const Tap& row : p.rows) {
    const int below = std::min(row.lower + 1, p.upright_height - 1);
    for (const Tap& column : p.columns) {
      const int right = std::min(column.lower + 1, p.upright_width - 1);
      uint8_t px[4][3];
      p.Pixel(frame, formula, column.lower, row.lower, px[0]);
      p.Pixel(frame, formula, right, row.lower, px[1]);
      p.Pixel(frame, formula, column.lower, below, px[2]);
      p.Pixel(frame, formula, right, below, px[3]);
      for (int c = 0; c < 3; ++c) {
        const int s = bgr ? 2 - c : c;
        const int upper = (px[0][s] * column.lower_weight + px[1][s] * column.upper_weight) >> 4;
        const int lower = (px[2][s] * column.lower_weight + px[3][s] * column.upper_weight) >> 4;
        const int sum = ((upper * row.lower_weight) >> 16) + ((lower * row.upper_weight) >> 16);
        *out++ = p.values[c][(sum + 2) >> 2];
      }
    }
  }
  return {};
}

}  // namespace pocketlens
