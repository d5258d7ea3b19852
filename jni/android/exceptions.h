// From errors and C++ exceptions to io.pocketlens.classifier.ClassifierException.
#pragma once

#include <jni.h>

#include <string_view>
#include <utility>

#include "android/java.h"
#include "core/error.h"

namespace pocketlens {

// An error on its way to the edge of a native method. Only this folder throws it.
struct Thrown {
  Error error;
};

// The value, or its error thrown.
template <class T>
T ValueOf(Result<T> result) {
  if (!result.ok()) {
    throw Thrown{result.error()};
  }
  return std::move(result).value();
}

// Throws the error unless it is none.
inline void Check(Error error) {
  if (error) {
    throw Thrown{std::move(error)};
  }
}

// Looks up the exception's class once, from JNI_OnLoad. False, with a Java exception pending, when
// the library and the Kotlin side do not fit together.
bool FindExceptionClass(JNIEnv* env);

// Makes ClassifierException(code, text) the pending Java exception; without a text, or without memory
// to copy it, the code's sentence is told.
void ThrowToJava(JNIEnv* env, ErrorCode code, std::string_view text) noexcept;

// Makes the C++ exception that is being handled the pending Java exception, unless one is pending.
// Apart from Guarded, so that every native method does not carry it along.
void ThrowCurrentToJava(JNIEnv* env) noexcept;

// Runs the body of a native method. Nothing leaves it but a value or a pending Java exception, with
// which `fallback` is returned.
template <class T, class Body>
T Guarded(JNIEnv* env, T fallback, Body body) {
  try {
    return body();
  } catch (...) {
    ThrowCurrentToJava(env);
  }
  return fallback;
}

}  // namespace pocketlens
