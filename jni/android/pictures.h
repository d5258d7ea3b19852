// The pictures that native methods are given, as frames.
#pragma once

#include <jni.h>

#include "android/exceptions.h"
#include "android/locked_bitmap.h"
#include "android/planes.h"
#include "core/frame/frame.h"

namespace pocketlens {

// The part of a picture that Java asks for: null for all of it, else unit, left, top, width, height.
// Throws bad_frame.
void SetRegion(JNIEnv* env, jdoubleArray asked, Frame* frame);

// What `use` gives for a bitmap's frame, which is locked no longer than that.
template <class Use>
auto OnBitmap(JNIEnv* env, jobject bitmap, jint rotation, jboolean mirror, jdoubleArray region,
              const Use& use) {
  const LockedBitmap locked = ValueOf(LockedBitmap::Lock(env, bitmap));
  Frame frame = BitmapToLiteMat(locked, rotation, mirror == JNI_TRUE);
  SetRegion(env, region, &frame);
  return use(frame);
}

// The frame of a camera's planes; see PlanesToFrame.
Frame PlanesFrame(JNIEnv* env, jobject y, jobject u, jobject v, jintArray layout,
                  jdoubleArray region);

}  // namespace pocketlens
