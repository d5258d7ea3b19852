// libjnigraphics for a JVM on a desk: an android.graphics.Bitmap of Robolectric's, read through its
// Java methods. Locking copies the pixels out, with every row made longer than it must be, so that
// code that forgets the stride fails its tests; unlocking drops the copy, for the edge only reads.
#include <android/bitmap.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr uint32_t kPadding = 64;
constexpr uint8_t kPaddingByte = 0xA5;
constexpr uint32_t kHardwareFlag = 1u << 31;

// As on a phone, a bitmap that is locked several times, by several threads say, has one place of
// pixels, which stays until the last of them unlocks it.
struct LockedCopy {
  jobject bitmap = nullptr;  // a global reference
  int locks = 1;
  std::vector<uint8_t> pixels;
};

std::mutex locked_mutex;
std::vector<std::unique_ptr<LockedCopy>> locked_copies;

// The copy of a bitmap that is locked, or null. The caller holds `locked_mutex`.
LockedCopy* FindCopy(JNIEnv* env, jobject bitmap) {
  for (const auto& copy : locked_copies) {
    if (env->IsSameObject(copy->bitmap, bitmap)) {
      return copy.get();
    }
  }
  return nullptr;
}

// A Java method's answer; `failed` when it threw, with the exception cleared.
jint CallInt(JNIEnv* env, jobject object, const char* name, bool* failed) {
  const jmethodID method = env->GetMethodID(env->GetObjectClass(object), name, "()I");
  const jint value = method == nullptr ? 0 : env->CallIntMethod(object, method);
  if (env->ExceptionCheck()) {
    env->ExceptionClear();
    *failed = true;
  }
  return value;
}

// The name of the bitmap's Bitmap.Config, "" when it has none.
std::string ConfigName(JNIEnv* env, jobject bitmap) {
  const jmethodID get_config = env->GetMethodID(env->GetObjectClass(bitmap), "getConfig",
                                                "()Landroid/graphics/Bitmap$Config;");
  jobject config = get_config == nullptr ? nullptr : env->CallObjectMethod(bitmap, get_config);
  if (env->ExceptionCheck() || config == nullptr) {
    env->ExceptionClear();
    return "";
  }
  const jmethodID name = env->GetMethodID(env->GetObjectClass(config), "name",
                                          "()Ljava/lang/String;");
  auto text = static_cast<jstring>(env->CallObjectMethod(config, name));
  const char* characters = env->GetStringUTFChars(text, nullptr);
  std::string copy = characters;
  env->ReleaseStringUTFChars(text, characters);
  return copy;
}

int32_t FormatOf(const std::string& config) {
  const std::pair<const char*, int32_t> formats[] = {
      {"ARGB_8888", ANDROID_BITMAP_FORMAT_RGBA_8888}, {"HARDWARE", ANDROID_BITMAP_FORMAT_RGBA_8888},
      {"RGB_565", ANDROID_BITMAP_FORMAT_RGB_565},     {"ALPHA_8", ANDROID_BITMAP_FORMAT_A_8},
      {"ARGB_4444", 7},                               {"RGBA_F16", 9},
      {"RGBA_1010102", 10},
  };
  for (const auto& [name, format] : formats) {
    if (config == name) {
      return format;
    }
  }
  return ANDROID_BITMAP_FORMAT_NONE;
}

// The bitmap's bytes as Java hands them out; false when it refuses.
bool CopyOut(JNIEnv* env, jobject bitmap, std::vector<uint8_t>* bytes) {
  jobject buffer = env->NewDirectByteBuffer(bytes->data(), static_cast<jlong>(bytes->size()));
  const jmethodID copy = env->GetMethodID(env->GetObjectClass(bitmap), "copyPixelsToBuffer",
                                          "(Ljava/nio/Buffer;)V");
  if (buffer != nullptr && copy != nullptr) {
    env->CallVoidMethod(bitmap, copy, buffer);
  }
  const bool failed = env->ExceptionCheck();
  env->ExceptionClear();
  env->DeleteLocalRef(buffer);
  return !failed;
}

