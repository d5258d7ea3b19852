#include "android/exceptions.h"

#include <string>

namespace pocketlens {
namespace {

constexpr const char* kExceptionClass = "io/pocketlens/classifier/ClassifierException";

jclass exception_class = nullptr;  // a global reference that lives as long as the library
jmethodID exception_constructor = nullptr;

}  // namespace

bool FindExceptionClass(JNIEnv* env) {
  const Local<jclass> found(env, env->FindClass(kExceptionClass));
  if (found.get() == nullptr) {
    return false;
  }
  exception_constructor = env->GetMethodID(found.get(), "<init>", "(ILjava/lang/String;)V");
  if (exception_constructor == nullptr) {
    return false;
  }
  exception_class = static_cast<jclass>(env->NewGlobalRef(found.get()));
  return exception_class != nullptr;
}

void ThrowToJava(JNIEnv* env, const Error& error) {
  if (env->ExceptionCheck()) {
    return;
  }
  try {
    const std::string& text = error.message.empty() ? ErrorSentence(error.code) : error.message;
    const Local<jstring> message(env, ToJava(env, text));
    const jint code = static_cast<jint>(error.code);
    const Local<jobject> exception(
        env, env->NewObject(exception_class, exception_constructor, code, message.get()));
    CheckPending(env);
    env->Throw(static_cast<jthrowable>(exception.get()));
  } catch (const PendingException&) {
    // Java has no memory left; its own exception tells that.
  } catch (const std::exception&) {
    env->ThrowNew(exception_class, nullptr);  // no memory for the message either
  }
}

}  // namespace pocketlens
