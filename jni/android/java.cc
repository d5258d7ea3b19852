#include "android/java.h"

#include "android/utf.h"

namespace pocketlens {

void CheckPending(JNIEnv* env) {
  if (env->ExceptionCheck()) {
    throw PendingException{};
  }
}

jstring ToJava(JNIEnv* env, std::string_view utf8) {
  const std::u16string text = Utf8ToUtf16(utf8);
  static_assert(sizeof(jchar) == sizeof(char16_t));
  jstring made =
      env->NewString(reinterpret_cast<const jchar*>(text.data()), static_cast<jsize>(text.size()));
  CheckPending(env);
  return made;
}

jobjectArray ToJava(JNIEnv* env, const std::vector<std::string>& texts) {
  const Local<jclass> string(env, env->FindClass("java/lang/String"));
  CheckPending(env);
  jobjectArray made = env->NewObjectArray(static_cast<jsize>(texts.size()), string.get(), nullptr);
  CheckPending(env);
  for (size_t i = 0; i < texts.size(); ++i) {
    const Local<jstring> text(env, ToJava(env, texts[i]));
    env->SetObjectArrayElement(made, static_cast<jsize>(i), text.get());
    CheckPending(env);
  }
  return made;
}

jintArray ToJava(JNIEnv* env, const std::vector<jint>& values) {
  const jsize count = static_cast<jsize>(values.size());
  jintArray made = env->NewIntArray(count);
  CheckPending(env);
  env->SetIntArrayRegion(made, 0, count, values.data());
  return made;
}

jfloatArray ToJava(JNIEnv* env, const std::vector<float>& values) {
  const jsize count = static_cast<jsize>(values.size());
  jfloatArray made = env->NewFloatArray(count);
  CheckPending(env);
  env->SetFloatArrayRegion(made, 0, count, values.data());
  return made;
}

jdoubleArray ToJava(JNIEnv* env, const std::vector<double>& values) {
  const jsize count = static_cast<jsize>(values.size());
  jdoubleArray made = env->NewDoubleArray(count);
  CheckPending(env);
  env->SetDoubleArrayRegion(made, 0, count, values.data());
  return made;
}

jbyteArray BytesToJava(JNIEnv* env, std::string_view bytes) {
  const jsize count = static_cast<jsize>(bytes.size());
  jbyteArray made = env->NewByteArray(count);
  CheckPending(env);
  env->SetByteArrayRegion(made, 0, count, reinterpret_cast<const jbyte*>(bytes.data()));
  return made;
}

std::string FromJava(JNIEnv* env, jstring text) {
  if (text == nullptr) {
    return "";
  }
  std::u16string copy(static_cast<size_t>(env->GetStringLength(text)), u'\0');
  env->GetStringRegion(text, 0, static_cast<jsize>(copy.size()),
                       reinterpret_cast<jchar*>(copy.data()));
  CheckPending(env);
  return Utf16ToUtf8(copy);
}

Bytes FromJava(JNIEnv* env, jbyteArray bytes) {
  if (bytes == nullptr) {
    return {};
  }
  Bytes copy(static_cast<size_t>(env->GetArrayLength(bytes)));
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(copy.size()),
                          reinterpret_cast<jbyte*>(copy.data()));
  CheckPending(env);
  return copy;
}

std::vector<jint> FromJava(JNIEnv* env, jintArray values) {
  if (values == nullptr) {
    return {};
  }
  std::vector<jint> copy(static_cast<size_t>(env->GetArrayLength(values)));
  env->GetIntArrayRegion(values, 0, static_cast<jsize>(copy.size()), copy.data());
  CheckPending(env);
  return copy;
}

std::vector<float> FromJava(JNIEnv* env, jfloatArray values) {
  if (values == nullptr) {
    return {};
  }
  std::vector<float> copy(static_cast<size_t>(env->GetArrayLength(values)));
  env->GetFloatArrayRegion(values, 0, static_cast<jsize>(copy.size()), copy.data());
  CheckPending(env);
  return copy;
}

std::vector<double> FromJava(JNIEnv* env, jdoubleArray values) {
  if (values == nullptr) {
    return {};
  }
  std::vector<double> copy(static_cast<size_t>(env->GetArrayLength(values)));
  env->GetDoubleArrayRegion(values, 0, static_cast<jsize>(copy.size()), copy.data());
  CheckPending(env);
  return copy;
}

std::vector<std::string> FromJava(JNIEnv* env, jobjectArray texts) {
  std::vector<std::string> copy;
  const jsize count = texts == nullptr ? 0 : env->GetArrayLength(texts);
  for (jsize i = 0; i < count; ++i) {
    const Local<jstring> text(env, static_cast<jstring>(env->GetObjectArrayElement(texts, i)));
    CheckPending(env);
    copy.push_back(FromJava(env, text.get()));
  }
  return copy;
}

}  // namespace pocketlens
