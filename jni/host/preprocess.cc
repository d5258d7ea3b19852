// The C API's preprocessing on its own: one picture, or a plan kept for many of one geometry.
#include "core/preprocess/plan.h"
#include "core/preprocess/reference.h"

#include <memory>
#include <utility>

#include "host/c_api.h"
#include "host/pocketlens.h"

namespace {

using pocketlens::CheckCount;
using pocketlens::Closed;
using pocketlens::Error;
using pocketlens::ErrorCode;
using pocketlens::Frame;
using pocketlens::FrameOf;
using pocketlens::Guarded;
using pocketlens::Handles;
using pocketlens::NullArgument;
using pocketlens::PreprocessPlan;
using pocketlens::PreprocessRecipe;
using pocketlens::RecipeOf;
using pocketlens::Result;

// Never destroyed: a thread may still use it while the process ends.
Handles<pl_plan, const PreprocessPlan>& Plans() {
  static auto& handles = *std::make_unique<Handles<pl_plan, const PreprocessPlan>>().release();
  return handles;
}

}  // namespace

int32_t pl_preprocess(const pl_recipe* recipe, const pl_frame* frame, int32_t path, float* out,
                      uint64_t out_count, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    if (recipe == nullptr) return NullArgument("recipe");
    if (frame == nullptr) return NullArgument("frame");
    if (out == nullptr) return NullArgument("out");
    const PreprocessRecipe own = RecipeOf(*recipe);
    if (Error failed = CheckRecipe(own)) return failed;
    if (Error failed = CheckCount(out_count, own.output_count(), "out")) return failed;
    const Result<Frame> picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    if (path == 0) return PreprocessReference(own, picture.value(), out);
    if (path != 1) return {ErrorCode::bad_settings, "path must be 0 (reference) or 1 (fast)."};
    const auto plan = PreprocessPlan::Make(own, picture.value().geometry);
    if (!plan.ok()) return plan.error();
    return plan.value()->Run(picture.value(), out);
  });
}

int32_t pl_plan_open(const pl_recipe* recipe, const pl_frame* geometry, pl_plan** out,
                     pl_error* error) {
  if (out != nullptr) *out = nullptr;
  return Guarded(error, [&]() -> Error {
    if (recipe == nullptr) return NullArgument("recipe");
    if (geometry == nullptr) return NullArgument("geometry");
    if (out == nullptr) return NullArgument("out");
    const Result<Frame> picture = FrameOf(*geometry);
    if (!picture.ok()) return picture.error();
    auto plan = PreprocessPlan::Make(RecipeOf(*recipe), picture.value().geometry);
    if (!plan.ok()) return plan.error();
    *out = Plans().Add(std::move(plan).value());
    return {};
  });
}

int32_t pl_plan_run(const pl_plan* plan, const pl_frame* frame, float* out, uint64_t out_count,
                    pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Plans().Find(plan);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    if (out == nullptr) return NullArgument("out");
    if (Error failed = CheckCount(out_count, object->recipe().output_count(), "out")) return failed;
    const Result<Frame> picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    return object->Run(picture.value(), out);
  });
}

void pl_plan_close(pl_plan* plan) {
  Guarded(nullptr, [&]() -> Error {
    Plans().Remove(plan);
    return {};
  });
}
