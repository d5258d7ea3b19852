#include "android/planes.h"

#include <string>
#include <vector>

#include "android/java.h"

namespace pocketlens {
namespace {

constexpr size_t kLayoutLength = 12;

Result<Plane> BufferToPlane(JNIEnv* env, const char* name, jobject buffer, jint row_stride,
                            jint pixel_stride) {
  const void* data = buffer == nullptr ? nullptr : env->GetDirectBufferAddress(buffer);
  const jlong size = data == nullptr ? -1 : env->GetDirectBufferCapacity(buffer);
  if (size < 0) {
    return Error{ErrorCode::bad_frame,
                 std::string("The buffer of plane ") + name +
                     " is not a direct byte buffer. Use the camera image's own buffers or"
                     " ByteBuffer.allocateDirect."};
  }
  Plane plane;
  plane.data = static_cast<const uint8_t*>(data);
  plane.size = static_cast<size_t>(size);
  plane.row_stride = row_stride;
  plane.pixel_stride = pixel_stride;
  return plane;
}

Result<FrameGeometry> LayoutToGeometry(const std::vector<jint>& layout) {
  if (layout.size() != kLayoutLength) {
    return Error{ErrorCode::bad_frame, "A frame's layout has " + std::to_string(layout.size()) +
                                           " numbers, expected 12."};
  }
  const jint mirror = layout[3], matrix = layout[4], range = layout[5];
  if ((mirror | matrix | range) & ~1) {
    return Error{ErrorCode::bad_frame, "A frame's mirror, matrix and range are 0 or 1."};
  }
  FrameGeometry geometry;
  geometry.format = PixelFormat::yuv420;
  geometry.width = layout[0];
  geometry.height = layout[1];
  geometry.rotation = layout[2];
  geometry.mirror = mirror != 0;
  geometry.matrix = static_cast<YuvMatrix>(matrix);
  geometry.range = static_cast<YuvRange>(range);
  return geometry;
}

}  // namespace

Result<Frame> PlanesToFrame(JNIEnv* env, jobject y, jobject u, jobject v, jintArray layout) {
  const std::vector<jint> numbers = FromJava(env, layout);
  Result<FrameGeometry> geometry = LayoutToGeometry(numbers);
  if (!geometry.ok()) {
    return geometry.error();
  }
  Frame frame;
  frame.geometry = geometry.value();
  const jobject buffers[] = {y, u, v};
  const char* const names[] = {"Y", "U", "V"};
  for (size_t i = 0; i < 3; ++i) {
    const jint row_stride = numbers[6 + 2 * i], pixel_stride = numbers[7 + 2 * i];
    Result<Plane> plane = BufferToPlane(env, names[i], buffers[i], row_stride, pixel_stride);
    if (!plane.ok()) {
      return plane.error();
    }
    frame.planes[i] = plane.value();
  }
  return frame;
}

}  // namespace pocketlens
