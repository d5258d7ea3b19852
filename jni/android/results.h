// From the core's answers to the Kotlin side's NativeResult, NativeModel and those of teaching.
#pragma once

#include <jni.h>

#include "core/classifier.h"
#include "core/package/package.h"
#include "core/teaching/taught_labels.h"

namespace pocketlens {

// Looks up the classes once, from JNI_OnLoad. False, with a Java exception pending, when the
// library and the Kotlin side do not fit together.
bool FindResultClasses(JNIEnv* env);

// A new NativeResult. The name is that of the MindSpore Hub card's sample: the step that turns the
// outputs of a run into what Java shows. Throws PendingException.
jobject ProcessRunnetResult(JNIEnv* env, const Package& package,
                            const Classification& classification);

// A new NativeModel: what a package says of itself, and what its model runs on (an empty report where
// none has been built). Throws PendingException.
jobject DescribePackage(JNIEnv* env, const Package& package, const BackendReport& backend);

// A new NativeTaught: the labels of a set as they stand. Throws PendingException.
jobject ListTaught(JNIEnv* env, const TaughtState& state);

// A new NativeTaughtPicture: what came of a picture that was taught. Throws PendingException.
jobject TellTaught(JNIEnv* env, const TaughtPicture& added);

}  // namespace pocketlens
