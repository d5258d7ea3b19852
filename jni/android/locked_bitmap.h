// An android.graphics.Bitmap as a frame. The name BitmapToLiteMat is that of the MindSpore Hub card's
// sample: the step that turns a Java bitmap into pixels that preprocessing can read.
#pragma once

#include <jni.h>

#include "core/error.h"
#include "core/frame/frame.h"

namespace pocketlens {

// A bitmap's pixels, locked while this object lives. Must be destroyed on the thread and in the
// native method that made it.
class LockedBitmap {
 public:
  // Fails with unsupported_format unless the pixels are RGBA_8888 in main memory, with bad_frame for
  // null and for bitmaps whose pixels are gone.
  static Result<LockedBitmap> Lock(JNIEnv* env, jobject bitmap);

  LockedBitmap(LockedBitmap&& other) noexcept;
  LockedBitmap& operator=(LockedBitmap&&) = delete;
  ~LockedBitmap();

  // The pixels where they are, rows as far apart as the bitmap says. Valid while this object lives.
  const Plane& plane() const { return plane_; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  LockedBitmap(JNIEnv* env, jobject bitmap) : env_(env), bitmap_(bitmap) {}

  JNIEnv* env_;
  jobject bitmap_;  // null after a move
  Plane plane_;
  int width_ = 0;
  int height_ = 0;
};

// The frame of a locked bitmap that must be turned by `rotation` degrees and then mirrored. Its alpha
// is ignored. No pixel is copied.
Frame BitmapToLiteMat(const LockedBitmap& bitmap, int rotation, bool mirror);

}  // namespace pocketlens
