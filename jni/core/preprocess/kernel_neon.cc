// The fast path for 64-bit ARM, where every processor has NEON.
#define POCKETLENS_NEON

#include "core/preprocess/kernel.h"

namespace pocketlens::internal {

void RunNeon(const Tables& tables, const Frame& frame, float* out) {
  RunKernel(tables, frame, out);
}

}  // namespace pocketlens::internal
