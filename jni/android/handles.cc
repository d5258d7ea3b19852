#include "android/handles.h"

#include <new>

#include "android/exceptions.h"

namespace pocketlens {
namespace {

template <class T>
Registry<T>& NeverDestroyed() {
  alignas(Registry<T>) static unsigned char memory[sizeof(Registry<T>)];
  static auto* const registry = new (memory) Registry<T>;
  return *registry;
}

template <class T>
std::shared_ptr<T> Found(std::shared_ptr<T> object, const char* what) {
  if (object == nullptr) throw Thrown{{ErrorCode::closed, what}};
  return object;
}

}  // namespace

Registry<Classifier>& Classifiers() { return NeverDestroyed<Classifier>(); }

Registry<TaughtLabels>& TaughtSets() { return NeverDestroyed<TaughtLabels>(); }

std::shared_ptr<Classifier> FindClassifier(jlong handle) {
  return Found(Classifiers().Find(handle),
               "The classifier has been closed. Open the package again.");
}

std::shared_ptr<TaughtLabels> FindTaught(jlong handle) {
  return Found(TaughtSets().Find(handle), "The taught labels have been closed. Open them again.");
}

}  // namespace pocketlens
