// A region of interest as a caller says it.
#pragma once

#include "core/error.h"
#include "core/frame/frame.h"

namespace pocketlens {

enum class RegionUnit : int { none = 0, pixels = 1, shares = 2 };

// Left edge, top edge, width and height in the upright picture: in pixels, which must be whole
// numbers, or in shares of its width and height, 0 to 1. Without a unit: the whole picture.
struct RegionRequest {
  RegionUnit unit = RegionUnit::none;
  double x = 0, y = 0, width = 0, height = 0;
};

// The pixels of a region in a picture of this geometry. Shares: each edge goes to the nearest
// pixel's edge, halves to the right and down, and at least one pixel remains. bad_frame for a region
// that is not a number, empty, or not within the picture.
Result<Region> PixelsOf(const RegionRequest& request, const FrameGeometry& geometry);

}  // namespace pocketlens
