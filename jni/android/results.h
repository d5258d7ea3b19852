// From the core's answers to the Kotlin side's NativeResult and NativeModel.
#pragma once

#include <jni.h>

#include "core/classifier.h"
#include "core/package/package.h"

namespace pocketlens {

// Looks up the two classes once, from JNI_OnLoad. False, with a Java exception pending, when the
// library and the Kotlin side do not fit together.
bool FindResultClasses(JNIEnv* env);

// A new NativeResult. The name is that of the MindSpore Hub card's sample: the step that turns the
// outputs of a run into what Java shows. Throws PendingException.
jobject ProcessRunnetResult(JNIEnv* env, const Classification& classification);

// A new NativeModel: what a package says of itself, and what its model runs on (an empty report where
// none has been built). Throws PendingException.
jobject DescribePackage(JNIEnv* env, const Package& package, const BackendReport& backend);

}  // namespace pocketlens
