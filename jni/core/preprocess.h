// From a picture to the model's input tensor, in integer arithmetic that equals LiteCV's and cv2's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/error.h"
#include "core/frame.h"

namespace pocketlens {

enum class ChannelOrder : int { rgb = 0, bgr = 1 };

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

// Checks that a recipe can be carried out (sizes positive, crop inside, no zero in stddev ...).
Error CheckRecipe(const PreprocessRecipe& recipe);

// Checks that planes, strides and sizes fit the geometry, so that no access leaves a plane.
Error CheckFrame(const Frame& frame);

// The reference: convert, rotate, resize, crop, normalise, one step after the other, as plainly as it
// can be written. `out` takes crop_height x crop_width x 3 floats (HWC). Allocates; for tests and as
// the definition of what the fast path must equal bit for bit.
Error PreprocessReference(const PreprocessRecipe& recipe, const Frame& frame, float* out);

// The fast path: tables for one recipe and one geometry, made once; Run() then samples the picture and
// writes normalised floats straight to `out` without building the resized image and without any heap
// allocation. A plan is immutable, so several threads may run it at once.
class PreprocessPlan {
 public:
  static Result<std::unique_ptr<PreprocessPlan>> Make(const PreprocessRecipe& recipe,
                                                      const FrameGeometry& geometry);
  ~PreprocessPlan();
  PreprocessPlan(const PreprocessPlan&) = delete;
  PreprocessPlan& operator=(const PreprocessPlan&) = delete;

  const FrameGeometry& geometry() const;

  // Fails with bad_frame when the frame has another geometry or its planes do not hold it.
  Error Run(const Frame& frame, float* out) const;

  // The name of the instruction set Run() uses: "avx2", "neon" or "portable".
  const char* instruction_set() const;

 private:
  struct Impl;
  explicit PreprocessPlan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pocketlens
