// What the files of the C API share: errors into pl_error, handles, and the C structs as the core's.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "core/classifier.h"
#include "core/error.h"
#include "core/frame/frame.h"
#include "core/preprocess/recipe.h"
#include "core/registry.h"
#include "host/pocketlens.h"

namespace pocketlens {

// Fills *to, which may be null, and returns the code. Without a text the code's sentence is told.
int32_t Report(ErrorCode code, std::string_view text, pl_error* to) noexcept;

// Runs a function and reports its error; nothing that is thrown leaves the C API, and nothing is
// allocated for what is reported of it.
template <class Function>
int32_t Guarded(pl_error* error, const Function& function) noexcept {
  try {
    const Error result = function();
    return Report(result.code, result.message, error);
  } catch (const std::bad_alloc&) {
    return Report(ErrorCode::out_of_memory, {}, error);
  } catch (const std::exception& thrown) {
    return Report(ErrorCode::internal, thrown.what(), error);
  } catch (...) {
    return Report(ErrorCode::internal, "Something unknown was thrown.", error);
  }
}

// The errors of a call that was put wrongly.
Error NullArgument(const char* name);
Error Closed();
Error CheckCount(uint64_t found, uint64_t expected, const char* what);

Result<Frame> FrameOf(const pl_frame& from);  // bad_frame for its region
PreprocessRecipe RecipeOf(const pl_recipe& from);

// The open objects of one kind. Handle is the C API's incomplete struct, which stands for the
// registry's number and is never dereferenced: a handle that has been closed, or that never was one,
// is an error and not a crash.
template <class Handle, class Object>
class Handles {
 public:
  Handle* Add(std::shared_ptr<Object> object) {
    return reinterpret_cast<Handle*>(registry_.Add(std::move(object)));
  }
  std::shared_ptr<Object> Find(const Handle* handle) const {
    return registry_.Find(reinterpret_cast<int64_t>(handle));
  }
  std::shared_ptr<Object> Remove(const Handle* handle) {
    return registry_.Remove(reinterpret_cast<int64_t>(handle));
  }

 private:
  Registry<Object> registry_;
};

// The open classifiers. Never destroyed: a thread may still use them while the process ends.
Handles<pl_classifier, Classifier>& Classifiers();

}  // namespace pocketlens
