// From a picture to the model's input tensor, in integer arithmetic that equals LiteCV's and cv2's.
//
// The steps and their arithmetic, which every implementation here follows to the last bit:
//
// 1. Colour. RGBA loses its alpha; YUV becomes RGB by the formulas in yuv.h.
// 2. Rotation (clockwise) and then mirroring, by index. Where the frame has a region, that is cut out
//    of the upright picture, and all that follows is of it alone.
// 3. Resize (other interpolations: antialias.h), "bilinear-q11", each axis on its own. For output i
//    of n pixels resized to m:
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

#include <cstdint>
#include <vector>

#include "core/error.h"
#include "core/frame/frame.h"
#include "core/preprocess/recipe.h"

namespace pocketlens {

// The reference: convert, rotate, resize, crop, normalise, one step after the other, as plainly as
// it can be written. `out` takes crop_height x crop_width x 3 floats (HWC). Allocates; for tests
// and as the definition of what the fast path must equal bit for bit. For Pillow's interpolations,
// which have plain code alone, it is the plan's own.
Error PreprocessReference(const PreprocessRecipe& recipe, const Frame& frame, float* out);

// Steps that the reference and the fast path share, so as to be one definition.
namespace internal {

// The two neighbours of an output along one axis and their weights (step 3 above). The upper
// neighbour is min(lower + 1, n - 1).
struct Tap {
  int32_t lower;
  int16_t lower_weight, upper_weight;
};

// The taps of outputs crop .. crop + count - 1 of an axis of `source` pixels resized to `resized`.
std::vector<Tap> MakeTaps(int source, int resized, int crop, int count);

// Step 5 for a whole crop, RGB, in the recipe's channel order.
void Normalise(const PreprocessRecipe& recipe, const std::vector<uint8_t>& rgb, float* out);

}  // namespace internal
}  // namespace pocketlens
