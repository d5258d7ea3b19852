#include <cstring>
#include <string>
#include <utility>

#include "core/preprocess/plan.h"
#include "core/preprocess/tables.h"

namespace pocketlens {
namespace {

struct InstructionSet {
  const char* name;
  internal::RunFunction run;
};

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

struct PreprocessPlan::Impl {
  Impl(const PreprocessRecipe& r, const FrameGeometry& g, const InstructionSet& i)
      : recipe(r), geometry(g), instructions(i), store(r, g) {}

  PreprocessRecipe recipe;
  FrameGeometry geometry;
  InstructionSet instructions;
  internal::TableStore store;
};

PreprocessPlan::PreprocessPlan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
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
  return std::unique_ptr<PreprocessPlan>(
      new PreprocessPlan(std::make_unique<Impl>(recipe, geometry, set)));
}

const FrameGeometry& PreprocessPlan::geometry() const { return impl_->geometry; }
const PreprocessRecipe& PreprocessPlan::recipe() const { return impl_->recipe; }
const char* PreprocessPlan::instruction_set() const { return impl_->instructions.name; }
size_t PreprocessPlan::table_bytes() const { return impl_->store.bytes(); }

Error PreprocessPlan::Run(const Frame& frame, float* out) const {
  if (!(frame.geometry == impl_->geometry)) {
    return {ErrorCode::bad_frame,
            "The frame has another geometry than the plan was made for; make a plan for it."};
  }
  if (Error error = CheckFrame(frame)) return error;
  impl_->instructions.run(impl_->store.tables(), frame, out);
  return {};
}

}  // namespace pocketlens
