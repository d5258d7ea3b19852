#include "core/preprocess/recipe.h"

#include <cmath>
#include <string>
#include <utility>

namespace pocketlens {
namespace {

Error BadRecipe(std::string message) { return {ErrorCode::bad_recipe, std::move(message)}; }

std::string Sides(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

}  // namespace

float NormalisedValue(const PreprocessRecipe& recipe, int value, int channel) {
  const float scaled = static_cast<float>(value * recipe.scale);
  return (scaled - recipe.mean[channel]) / recipe.stddev[channel];
}

Error CheckRecipe(const PreprocessRecipe& r) {
  const auto side_fits = [](int side) { return side >= 1 && side <= kMaxResizeSide; };
  if (!side_fits(r.resize_width) || !side_fits(r.resize_height)) {
    return BadRecipe("The recipe resizes to " + Sides(r.resize_width, r.resize_height) +
                     "; both sides must be 1 to " + std::to_string(kMaxResizeSide) + ".");
  }
  if (r.crop_width < 1 || r.crop_height < 1 || r.crop_x < 0 || r.crop_y < 0 ||
      r.crop_width > r.resize_width || r.crop_height > r.resize_height ||
      r.crop_x > r.resize_width - r.crop_width || r.crop_y > r.resize_height - r.crop_height) {
    return BadRecipe("The recipe crops " + Sides(r.crop_width, r.crop_height) + " at (" +
                     std::to_string(r.crop_x) + ", " + std::to_string(r.crop_y) +
                     "), which does not lie inside its resized picture of " +
                     Sides(r.resize_width, r.resize_height) + ".");
  }
  if (r.interpolation != Interpolation::bilinear_q11) {
    if (r.interpolation != Interpolation::pillow_bilinear &&
        r.interpolation != Interpolation::pillow_bicubic) {
      return BadRecipe("The recipe's interpolation has the number " +
                       std::to_string(static_cast<int>(r.interpolation)) +
                       "; there are 0 bilinear-q11, 1 pillow-bilinear and 2 pillow-bicubic.");
    }
    if (r.resize_width != r.resize_height ||
        r.crop_x != CentredCrop(r.resize_width, r.crop_width) ||
        r.crop_y != CentredCrop(r.resize_height, r.crop_height)) {
      return BadRecipe("The recipe resizes as Pillow does, so its resize must be two equal numbers,"
                       " the shorter side, and its crop the one in the middle.");
    }
  }
  if (!std::isfinite(r.scale) || r.scale <= 0) {
    return BadRecipe("The recipe's scale must be a positive number such as 1/255.");
  }
  if (r.order != ChannelOrder::rgb && r.order != ChannelOrder::bgr) {
    return BadRecipe("The recipe's channel order has the number " +
                     std::to_string(static_cast<int>(r.order)) + "; there are 0 RGB and 1 BGR.");
  }
  for (int c = 0; c < 3; ++c) {
    // Normalisation is monotonic, so the ends tell whether every value is finite.
    if (!std::isfinite(r.stddev[c]) || !std::isfinite(NormalisedValue(r, 0, c)) ||
        !std::isfinite(NormalisedValue(r, 255, c))) {
      return BadRecipe("The recipe's mean or std of channel " + std::to_string(c) +
                       " gives values that are no numbers; std must be finite and not 0.");
    }
  }
  return {};
}

}  // namespace pocketlens
