// The other way to resize: as torchvision and timm train, "pillow-bilinear" and "pillow-bicubic".
//
// What Pillow's Image.resize does to 8-bit RGB, in integers; steps 1, 2 and 5 are reference.h's.
//
// 3. The shorter side becomes S = resize_width = resize_height, the longer one
//    int(S * longer / shorter), as torchvision's Resize(S) says. Each axis of n pixels, resized to
//    m, on its own, all in double:
//      scale = n / m,  stretch = max(scale, 1),  support = stretch, for bicubic 2 * stretch;
//      for output i:  center = (i + 0.5) * scale,
//        first = max(int(center - support + 0.5), 0),  end = min(int(center + support + 0.5), n),
//        w[k] = filter((k + first - center + 0.5) * (1 / stretch)), divided by their sum,
//        and as integers of 22 bits: int(w * 2^22 + 0.5), for negative ones int(w * 2^22 - 0.5).
//      bilinear: filter(x) = 1 - |x| below 1, else 0.  bicubic, with a = -0.5:
//        ((a + 2) |x| - (a + 3)) x^2 + 1 below 1,  (((|x| - 5) |x| + 8) |x| - 4) a below 2, else 0.
//    Horizontally, then vertically (as Pillow always did until version 13, which swaps the passes
//    where the height shrinks clearly more: here of tiny pictures alone), each time to a byte:
//      clip((sum of p[first + k] * w[k] + 2^21) >> 22).
// 4. The crop is in the middle, as torchvision's CenterCrop has it: at round((side - crop) / 2),
//    where halves go to the even number. A recipe's crop_x and crop_y are a square picture's.
#pragma once

#include <cstdint>
#include <vector>

#include "core/frame/frame.h"
#include "core/preprocess/recipe.h"

namespace pocketlens::internal {

// What an output pixel of an axis is made of: weights of the pixels from `first` on.
struct Tap22 {
  int end() const { return first + static_cast<int>(weights.size()); }
  int32_t first;
  std::vector<int32_t> weights;
};

// The taps of the crop's columns and rows for pictures of one geometry. Immutable.
class Antialias {
 public:
  Antialias(const PreprocessRecipe& recipe, const FrameGeometry& geometry);

  // `frame` has been checked and has the geometry. Gives the crop as RGB; only rows and columns
  // that it takes are read.
  std::vector<uint8_t> Run(const Frame& frame) const;

  // Bytes of all weights.
  size_t bytes() const;

 private:
  std::vector<Tap22> columns_, rows_;
};

}  // namespace pocketlens::internal
