// What Java has open: classifiers and sets of taught labels, by the numbers that stand for them.
#pragma once

#include <jni.h>

#include <memory>

#include "core/classifier.h"
#include "core/registry.h"
#include "core/teaching/taught_labels.h"

namespace pocketlens {

// Everything that is open. Never destroyed: threads may still classify while a process ends.
Registry<Classifier>& Classifiers();
Registry<TaughtLabels>& TaughtSets();

// The open object with this handle, kept alive by the caller; throws `closed`.
std::shared_ptr<Classifier> FindClassifier(jlong handle);
std::shared_ptr<TaughtLabels> FindTaught(jlong handle);

}  // namespace pocketlens
