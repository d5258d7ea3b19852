// The preprocessing of MindSpore's LiteCV behind a C function, for tests: the functions are those
// that the mindspore wheel's _c_dataengine exports, so the arithmetic is LiteCV's own.
#include <cstring>
#include <vector>

#include "minddata/dataset/vision/kernels/lite_cv/image_process.h"
#include "minddata/dataset/vision/kernels/lite_cv/lite_mat.h"

namespace lite = mindspore::dataset;

// pixels: height x width x channels bytes, 3 (RGB) or 4 (RGBA) channels, rows without gaps.
// crop: x, y, width, height. out: crop height x crop width x 3 floats. Returns 0, or the number of
// the step that failed.
extern "C" int litecv_preprocess(const unsigned char* pixels, int width, int height, int channels,
                                 const int* resize, const int* crop, double scale,
                                 const float* mean, const float* stddev, float* out) {
  lite::LiteMat rgb, resized, scaled, cropped, normalised;
  if (channels == 4) {
    if (!lite::InitFromPixel(pixels, lite::LPixelType::RGBA2RGB, lite::LDataType::UINT8, width,
                             height, rgb)) {
      return 1;
    }
  } else {
    rgb.Init(width, height, 3, lite::LDataType::UINT8);
    std::memcpy(rgb.data_ptr_, pixels, size_t{3} * width * height);
  }
  if (!lite::ResizeBilinear(rgb, resized, resize[0], resize[1])) return 2;
  if (!lite::ConvertTo(resized, scaled, scale)) return 3;
  if (!lite::Crop(scaled, cropped, crop[0], crop[1], crop[2], crop[3])) return 4;
  const std::vector<float> means(mean, mean + 3), stddevs(stddev, stddev + 3);
  if (!lite::SubStractMeanNormalize(cropped, normalised, means, stddevs)) return 5;
  if (normalised.width_ != crop[2] || normalised.height_ != crop[3]) return 6;
  std::memcpy(out, normalised.data_ptr_, sizeof(float) * 3 * crop[2] * crop[3]);
  return 0;
}
