// The planes of a camera image as a frame.
#pragma once

#include <jni.h>

#include "core/error.h"
#include "core/frame/frame.h"

namespace pocketlens {

// The frame of three direct byte buffers and of `layout`, the numbers that YuvFrame.layout() in
// Kotlin lists: width, height, rotation, mirror, matrix, range, then row and pixel stride of Y, U and
// V. Nothing is copied: the frame is valid as long as the caller's references to the buffers.
// bad_frame for buffers that are null or not direct and for numbers that stand for nothing; whether
// the planes hold the picture is preprocessing's own check.
Result<Frame> PlanesToFrame(JNIEnv* env, jobject y, jobject u, jobject v, jintArray layout);

}  // namespace pocketlens
