// Pictures and recipes for the tests of preprocessing.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/frame/frame.h"
#include "core/preprocess/recipe.h"

namespace pocketlens::testing {

// A random source with a fixed seed; the same numbers everywhere.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  // A whole number of low..high.
  int Of(int low, int high) {
    return low + static_cast<int>(engine_() % (static_cast<uint32_t>(high - low) + 1u));
  }
  bool Chance(int percent) { return Of(0, 99) < percent; }
  // Random bytes: four of each number, for pictures are large.
  void Fill(std::vector<uint8_t>* bytes) {
    uint32_t four = 0;
    for (size_t k = 0; k < bytes->size(); ++k, four >>= 8) {
      if (k % 4 == 0) four = static_cast<uint32_t>(engine_());
      (*bytes)[k] = static_cast<uint8_t>(four);
    }
  }

 private:
  std::mt19937 engine_;
};

// The recipe of the demo model.
inline PreprocessRecipe DemoRecipe() {
  PreprocessRecipe recipe;
  recipe.resize_width = recipe.resize_height = 256;
  recipe.crop_x = recipe.crop_y = 16;
  recipe.crop_width = recipe.crop_height = 224;
  recipe.scale = 1.0 / 255;
  const float mean[3] = {0.485f, 0.456f, 0.406f}, stddev[3] = {0.229f, 0.224f, 0.225f};
  for (int c = 0; c < 3; ++c) {
    recipe.mean[c] = mean[c];
    recipe.stddev[c] = stddev[c];
  }
  return recipe;
}

// How the planes of a YUV picture lie in memory.
enum class YuvLayout { planar, nv21, nv12, apart };  // apart: two planes, each with pixel stride 2

// A picture of random bytes. Each plane ends exactly with its last sample, in a block of its own
// (NV21 and NV12: U and V share one), so that a sanitizer sees every access beyond it.
class Picture {
 public:
  Picture(Random* random, const FrameGeometry& geometry, YuvLayout layout = YuvLayout::planar,
          int luma_pixel_stride = 1, int padding = 0) {
    frame_.geometry = geometry;
    const int w = geometry.width, h = geometry.height;
    if (geometry.format != PixelFormat::yuv420) {
      const int bytes = geometry.format == PixelFormat::rgba8888 ? 4 : 3;
      SetPlane(0, Fill(random, 0, w, h, bytes, bytes, padding), 0, w, h, bytes, bytes, padding);
      return;
    }
    SetPlane(0, Fill(random, 0, w, h, luma_pixel_stride, 1, padding), 0, w, h, luma_pixel_stride, 1,
             padding);
    const int cw = ChromaSide(w), ch = ChromaSide(h);
    if (layout == YuvLayout::nv21 || layout == YuvLayout::nv12) {
      const int u = layout == YuvLayout::nv12 ? 0 : 1;
      const uint8_t* data = Fill(random, 1, cw, ch, 2, 2, padding);
      SetPlane(1, data, u, cw, ch, 2, 1, padding + 1);
      SetPlane(2, data, 1 - u, cw, ch, 2, 1, padding + 1);
      return;
    }
    const int stride = layout == YuvLayout::apart ? 2 : 1;
    for (int plane : {1, 2}) {
      // The planes of a planar picture may have different strides.
      const int more = padding == 0 ? 0 : padding + plane;
      SetPlane(plane, Fill(random, plane, cw, ch, stride, 1, more), 0, cw, ch, stride, 1, more);
    }
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  const Frame& frame() const { return frame_; }

 private:
  static int RowBytes(int width, int pixel_stride, int bytes) {
    return (width - 1) * pixel_stride + bytes;
  }

  const uint8_t* Fill(Random* random, int block, int width, int height, int pixel_stride, int bytes,
                      int padding) {
    const int row = RowBytes(width, pixel_stride, bytes);
    blocks_[block].resize(size_t{1} * (height - 1) * (row + padding) + row);
    random->Fill(&blocks_[block]);
    return blocks_[block].data();
  }

  void SetPlane(int plane, const uint8_t* data, int offset, int width, int height, int pixel_stride,
                int bytes, int padding) {
    const int row = RowBytes(width, pixel_stride, bytes), stride = row + padding;
    frame_.planes[plane] = {data + offset, size_t{1} * (height - 1) * stride + row, stride,
                            pixel_stride};
  }

  Frame frame_;
  std::vector<uint8_t> blocks_[3];
};

}  // namespace pocketlens::testing
