// What model.toml says about preprocessing, and whether it can be carried out.
#pragma once

#include <cstddef>

#include "core/error.h"

namespace pocketlens {

// The order of the three channels of an output pixel. mean and stddev are in this order too.
enum class ChannelOrder : int { rgb = 0, bgr = 1 };

// How pictures are resized; by these names in recipes: "bilinear-q11" is LiteCV's fixed-point
// bilinear with half-pixel centres and 11-bit weights (reference.h), the others are Pillow's, which
// torchvision and timm train with (antialias.h).
enum class Interpolation : int { bilinear_q11 = 0, pillow_bilinear = 1, pillow_bicubic = 2 };
inline constexpr const char* kInterpolations[] = {"bilinear-q11", "pillow-bilinear",
                                                  "pillow-bicubic"};

// The longest side a recipe may resize to.
inline constexpr int kMaxResizeSide = 4096;

// What model.toml says about preprocessing. With Pillow's interpolations both sides of `resize` are
// the length of the shorter side, and the crop is the one in the middle of such a square.
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
  Interpolation interpolation = Interpolation::bilinear_q11;

  size_t output_count() const { return size_t{3} * crop_width * crop_height; }
};

// Where a crop in the middle of a side begins, as torchvision's CenterCrop has it.
inline constexpr int CentredCrop(int side, int crop) {
  const int half = (side - crop) / 2;
  return half + ((side - crop) % 2 != 0 ? half % 2 : 0);
}

// Checks that a recipe can be carried out: sides of 1..kMaxResizeSide, the crop inside, a positive
// finite scale, and normalised values that are all finite (so no zero in stddev); else bad_recipe.
Error CheckRecipe(const PreprocessRecipe& recipe);

// The model's input for a value 0..255 of output channel `channel` (0..2): step 5 in reference.h.
float NormalisedValue(const PreprocessRecipe& recipe, int value, int channel);

}  // namespace pocketlens
