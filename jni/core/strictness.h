// How sure a label must be before it counts, moved for all labels at once.
#pragma once

#include "core/error.h"
#include "core/package/package.h"

namespace pocketlens {

// The threshold whose odds t / (1 - t) are `odds_factor` times as high: 2 asks for more, 0.5 for less,
// 1 changes nothing. t in (0, 1) and odds_factor > 0 give a result in (0, 1).
float StricterThreshold(float threshold, double odds_factor);

// Moves every threshold of `package`. bad_settings when odds_factor is not between 0.001 and 1000.
Error ApplyStrictness(double odds_factor, Package* package);

}  // namespace pocketlens
