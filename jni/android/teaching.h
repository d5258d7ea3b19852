// The native methods of io.pocketlens.classifier.NativeTeaching.
#pragma once

#include <jni.h>

namespace pocketlens {

// Binds them, from JNI_OnLoad. False, with a Java exception pending, when the library and the Kotlin
// side do not fit together.
bool RegisterTeaching(JNIEnv* env);

}  // namespace pocketlens
