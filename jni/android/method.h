// A native method as it is registered.
#pragma once

#include <jni.h>

namespace pocketlens {

template <class Function>
JNINativeMethod Method(const char* name, const char* signature, Function function) {
  // JNI's structure is older than const.
  return {const_cast<char*>(name), const_cast<char*>(signature),
          reinterpret_cast<void*>(function)};
}

}  // namespace pocketlens