// Whether this JVM's bitmaps keep blue before red, as graphics libraries on a desk may; a phone's never
// do. Found out by copying out one red pixel.
bool KeepsBlueFirst(JNIEnv* env, jobject bitmap) {
  const jclass type = env->GetObjectClass(bitmap);
  const jmethodID get_config =
      env->GetMethodID(type, "getConfig", "()Landroid/graphics/Bitmap$Config;");
  const jmethodID create = env->GetStaticMethodID(
      type, "createBitmap",
      "(IILandroid/graphics/Bitmap$Config;)Landroid/graphics/Bitmap;");
  const jmethodID erase = env->GetMethodID(type, "eraseColor", "(I)V");
  if (env->ExceptionCheck()) {
    env->ExceptionClear();
    return false;
  }
  jobject config = env->CallObjectMethod(bitmap, get_config);
  jobject probe = env->CallStaticObjectMethod(type, create, 1, 1, config);
  if (env->ExceptionCheck() || probe == nullptr) {
    env->ExceptionClear();
    return false;
  }
  constexpr jint kRed = static_cast<jint>(0xFFFF0000);
  env->CallVoidMethod(probe, erase, kRed);
  std::vector<uint8_t> pixel(4);
  return CopyOut(env, probe, &pixel) && pixel[0] == 0 && pixel[2] == 0xFF;
}

void SwapRedAndBlue(std::vector<uint8_t>* pixels) {
  for (size_t i = 0; i + 3 < pixels->size(); i += 4) {
    std::swap((*pixels)[i], (*pixels)[i + 2]);
  }
}

}  // namespace

int AndroidBitmap_getInfo(JNIEnv* env, jobject bitmap, AndroidBitmapInfo* info) {
  if (bitmap == nullptr) {
    return ANDROID_BITMAP_RESULT_BAD_PARAMETER;
  }
  bool failed = false;
  const std::string config = ConfigName(env, bitmap);
  info->width = static_cast<uint32_t>(CallInt(env, bitmap, "getWidth", &failed));
  info->height = static_cast<uint32_t>(CallInt(env, bitmap, "getHeight", &failed));
  info->stride = static_cast<uint32_t>(CallInt(env, bitmap, "getRowBytes", &failed)) + kPadding;
  info->format = FormatOf(config);
  info->flags = config == "HARDWARE" ? kHardwareFlag : 0;
  return failed ? ANDROID_BITMAP_RESULT_JNI_EXCEPTION : ANDROID_BITMAP_RESULT_SUCCESS;
}

int AndroidBitmap_lockPixels(JNIEnv* env, jobject bitmap, void** pixels) {
  AndroidBitmapInfo info = {};
  const int known = AndroidBitmap_getInfo(env, bitmap, &info);
  if (known != ANDROID_BITMAP_RESULT_SUCCESS) {
    return known;
  }
  const std::lock_guard<std::mutex> lock(locked_mutex);
  if (LockedCopy* copy = FindCopy(env, bitmap)) {
    ++copy->locks;
    *pixels = copy->pixels.data();
    return ANDROID_BITMAP_RESULT_SUCCESS;
  }
  const size_t row = info.stride - kPadding;
  std::vector<uint8_t> tight(row * info.height);
  if (!CopyOut(env, bitmap, &tight)) {
    return ANDROID_BITMAP_RESULT_JNI_EXCEPTION;
  }
  if (info.format == ANDROID_BITMAP_FORMAT_RGBA_8888 && KeepsBlueFirst(env, bitmap)) {
    SwapRedAndBlue(&tight);
  }
  auto copy = std::make_unique<LockedCopy>();
  copy->bitmap = env->NewGlobalRef(bitmap);
  copy->pixels.assign(size_t{info.stride} * info.height, kPaddingByte);
  for (size_t y = 0; y < info.height; ++y) {
    std::memcpy(copy->pixels.data() + y * info.stride, tight.data() + y * row, row);
  }
  *pixels = copy->pixels.data();
  locked_copies.push_back(std::move(copy));
  return ANDROID_BITMAP_RESULT_SUCCESS;
}

int AndroidBitmap_unlockPixels(JNIEnv* env, jobject bitmap) {
  const std::lock_guard<std::mutex> lock(locked_mutex);
  LockedCopy* copy = FindCopy(env, bitmap);
  if (copy == nullptr) {
    return ANDROID_BITMAP_RESULT_BAD_PARAMETER;
  }
  if (--copy->locks > 0) {
    return ANDROID_BITMAP_RESULT_SUCCESS;
  }
  env->DeleteGlobalRef(copy->bitmap);
  const auto place = std::find_if(locked_copies.begin(), locked_copies.end(),
                                  [copy](const auto& one) { return one.get() == copy; });
  locked_copies.erase(place);
  return ANDROID_BITMAP_RESULT_SUCCESS;
}
