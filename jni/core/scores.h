// From probabilities to what a person reads.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/package.h"

namespace pocketlens {

struct ScoredLabel {
  int index = -1;
  float score = 0;        // rescaled so that 0.5 = as sure as the threshold asks
  float probability = 0;  // the model's raw output
};

// Which of the package's labels an answer may name at all; taught ones are named all the same.
struct Choice {
  float least_score = 0;       // what has less is not named; 0: all
  std::vector<char> nameable;  // one a label, 0: never named; empty: all
};

// The choice of the labels in `allow` (all, where it is empty) without those in `deny`, each by its
// MID or by its name. unknown_label for one that the package does not have, bad_settings for a least
// score that is not 0 to 1.
Result<Choice> MakeChoice(const Package& package, const std::vector<std::string>& allow,
                          const std::vector<std::string>& deny, float least_score);

// score_not_finite when a value is no probability, i.e. not within [0, 1] but for rounding.
Error CheckProbabilities(const std::vector<float>& values);

// p < t: p/t*0.5, else (p-t)/(1-t)*0.5+0.5. p in [0,1], t in (0,1).
float RescaledScore(float probability, float threshold);

// The k best labels by score, best first; ties to the lower index. Silent labels are left out.
std::vector<ScoredLabel> TopK(const Package& package, const std::vector<float>& probabilities,
                              int k, const Choice& choice = {});

// The most specific label that is still sure, index -1 when no label reaches 0.5: from the best
// sure label without a sure parent down to the likeliest child, while that keeps nine tenths of
// its parent's probability; of the labels on the way the last sure one. What the choice leaves out
// is not sure.
ScoredLabel Headline(const Package& package, const std::vector<float>& probabilities,
                     const Choice& choice = {});

// "Animal, probably a lizard": the most specific label under the headline that still keeps the
// package's `guess_share` of the headline's probability, sure or not; index -1 where there is none.
// From the headline down to the likeliest child, while that keeps so much; labels that are silent or
// not of the choice are passed through and never it.
ScoredLabel Guess(const Package& package, const std::vector<float>& probabilities, int headline,
                  const Choice& choice = {});

// The older demo's text: "label:score;" for every class in index order, six decimals.
std::string LegacyScoreText(const Package& package, const std::vector<float>& probabilities);

}  // namespace pocketlens
