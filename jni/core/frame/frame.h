// A picture in memory as a camera, a bitmap or a decoder hands it over. Nothing is copied or owned.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/error.h"

namespace pocketlens {

enum class PixelFormat : int { rgba8888 = 0, rgb888 = 1, yuv420 = 2 };
enum class YuvMatrix : int { bt601 = 0, bt709 = 1 };
enum class YuvRange : int { full = 0, limited = 1 };
// What a luma pixel takes of the chroma samples, which lie at the centre of 2x2 blocks (JFIF's and
// the Android camera's siting): `shared` gives the four pixels of a block the one sample of their
// block, `interpolated` weighs the four nearest samples as libjpeg-turbo does (yuv.h), so that
// the planes of a JPEG become the very pixels that it decodes to.
enum class ChromaSiting : int { shared = 0, interpolated = 1 };

// A part of a picture, in pixels of the upright one. Without width and height: the whole picture.
struct Region {
  int x = 0, y = 0, width = 0, height = 0;

  bool operator==(const Region& o) const {
    return x == o.x && y == o.y && width == o.width && height == o.height;
  }
};

// Everything about a picture but its bytes. A preprocessing plan belongs to one geometry.
struct FrameGeometry {
  PixelFormat format = PixelFormat::rgba8888;
  int width = 0;   // of the stored picture, before rotation; 1..32768
  int height = 0;
  int rotation = 0;     // degrees clockwise that turn the stored picture upright: 0, 90, 180, 270
  bool mirror = false;  // flip the upright picture left to right (after the rotation)
  YuvMatrix matrix = YuvMatrix::bt601;
  YuvRange range = YuvRange::full;
  ChromaSiting siting = ChromaSiting::shared;
  Region region = {};  // all that counts: as if the upright picture had been cut to it

  bool operator==(const FrameGeometry& o) const {
    return format == o.format && width == o.width && height == o.height && rotation == o.rotation &&
           mirror == o.mirror && matrix == o.matrix && range == o.range && siting == o.siting &&
           region == o.region;
  }
};

// One plane: the first sample, how many bytes may be read from it, and the steps to the next row
// and the next sample. `size` lets every access be checked before it is made.
struct Plane {
  const uint8_t* data = nullptr;
  size_t size = 0;
  int row_stride = 0;    // bytes
  int pixel_stride = 1;  // bytes; 4 for RGBA, 3 for RGB, 1 or 2 for YUV planes
};

// RGBA and RGB use planes[0]; YUV uses planes[0..2] = Y, U, V. NV21 is V = planes[1].data - 1 with
// a pixel stride of 2. Chroma planes hold (width+1)/2 x (height+1)/2 samples.
struct Frame {
  FrameGeometry geometry;
  Plane planes[3];
};

// The longest side a frame may have.
inline constexpr int kMaxFrameSide = 32768;

// A pixel's column and row.
struct Place {
  int x, y;
};

// Where pixel (x, y) of the upright (turned, then mirrored) picture is stored.
inline constexpr Place StoredPlace(const FrameGeometry& g, int x, int y) {
  const int right = g.width - 1, bottom = g.height - 1;
  const int across = !g.mirror ? x : (g.rotation % 180 == 0 ? right : bottom) - x;
  return g.rotation == 0     ? Place{across, y}
         : g.rotation == 90  ? Place{y, bottom - across}
         : g.rotation == 180 ? Place{right - across, bottom - y}
                             : Place{right - y, across};
}

// A geometry's region in the upright picture, the whole of it where none is said.
inline constexpr Region RegionOf(const FrameGeometry& g) {
  if (g.region.width != 0 || g.region.height != 0) return g.region;
  const bool turned = g.rotation % 180 != 0;
  return {0, 0, turned ? g.height : g.width, turned ? g.width : g.height};
}

// Samples of a chroma plane along a side of `luma` pixels.
inline constexpr int ChromaSide(int luma) { return (luma + 1) / 2; }

// Checks sides, rotation, region and the numbers of the enumerations. unsupported_format for a pixel
// format that does not exist, bad_frame for the rest.
Error CheckGeometry(const FrameGeometry& geometry);

// Checks the geometry, and that planes and strides hold it, so that no access leaves a plane: every
// sample from the first to the last lies in [data, data + size). The last row need not be padded to
// the row stride. RGBA needs a pixel stride of 4, RGB of 3, the planes of YUV of 1 or 2.
Error CheckFrame(const Frame& frame);

}  // namespace pocketlens
