#include "core/strictness.h"

#include <algorithm>
#include <limits>
#include <string>

namespace pocketlens {

float StricterThreshold(float threshold, double odds_factor) {
  if (odds_factor == 1.0) {
    return threshold;
  }
  const double raised = static_cast<double>(threshold) * odds_factor;
  const double moved = raised / (1.0 - static_cast<double>(threshold) + raised);
  // Rounding to float must not leave the open interval.
  const float below_one = 1.0f - std::numeric_limits<float>::epsilon() / 2;
  return std::clamp(static_cast<float>(moved), std::numeric_limits<float>::min(), below_one);
}

Error ApplyStrictness(double odds_factor, Package* package) {
  if (!(odds_factor >= 0.001 && odds_factor <= 1000.0)) {
    return {ErrorCode::bad_settings, "The strictness multiplies the odds of thresholds by " +
                                         std::to_string(odds_factor) +
                                         ", expected a number from 0.001 to 1000."};
  }
  for (Label& label : package->labels) {
    label.threshold = StricterThreshold(label.threshold, odds_factor);
  }
  return {};
}

}  // namespace pocketlens
