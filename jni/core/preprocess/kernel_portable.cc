// The fast path for processors without one of their own: what the compiler makes of the vectors.
#include "core/preprocess/kernel.h"

namespace pocketlens::internal {

void RunPortable(const Tables& tables, const Frame& frame, float* out) {
  RunKernel(tables, frame, out);
}

}  // namespace pocketlens::internal
