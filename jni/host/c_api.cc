#include "host/c_api.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/frame/region.h"
#include "core/package/text.h"

namespace pocketlens {

int32_t Report(ErrorCode code, std::string_view text, pl_error* to) noexcept {
  if (to != nullptr) {
    if (text.empty() && code != ErrorCode::ok) text = ErrorSentence(code);
    to->code = static_cast<int32_t>(code);
    const size_t length = Utf8Prefix(text, sizeof to->message - 1);
    std::memcpy(to->message, text.data(), length);
    to->message[length] = '\0';
  }
  return static_cast<int32_t>(code);
}

Error NullArgument(const char* name) {
  return {ErrorCode::internal, std::string(name) + " is a null pointer, which it must not be."};
}

Error Closed() {
  return {ErrorCode::closed, "The handle is not open (any more). Open the package again."};
}

Error CheckCount(uint64_t found, uint64_t expected, const char* what) {
  if (found == expected) return {};
  return {ErrorCode::bad_settings, std::string(what) + " holds " + std::to_string(found) +
                                       " values, " + std::to_string(expected) + " are needed."};
}

Result<Frame> FrameOf(const pl_frame& from) {
  Frame to;
  to.geometry.format = static_cast<PixelFormat>(from.format);
  to.geometry.width = from.width;
  to.geometry.height = from.height;
  to.geometry.rotation = from.rotation;
  to.geometry.mirror = from.mirror != 0;
  to.geometry.matrix = static_cast<YuvMatrix>(from.matrix);
  to.geometry.range = static_cast<YuvRange>(from.range);
  to.geometry.siting = static_cast<ChromaSiting>(from.siting);
  for (size_t i = 0; i < 3; ++i) {
    to.planes[i].data = from.planes[i].data;
    to.planes[i].size = static_cast<size_t>(from.planes[i].size);
    to.planes[i].row_stride = from.planes[i].row_stride;
    to.planes[i].pixel_stride = from.planes[i].pixel_stride;
  }
  const double* r = from.region;
  const RegionRequest asked{static_cast<RegionUnit>(from.region_unit), r[0], r[1], r[2], r[3]};
  Result<Region> region = PixelsOf(asked, to.geometry);
  if (!region.ok()) return region.error();
  to.geometry.region = region.value();
  return to;
}

PreprocessRecipe RecipeOf(const pl_recipe& from) {
  PreprocessRecipe to;
  to.resize_width = from.resize_width;
  to.resize_height = from.resize_height;
  to.crop_x = from.crop_x;
  to.crop_y = from.crop_y;
  to.crop_width = from.crop_width;
  to.crop_height = from.crop_height;
  to.scale = from.scale;
  std::copy(from.mean, from.mean + 3, to.mean);
  std::copy(from.stddev, from.stddev + 3, to.stddev);
  to.order = static_cast<ChannelOrder>(from.order);
  to.interpolation = static_cast<Interpolation>(from.interpolation);
  return to;
}

}  // namespace pocketlens
