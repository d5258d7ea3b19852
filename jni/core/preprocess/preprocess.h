// From a picture to the model's input tensor, in integer arithmetic that equals LiteCV's and cv2's.
//
// The steps and their arithmetic, which every implementation here follows to the last bit:
//
// 1. Colour. RGBA loses its alpha; YUV becomes RGB by the formulas in core/yuv.h.
// 2. Rotation (clockwise) and then mirroring, by index.
// 3. Resize, "bilinear-q11", each axis on its own. For output i of n pixels resized to m:
//      s = float((i + 0.5) * (double(n) / m) - 0.5),  u = floor(s),  f = s - u  (both float);
//      u < 0: u = 0, f = 0;   u >= n - 1: u = n - 2, f = 1;
//      w0 = round((1 - f) * 2048),  w1 = round(f * 2048)   (halves away from zero)
//    With one pixel on an axis both neighbours are that pixel, w0 = 2048 and w1 = 0.
//    Horizontally   h(row) = (p[u] * w0 + p[u + 1] * w1) >> 4,
//    then vertically  t = ((h(row u) * w0) >> 16) + ((h(row u + 1) * w1) >> 16),
//    and the resized value is (t + 2) >> 2.
//    This is what MindSpore's LiteCV does for sides of at least 2 (a side of 1 reads out of bounds
//    there), and what cv2.resize does with INTER_LINEAR on uint8 inside the demo recipe's crop for
//    heights of at least 8.
// 4. Crop, by index.
// 5. Normalisation of a value v of output channel c: (float(v * scale) - mean[c]) / stddev[c],
//    where v * scale is a double and the rest is float.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/error.h"
#include "core/preprocess/frame.h"

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

// The reference: convert, rotate, resize, crop, normalise, one step after the other, as plainly as
// it can be written. `out` takes crop_height x crop_width x 3 floats (HWC). Allocates; for tests
// and as the definition of what the fast path must equal bit for bit.
Error PreprocessReference(const PreprocessRecipe& recipe, const Frame& frame, float* out);

// The name of the best instruction set the fast path has on this processor: "avx2", "neon" or
// "portable". Static text.
const char* BestInstructionSet();

// The fast path: tables for one recipe and one geometry, made once; Run() then samples the picture
// and writes normalised floats straight to `out` without building the resized image, without any
// heap allocation and with at most 16 KiB of stack. A plan is immutable, so several threads may run
// it at once.
class PreprocessPlan {
 public:
  // `instruction_set` null takes the best one this processor has; "portable", "avx2" or "neon" asks
  // for that one (for tests and measurements) and is bad_settings where it does not run. Fails with
  // bad_recipe, bad_frame or unsupported_format as the checks above say.
  static Result<std::unique_ptr<PreprocessPlan>> Make(const PreprocessRecipe& recipe,
                                                      const FrameGeometry& geometry,
                                                      const char* instruction_set = nullptr);
  ~PreprocessPlan();
  PreprocessPlan(const PreprocessPlan&) = delete;
  PreprocessPlan& operator=(const PreprocessPlan&) = delete;

  const FrameGeometry& geometry() const;
  const PreprocessRecipe& recipe() const;

  // Fails with bad_frame when the frame has another geometry or its planes do not hold it; `out` is
  // then untouched. Strides may differ from frame to frame.
  Error Run(const Frame& frame, float* out) const;

  // The name of the instruction set Run() uses: "avx2", "neon" or "portable". Static text.
  const char* instruction_set() const;

  // Bytes that the plan's tables take.
  size_t table_bytes() const;

 private:
  struct Impl;
  explicit PreprocessPlan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pocketlens
