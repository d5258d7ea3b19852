#include "android/pictures.h"

#include <vector>

#include "android/java.h"
#include "core/frame/region.h"

namespace pocketlens {

void SetRegion(JNIEnv* env, jdoubleArray asked, Frame* frame) {
  if (asked == nullptr) return;
  const std::vector<double> numbers = FromJava(env, asked);
  if (numbers.size() != 5 || !(numbers[0] == 1 || numbers[0] == 2)) {
    throw Thrown{{ErrorCode::bad_frame, "A region is a unit (1 pixels, 2 shares) and four numbers."}};
  }
  const auto unit = static_cast<RegionUnit>(static_cast<int>(numbers[0]));
  frame->geometry.region = ValueOf(
      PixelsOf({unit, numbers[1], numbers[2], numbers[3], numbers[4]}, frame->geometry));
}

Frame PlanesFrame(JNIEnv* env, jobject y, jobject u, jobject v, jintArray layout,
                  jdoubleArray region) {
  Frame frame = ValueOf(PlanesToFrame(env, y, u, v, layout));
  SetRegion(env, region, &frame);
  return frame;
}

}  // namespace pocketlens
