// Native methods and how they are registered.
#pragma once

#include <jni.h>

#include <cstddef>

#include "android/java.h"

namespace pocketlens {

template <class Function>
JNINativeMethod Method(const char* name, const char* signature, Function function) {
  // JNI's structure is older than const.
  return {const_cast<char*>(name), const_cast<char*>(signature),
          reinterpret_cast<void*>(function)};
}

// Registers the methods of a class. False, with Java's exception pending, where the class or one of
// its methods is not there.
template <size_t N>
bool Register(JNIEnv* env, const char* name, const JNINativeMethod (&methods)[N]) {
  const Local<jclass> calls(env, env->FindClass(name));
  return calls.get() != nullptr &&
         env->RegisterNatives(calls.get(), methods, static_cast<jint>(N)) == JNI_OK;
}

}  // namespace pocketlens
