// The fast path: one recipe and one geometry, prepared once, then run for every frame.
#pragma once

#include <cstddef>
#include <memory>

#include "core/error.h"
#include "core/preprocess/frame.h"
#include "core/preprocess/recipe.h"

namespace pocketlens {

// The name of the best instruction set the fast path has on this processor: "avx2", "neon" or
// "portable". Static text.
const char* BestInstructionSet();

// Tables for one recipe and one geometry, made once. Run() gives the reference's bits: it samples
// the picture and writes normalised floats straight to `out` without building the resized image,
// without any heap allocation and with at most 16 KiB of stack. A plan is immutable, so several
// threads may run it at once.
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

  const FrameGeometry& geometry() const;
  const PreprocessRecipe& recipe() const;

  // Fails with bad_frame when the frame has another geometry or its planes do not hold it; `out` is
  // then untouched. Strides may differ from frame to frame.
  Error Run(const Frame& frame, float* out) const;

  // The name of the instruction set Run() uses: "avx2", "neon" or "portable". Static text.
  const char* instruction_set() const;

  // Bytes that the plan's tables take.
  size_t table_bytes() const;

 private:
  struct Impl;
  explicit PreprocessPlan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pocketlens
