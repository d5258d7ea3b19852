#include "core/preprocess/plan.h"

#include <cstring>
#include <string>

#include "core/preprocess/antialias.h"
#include "core/preprocess/reference.h"
#include "core/preprocess/tables.h"

namespace pocketlens {
namespace {

using internal::InstructionSet;

// The instruction set of that name, or the best one for null; `run` is null when there is none.
InstructionSet Find(const char* name) {
  const InstructionSet all[] = {
#if defined(__x86_64__)
      {"avx2", internal::Avx2Run()},
#elif defined(__aarch64__)
      {"neon", internal::RunNeon},
#endif
      {"portable", internal::RunPortable}};
  for (const InstructionSet& set : all) {
    if (name == nullptr ? set.run != nullptr : std::strcmp(name, set.name) == 0) return set;
  }
  return {"", nullptr};
}

}  // namespace

const char* BestInstructionSet() { return Find(nullptr).name; }

PreprocessPlan::PreprocessPlan(const PreprocessRecipe& recipe, const FrameGeometry& geometry,
                               const InstructionSet& instructions)
    : recipe_(recipe),
      geometry_(geometry),
      instructions_(instructions) {
  if (recipe.interpolation == Interpolation::bilinear_q11) {
    store_ = std::make_unique<internal::TableStore>(recipe, geometry);
  } else {
    instructions_ = {"portable", nullptr};
    antialias_ = std::make_unique<internal::Antialias>(recipe, geometry);
  }
}
PreprocessPlan::~PreprocessPlan() = default;

Result<std::unique_ptr<PreprocessPlan>> PreprocessPlan::Make(const PreprocessRecipe& recipe,
                                                             const FrameGeometry& geometry,
                                                             const char* instruction_set) {
  if (Error error = CheckRecipe(recipe)) return error;
  if (Error error = CheckGeometry(geometry)) return error;
  const InstructionSet set = Find(instruction_set);
  if (set.run == nullptr) {
    return Error{ErrorCode::bad_settings, std::string("The instruction set \"") + instruction_set +
                                              "\" does not run here; the best one that does is \"" +
                                              BestInstructionSet() + "\"."};
  }
  return std::unique_ptr<PreprocessPlan>(new PreprocessPlan(recipe, geometry, set));
}

size_t PreprocessPlan::table_bytes() const {
  return store_ ? store_->bytes() : antialias_->bytes();
}

Error PreprocessPlan::Run(const Frame& frame, float* out) const {
  if (!(frame.geometry == geometry_)) {
    return {ErrorCode::bad_frame,
            "The frame has another geometry than the plan was made for; make a plan for it."};
  }
  if (Error error = CheckFrame(frame)) return error;
  if (store_) {
    instructions_.run(store_->tables(), frame, out);
  } else {
    internal::Normalise(recipe_, antialias_->Run(frame), out);
  }
  return {};
}

}  // namespace pocketlens
