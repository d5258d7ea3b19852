// The pixels of a stored picture. From YUV to RGB: the one formula, in integers, that every
// implementation in this folder follows.
#pragma once

#include <cstdint>

#include "core/frame/frame.h"

namespace pocketlens {

// With u = U - 128, v = V - 128, half = 1 << (shift - 1) and >> rounding down:
//   y = max(Y - black, 0) * luma
//   R = clip((y + red_v * v + half) >> shift)
//   G = clip((y - green_u * u - green_v * v + half) >> shift)
//   B = clip((y + blue_u * u + half) >> shift)          clip to 0..255
struct YuvFormula {
  int shift, black, luma, red_v, green_u, green_v, blue_u;
};

// Full range (luma and chroma use 0..255) has 15 fractional bits and luma = 1 << 15, so that luma
// passes unchanged; BT.601 full range is JFIF's and the Android camera's. Limited range (luma
// 16..235, chroma 16..240) has 20. BT.601 limited takes the constants of cv2's COLOR_YUV2RGB_NV21
// (1.164, 1.596, 0.391, 0.813, 2.018 times 2^20) and equals it; BT.709 limited has the standard's
// own: with Kr = 0.2126 and Kb = 0.0722, 255/219 for luma and 255/224 on the factors of chroma.
inline constexpr YuvFormula YuvFormulaOf(YuvMatrix matrix, YuvRange range) {
  if (matrix == YuvMatrix::bt601) {
    return range == YuvRange::full ? YuvFormula{15, 0, 1 << 15, 45941, 11277, 23401, 58065}
                                   : YuvFormula{20, 16, 1220542, 1673527, 409993, 852492, 2116026};
  }
  return range == YuvRange::full ? YuvFormula{15, 0, 1 << 15, 51603, 6138, 15339, 60804}
                                 : YuvFormula{20, 16, 1220945, 1879825, 223607, 558796, 2215014};
}

inline constexpr uint8_t ClipToByte(int value) {
  return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

// One pixel; writes R, G, B to rgb[0..2].
inline void YuvToRgb(const YuvFormula& f, int luma, int chroma_u, int chroma_v, uint8_t* rgb) {
  const int u = chroma_u - 128, v = chroma_v - 128, half = 1 << (f.shift - 1);
  const int y = (luma > f.black ? luma - f.black : 0) * f.luma + half;
  rgb[0] = ClipToByte((y + f.red_v * v) >> f.shift);
  rgb[1] = ClipToByte((y - f.green_u * u - f.green_v * v) >> f.shift);
  rgb[2] = ClipToByte((y + f.blue_u * u) >> f.shift);
}

// Whether a geometry's chroma is interpolated; libjpeg-turbo leaves two samples and fewer a row be.
inline constexpr bool InterpolatesChroma(const FrameGeometry& g) {
  return g.format == PixelFormat::yuv420 && g.siting == ChromaSiting::interpolated &&
         ChromaSide(g.width) > 2;
}

// Along an axis with `samples` chroma samples, the one beside a luma pixel's own (which is
// pixel / 2): the next one on the pixel's side, at the picture's edges its own.
inline constexpr int ChromaBeside(int pixel, int samples) {
  const int beside = pixel % 2 == 0 ? pixel / 2 - 1 : pixel / 2 + 1;
  return beside < 0 ? 0 : beside < samples ? beside : samples - 1;
}

// What libjpeg-turbo's "fancy upsampling" adds before it divides by 16, in pixel column x.
inline constexpr int ChromaRounding(int x) { return 8 - x % 2; }

// That upsampling of 4:2:0: each axis weighs a pixel's own sample by 3/4 and the one beside by 1/4.
inline constexpr int InterpolatedChroma(int own, int beside, int other_row_own,
                                        int other_row_beside, int rounding) {
  return (9 * own + 3 * (beside + other_row_own) + other_row_beside + rounding) >> 4;
}

inline const uint8_t* SampleAt(const Plane& plane, int x, int y) {
  return plane.data + ptrdiff_t{y} * plane.row_stride + ptrdiff_t{x} * plane.pixel_stride;
}

// The interpolated chroma of a pixel of a width x height picture.
inline int InterpolatedChromaAt(const Plane& plane, int width, int height, Place pixel) {
  const int x = pixel.x / 2, y = pixel.y / 2;
  const int beside_x = ChromaBeside(pixel.x, ChromaSide(width));
  const int beside_y = ChromaBeside(pixel.y, ChromaSide(height));
  return InterpolatedChroma(*SampleAt(plane, x, y), *SampleAt(plane, beside_x, y),
                            *SampleAt(plane, x, beside_y), *SampleAt(plane, beside_x, beside_y),
                            ChromaRounding(pixel.x));
}

// A pixel of a stored picture of any format, to rgb[0..2].
inline void ReadPixel(const Frame& frame, const YuvFormula& formula, Place pixel, uint8_t* rgb) {
  const FrameGeometry& g = frame.geometry;
  const uint8_t* first = SampleAt(frame.planes[0], pixel.x, pixel.y);
  if (g.format != PixelFormat::yuv420) {
    for (int c = 0; c < 3; ++c) rgb[c] = first[c];
    return;
  }
  const auto chroma = [&](const Plane& p) -> int {
    return InterpolatesChroma(g) ? InterpolatedChromaAt(p, g.width, g.height, pixel)
                                 : *SampleAt(p, pixel.x / 2, pixel.y / 2);
  };
  YuvToRgb(formula, *first, chroma(frame.planes[1]), chroma(frame.planes[2]), rgb);
}

}  // namespace pocketlens
