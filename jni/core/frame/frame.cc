#include "core/frame/frame.h"

#include <string>

namespace pocketlens {
namespace {

Error BadFrame(std::string message) { return {ErrorCode::bad_frame, std::move(message)}; }

template <class E>
bool IsOneOf(E value, E last) {
  return static_cast<int>(value) >= 0 && static_cast<int>(value) <= static_cast<int>(last);
}

// Bytes of one pixel or sample; also the pixel stride that packed formats must have.
int BytesPerPixel(PixelFormat format) {
  return format == PixelFormat::rgba8888 ? 4 : format == PixelFormat::rgb888 ? 3 : 1;
}

// Nothing is put into words before something is wrong: this runs for every frame.
Error CheckPlane(const Plane& plane, const char* name, int width, int height, int bytes) {
  const auto bad = [&](const std::string& what) {
    return BadFrame(std::string("The ") + name + " plane has " + what);
  };
  if (plane.data == nullptr) return bad("no data. Give it a pointer.");
  const bool packed = bytes > 1;
  if (packed ? plane.pixel_stride != bytes : plane.pixel_stride < 1 || plane.pixel_stride > 2) {
    return bad("a pixel stride of " + std::to_string(plane.pixel_stride) + "; this format needs " +
               (packed ? std::to_string(bytes) : "1 or 2") + ".");
  }
  const int64_t row = int64_t{width - 1} * plane.pixel_stride + bytes;
  if (plane.row_stride < row) {
    return bad("a row stride of " + std::to_string(plane.row_stride) + " bytes; a row of " +
               std::to_string(width) + " needs at least " + std::to_string(row) + ".");
  }
  const int64_t needed = int64_t{height - 1} * plane.row_stride + row;
  if (plane.size < static_cast<uint64_t>(needed)) {
    return bad(std::to_string(plane.size) + " bytes; " + std::to_string(height) + " rows need " +
               std::to_string(needed) + ".");
  }
  return {};
}

Error CheckRegion(const FrameGeometry& g) {
  if (g.region == Region{}) return {};
  const Region& r = g.region;
  const int width = g.rotation % 180 == 0 ? g.width : g.height;
  const int height = g.rotation % 180 == 0 ? g.height : g.width;
  const auto within = [](int first, int count, int side) {
    return first >= 0 && count >= 1 && count <= side && first <= side - count;
  };
  if (within(r.x, r.width, width) && within(r.y, r.height, height)) return {};
  return BadFrame("The region is " + std::to_string(r.width) + " x " + std::to_string(r.height) +
                  " pixels at " + std::to_string(r.x) + ", " + std::to_string(r.y) +
                  "; the upright picture has " + std::to_string(width) + " x " +
                  std::to_string(height) + ", and a region must have pixels and lie within it.");
}

}  // namespace

Error CheckGeometry(const FrameGeometry& g) {
  if (!IsOneOf(g.format, PixelFormat::yuv420)) {
    return {ErrorCode::unsupported_format, "The pixel format has the number " +
                                               std::to_string(static_cast<int>(g.format)) +
                                               "; there are 0 RGBA8888, 1 RGB888 and 2 YUV420."};
  }
  if (g.width < 1 || g.width > kMaxFrameSide || g.height < 1 || g.height > kMaxFrameSide) {
    return BadFrame("The frame is " + std::to_string(g.width) + " x " + std::to_string(g.height) +
                    " pixels; both sides must be 1 to " + std::to_string(kMaxFrameSide) + ".");
  }
  if (g.rotation != 0 && g.rotation != 90 && g.rotation != 180 && g.rotation != 270) {
    return BadFrame("The rotation is " + std::to_string(g.rotation) +
                    " degrees; use 0, 90, 180 or 270.");
  }
  if (!IsOneOf(g.matrix, YuvMatrix::bt709) || !IsOneOf(g.range, YuvRange::limited) ||
      !IsOneOf(g.siting, ChromaSiting::interpolated)) {
    return BadFrame(
        "The frame's YUV matrix, range or chroma siting is a number that stands for "
        "nothing; use those of core/frame/frame.h.");
  }
  return CheckRegion(g);
}

Error CheckFrame(const Frame& frame) {
  const FrameGeometry& g = frame.geometry;
  if (Error error = CheckGeometry(g)) return error;
  const int bytes = BytesPerPixel(g.format);
  if (g.format != PixelFormat::yuv420) {
    return CheckPlane(frame.planes[0], "pixel", g.width, g.height, bytes);
  }
  if (Error error = CheckPlane(frame.planes[0], "Y", g.width, g.height, bytes)) return error;
  const int width = ChromaSide(g.width), height = ChromaSide(g.height);
  if (Error error = CheckPlane(frame.planes[1], "U", width, height, bytes)) return error;
  return CheckPlane(frame.planes[2], "V", width, height, bytes);
}

}  // namespace pocketlens
