// From probabilities to what a person reads.
#pragma once

#include <string>
#include <vector>

#include "core/package/package.h"

namespace pocketlens {

struct ScoredLabel {
  int index = -1;
  float score = 0;        // rescaled so that 0.5 = as sure as the threshold asks
  float probability = 0;  // the model's raw output
};

// score_not_finite when a value is no probability, i.e. not within [0, 1] but for rounding.
Error CheckProbabilities(const std::vector<float>& values);

// p < t: p/t*0.5, else (p-t)/(1-t)*0.5+0.5. p in [0,1], t in (0,1).
float RescaledScore(float probability, float threshold);

// The k best labels by score, best first; ties to the lower index. Silent labels are left out.
std::vector<ScoredLabel> TopK(const Package& package, const std::vector<float>& probabilities,
                              int k);

// The most specific label that is still sure, index -1 when no label reaches 0.5: from the best
// sure label without a sure parent down to the likeliest child, while that keeps nine tenths of
// its parent's probability; of the labels on the way the last sure one.
ScoredLabel Headline(const Package& package, const std::vector<float>& probabilities);

// "Animal, probably a lizard": the most specific label under the headline that still keeps the
// package's `guess_share` of the headline's probability, sure or not; index -1 where there is none.
// From the headline down to the likeliest child, while that keeps so much; silent labels are passed
// through and never it.
ScoredLabel Guess(const Package& package, const std::vector<float>& probabilities, int headline);

// The older demo's text: "label:score;" for every class in index order, six decimals.
std::string LegacyScoreText(const Package& package, const std::vector<float>& probabilities);

}  // namespace pocketlens
