#include "android/exceptions.h"

#include <exception>
#include <new>

namespace pocketlens {
namespace {

constexpr const char* kExceptionClass = "io/pocketlens/classifier/ClassifierException";

jclass exception_class = nullptr;  // a global reference that lives as long as the library
jmethodID exception_constructor = nullptr;

// The text, or the code's own sentence (plain ASCII, for which Java's memory is enough) where there
// is none or the native side cannot get the memory to turn it into UTF-16.
jstring MessageOf(JNIEnv* env, ErrorCode code, std::string_view text) {
  if (!text.empty()) {
    try {
      return ToJava(env, text);
    } catch (const std::bad_alloc&) {
    }
  }
  jstring made = env->NewStringUTF(ErrorSentence(code));
  CheckPending(env);
  return made;
}

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

void ThrowToJava(JNIEnv* env, ErrorCode code, std::string_view text) noexcept {
  if (env->ExceptionCheck()) {
    return;
  }
  try {
    const Local<jstring> message(env, MessageOf(env, code, text));
    const Local<jobject> exception(
        env, env->NewObject(exception_class, exception_constructor, static_cast<jint>(code),
                            message.get()));
    CheckPending(env);
    env->Throw(static_cast<jthrowable>(exception.get()));
  } catch (const PendingException&) {
    // Java has no memory left; its own exception tells that.
  }
}

void ThrowCurrentToJava(JNIEnv* env) noexcept {
  try {
    throw;
  } catch (const PendingException&) {
    // Java has one already.
  } catch (const Thrown& thrown) {
    ThrowToJava(env, thrown.error.code, thrown.error.message);
  } catch (const std::bad_alloc&) {
    ThrowToJava(env, ErrorCode::out_of_memory, {});
  } catch (const std::exception& exception) {
    const Error error =
        ErrorInHandler(ErrorCode::internal, "The native core failed unexpectedly: ", exception.what());
    ThrowToJava(env, error.code, error.message);
  } catch (...) {
    ThrowToJava(env, ErrorCode::internal, {});
  }
}

}  // namespace pocketlens
