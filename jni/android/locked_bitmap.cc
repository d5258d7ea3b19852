#include "android/locked_bitmap.h"

#include <android/bitmap.h>

#include <cstdint>
#include <string>
#include <utility>

namespace pocketlens {
namespace {

// ANDROID_BITMAP_FLAGS_IS_HARDWARE of newer NDKs; the system sets it from API 30 on.
constexpr uint32_t kHardwareFlag = 1u << 31;

std::string FormatName(int32_t format) {
  switch (format) {
    case ANDROID_BITMAP_FORMAT_RGBA_8888:
      return "RGBA_8888";
    case ANDROID_BITMAP_FORMAT_RGB_565:
      return "RGB_565";
    case 7:  // ANDROID_BITMAP_FORMAT_RGBA_4444, deprecated
      return "RGBA_4444";
    case ANDROID_BITMAP_FORMAT_A_8:
      return "A_8";
    case 9:  // ANDROID_BITMAP_FORMAT_RGBA_F16, since API 30
      return "RGBA_F16";
    case 10:  // ANDROID_BITMAP_FORMAT_RGBA_1010102, since API 33
      return "RGBA_1010102";
    default:
      return "number " + std::to_string(format);
  }
}

Error CheckInfo(const AndroidBitmapInfo& info) {
  if (info.format != ANDROID_BITMAP_FORMAT_RGBA_8888) {
    return {ErrorCode::unsupported_format,
            "The bitmap's pixel format is " + FormatName(info.format) +
                ", expected RGBA_8888. Copy it with Bitmap.Config.ARGB_8888."};
  }
  if ((info.flags & kHardwareFlag) != 0) {
    return {ErrorCode::unsupported_format,
            "The bitmap is a hardware bitmap, whose pixels cannot be read. Copy it with"
            " Bitmap.Config.ARGB_8888."};
  }
  const uint64_t row = uint64_t{4} * info.width;
  if (info.width == 0 || info.height == 0 || info.width > INT32_MAX || info.height > INT32_MAX ||
      info.stride < row || info.stride > INT32_MAX) {
    return {ErrorCode::bad_frame, "The bitmap says it has " + std::to_string(info.width) + " x " +
                                      std::to_string(info.height) + " pixels and rows of " +
                                      std::to_string(info.stride) + " bytes."};
  }
  return {};
}

}  // namespace

Result<LockedBitmap> LockedBitmap::Lock(JNIEnv* env, jobject bitmap) {
  if (bitmap == nullptr) {
    return Error{ErrorCode::bad_frame, "The bitmap is null."};
  }
  AndroidBitmapInfo info = {};
  if (AndroidBitmap_getInfo(env, bitmap, &info) != ANDROID_BITMAP_RESULT_SUCCESS) {
    return Error{ErrorCode::bad_frame, "The bitmap cannot be examined; has it been recycled?"};
  }
  if (Error error = CheckInfo(info)) {
    return error;
  }
  void* pixels = nullptr;
  const int locked = AndroidBitmap_lockPixels(env, bitmap, &pixels);
  if (locked != ANDROID_BITMAP_RESULT_SUCCESS || pixels == nullptr) {
    return Error{ErrorCode::bad_frame,
                 "The bitmap's pixels cannot be locked; has it been recycled, or is it a hardware"
                 " bitmap?"};
  }
  LockedBitmap made(env, bitmap);
  made.width_ = static_cast<int>(info.width);
  made.height_ = static_cast<int>(info.height);
  made.plane_.data = static_cast<const uint8_t*>(pixels);
  made.plane_.size = size_t{info.stride} * (info.height - 1) + size_t{4} * info.width;
  made.plane_.row_stride = static_cast<int>(info.stride);
  made.plane_.pixel_stride = 4;
  return made;
}

LockedBitmap::LockedBitmap(LockedBitmap&& other) noexcept
    : env_(other.env_),
      bitmap_(std::exchange(other.bitmap_, nullptr)),
      plane_(other.plane_),
      width_(other.width_),
      height_(other.height_) {}

LockedBitmap::~LockedBitmap() {
  if (bitmap_ != nullptr) {
    AndroidBitmap_unlockPixels(env_, bitmap_);
  }
}

Frame BitmapToLiteMat(const LockedBitmap& bitmap, int rotation, bool mirror) {
  Frame frame;
  frame.geometry.format = PixelFormat::rgba8888;
  frame.geometry.width = bitmap.width();
  frame.geometry.height = bitmap.height();
  frame.geometry.rotation = rotation;
  frame.geometry.mirror = mirror;
  frame.planes[0] = bitmap.plane();
  return frame;
}

}  // namespace pocketlens
