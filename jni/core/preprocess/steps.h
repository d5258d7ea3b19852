// The small steps that the reference and the fast path must share so as to be one definition.
// Internal to core/preprocess/.
#pragma once

#include <cstdint>
#include <vector>

#include "core/preprocess/preprocess.h"

namespace pocketlens::internal {

// The two neighbours of an output along one axis and their weights (step 3 in core/preprocess.h).
// The upper neighbour is min(lower + 1, n - 1).
struct Tap {
  int32_t lower;
  int16_t lower_weight, upper_weight;
};

// The taps of outputs crop .. crop + count - 1 of an axis of `source` pixels resized to `resized`.
std::vector<Tap> MakeTaps(int source, int resized, int crop, int count);

// Step 5 for one value of output channel `channel` (0..2).
float NormalisedValue(const PreprocessRecipe& recipe, int value, int channel);

}  // namespace pocketlens::internal
