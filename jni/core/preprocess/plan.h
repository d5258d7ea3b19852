// The fast path: one recipe and one geometry, prepared once, then run for every frame.
#pragma once

#include <cstddef>
#include <memory>

#include "core/error.h"
#include "core/frame/frame.h"
#include "core/preprocess/recipe.h"

namespace pocketlens {

namespace internal {
struct Tables;
class TableStore;
class Antialias;

// One of the kernel's compilations; `run` null: not on this processor.
struct InstructionSet {
  const char* name;
  void (*run)(const Tables& tables, const Frame& frame, float* out);
};
}  // namespace internal

// The name of the best instruction set the fast path has on this processor: "avx2", "neon" or
// "portable". Static text.
const char* BestInstructionSet();

// Tables for one recipe and one geometry, made once. Run() gives the reference's bits: it samples
// the picture and writes normalised floats straight to `out` without building the resized image,
// without any heap allocation and with at most 16 KiB of stack. A plan is immutable, so several
// threads may run it at once. Pillow's interpolations have plain code alone, which allocates.
class PreprocessPlan {
 public:
  // `instruction_set` null takes the best one this processor has; "portable", "avx2" or "neon" asks
  // for that one (for tests and measurements) and is bad_settings where it does not run. Fails with
  // bad_recipe, bad_frame or unsupported_format as the checks above say.
  static Result<std::unique_ptr<PreprocessPlan>> Make(const PreprocessRecipe& recipe,
                                                      const FrameGeometry& geometry,
                                                      const char* instruction_set = nullptr);
  ~PreprocessPlan();
  PreprocessPlan(const PreprocessPlan&) = delete;
  PreprocessPlan& operator=(const PreprocessPlan&) = delete;

  const FrameGeometry& geometry() const { return geometry_; }
  const PreprocessRecipe& recipe() const { return recipe_; }

  // Fails with bad_frame when the frame has another geometry or its planes do not hold it; `out` is
  // then untouched. Strides may differ from frame to frame.
  Error Run(const Frame& frame, float* out) const;

  // The name of the instruction set Run() uses: "avx2", "neon" or "portable". Static text.
  const char* instruction_set() const { return instructions_.name; }

  // Bytes that the plan's tables take.
  size_t table_bytes() const;

 private:
  PreprocessPlan(const PreprocessRecipe& recipe, const FrameGeometry& geometry,
                 const internal::InstructionSet& instructions);

  PreprocessRecipe recipe_;
  FrameGeometry geometry_;
  internal::InstructionSet instructions_;
  std::unique_ptr<const internal::TableStore> store_;    // bilinear-q11
  std::unique_ptr<const internal::Antialias> antialias_;  // the others
};

}  // namespace pocketlens
