#include "core/frame/region.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace pocketlens {
namespace {

// What sums of shares such as 0.1 + 0.9 may exceed 1 by.
constexpr double kRounding = 1e-9;

Error Bad(const RegionRequest& r, const std::string& why) {
  const auto text = [](double value) {
    std::string digits = std::to_string(value);
    digits.erase(std::min(digits.find_last_not_of('0') + 1, digits.size()));
    return digits.back() == '.' || digits.back() == ',' ? digits.substr(0, digits.size() - 1)
                                                        : digits;
  };
  return {ErrorCode::bad_frame, "The region of " + text(r.width) + " x " + text(r.height) + " at " +
                                    text(r.x) + ", " + text(r.y) + " " + why};
}

// An edge at a share of `side` pixels.
int EdgeOf(double share, int side) {
  return std::min(static_cast<int>(std::floor(share * side + 0.5)), side);
}

}  // namespace

Result<Region> PixelsOf(const RegionRequest& r, const FrameGeometry& geometry) {
  if (r.unit == RegionUnit::none) return Region{};
  if (Error error = CheckGeometry(geometry)) return error;
  const Region whole = RegionOf(geometry);
  const double numbers[] = {r.x, r.y, r.width, r.height};
  if (r.unit == RegionUnit::pixels) {
    for (const double number : numbers) {
      if (!(std::fabs(number) <= kMaxFrameSide) || number != std::floor(number)) {
        return Bad(r, "must be given in whole pixels.");
      }
    }
    Region pixels{static_cast<int>(r.x), static_cast<int>(r.y), static_cast<int>(r.width),
                  static_cast<int>(r.height)};
    if (pixels.width < 1 || pixels.height < 1) return Bad(r, "has no pixels.");
    FrameGeometry asked = geometry;
    asked.region = pixels;
    if (Error error = CheckGeometry(asked)) return error;
    return pixels;
  }
  if (r.unit != RegionUnit::shares) return Bad(r, "has a unit that stands for nothing.");
  for (const double number : numbers) {
    if (!(number >= 0 && number <= 1 + kRounding)) {
      return Bad(r, "must be given in shares of the picture, 0 to 1.");
    }
  }
  if (r.width == 0 || r.height == 0) return Bad(r, "has no pixels.");
  if (r.x + r.width > 1 + kRounding || r.y + r.height > 1 + kRounding) {
    return Bad(r, "does not lie within the picture, whose width and height are 1.");
  }
  const int x = std::min(EdgeOf(r.x, whole.width), whole.width - 1);
  const int y = std::min(EdgeOf(r.y, whole.height), whole.height - 1);
  return Region{x, y, std::max(EdgeOf(r.x + r.width, whole.width) - x, 1),
                std::max(EdgeOf(r.y + r.height, whole.height) - y, 1)};
}

}  // namespace pocketlens
