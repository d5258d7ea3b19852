// The few things the edge does with Java objects, with their references and pending exceptions
// looked after.
#pragma once

#include <jni.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"

namespace pocketlens {

// A JNI call failed and has left a Java exception pending: the native method must return at once.
struct PendingException {};

// Throws PendingException when a Java exception is pending.
void CheckPending(JNIEnv* env);

// A local reference, deleted at the end of its scope. Loops that make objects need it: the table of
// local references is small.
template <class T>
class Local {
 public:
  Local(JNIEnv* env, T object) : env_(env), object_(object) {}
  ~Local() { env_->DeleteLocalRef(object_); }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;

  T get() const { return object_; }

 private:
  JNIEnv* env_;
  T object_;
};

// New Java objects holding copies; the caller has the local reference. Each throws PendingException
// when Java has no memory left.
jstring ToJava(JNIEnv* env, std::string_view utf8);
jobjectArray ToJava(JNIEnv* env, const std::vector<std::string>& texts);
jintArray ToJava(JNIEnv* env, const std::vector<jint>& values);
jfloatArray ToJava(JNIEnv* env, const std::vector<float>& values);
jdoubleArray ToJava(JNIEnv* env, const std::vector<double>& values);
jbyteArray BytesToJava(JNIEnv* env, std::string_view bytes);

// A Java string as UTF-8; "" for null.
std::string FromJava(JNIEnv* env, jstring text);

// Copies of Java arrays; empty for null.
Bytes FromJava(JNIEnv* env, jbyteArray bytes);
std::vector<jint> FromJava(JNIEnv* env, jintArray values);
std::vector<float> FromJava(JNIEnv* env, jfloatArray values);
std::vector<double> FromJava(JNIEnv* env, jdoubleArray values);
std::vector<std::string> FromJava(JNIEnv* env, jobjectArray texts);

}  // namespace pocketlens
