// What model.toml says about preprocessing, and whether it can be carried out.
#pragma once

#include <cstddef>

#include "core/error.h"

namespace pocketlens {

// The order of the three channels of an output pixel. mean and stddev are in this order too.
enum class ChannelOrder : int { rgb = 0, bgr = 1 };

// The longest side a recipe may resize to.
inline constexpr int kMaxResizeSide = 4096;

// What model.toml says about preprocessing. The interpolation has one name,
// "bilinear-q11" (LiteCV's fixed-point bilinear, half-pixel centres, 11-bit weights).
struct PreprocessRecipe {
  int resize_width = 0;
  int resize_height = 0;
  int crop_x = 0;
  int crop_y = 0;
  int crop_width = 0;  // = the model's input width
  int crop_height = 0;
  double scale = 0;  // 1/255
  float mean[3] = {0, 0, 0};
  float stddev[3] = {1, 1, 1};
  ChannelOrder order = ChannelOrder::rgb;

  size_t output_count() const { return size_t{3} * crop_width * crop_height; }
};

// Checks that a recipe can be carried out: sides of 1..kMaxResizeSide, the crop inside, a positive
// finite scale, and normalised values that are all finite (so no zero in stddev); else bad_recipe.
Error CheckRecipe(const PreprocessRecipe& recipe);

// The model's input for a value 0..255 of output channel `channel` (0..2): step 5 in reference.h.
float NormalisedValue(const PreprocessRecipe& recipe, int value, int channel);

}  // namespace pocketlens
