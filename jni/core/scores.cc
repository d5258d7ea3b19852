#include "core/scores.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <unordered_map>

namespace pocketlens {
namespace {

constexpr float kSure = 0.5f;
// A child is followed while it keeps this part of its parent's probability, sure or not. Measured
// on photos that were not trained on, with thresholds that had not seen them: a smaller share names
// more kinds and more wrong ones, following every sure child is worse than any share
// (models/mobilenetv2-openimages/README.md has the figures).
constexpr float kChildShare = 0.9f;
// How far an output may leave [0, 1] by rounding and still be a probability.
constexpr float kRounding = 1e-3f;

// Scores and probabilities of a package's labels by index.
class Scored {
 public:
  Scored(const Package& package, const std::vector<float>& probabilities, const Choice& choice)
      : package_(package), probabilities_(probabilities), choice_(choice) {}

  int count() const {
    return static_cast<int>(std::min(package_.labels.size(), probabilities_.size()));
  }
  float probability(int index) const { return probabilities_[static_cast<size_t>(index)]; }
  float score(int index) const {
    return RescaledScore(probability(index), label(index).threshold);
  }
  // Whether an answer may name the label.
  bool nameable(int index) const {
    const auto i = static_cast<size_t>(index);
    return label(index).status != ThresholdStatus::silent &&
           (choice_.nameable.empty() || choice_.nameable[i] != 0) &&
           score(index) >= choice_.least_score;
  }
  bool sure(int index) const { return nameable(index) && score(index) >= kSure; }
  const Label& label(int index) const { return package_.labels[static_cast<size_t>(index)]; }
  ScoredLabel result(int index) const { return {index, score(index), probability(index)}; }

 private:
  const Package& package_;
  const std::vector<float>& probabilities_;
  const Choice& choice_;
};

// The sure label with the highest score that has no sure parent; -1 when nothing is sure.
int BestRoot(const Scored& scored) {
  int best = -1;
  for (int i = 0; i < scored.count(); ++i) {
    if (!scored.sure(i)) continue;
    const std::vector<int>& parents = scored.label(i).parents;
    const auto is_sure = [&](int parent) { return scored.sure(parent); };
    if (std::any_of(parents.begin(), parents.end(), is_sure)) continue;
    if (best < 0 || scored.score(i) > scored.score(best)) best = i;
  }
  return best;
}

// The child with the highest probability, if that is at least `least`; else -1.
int NextStep(const Scored& scored, int from, float least) {
  int best = -1;
  for (const int child : scored.label(from).children) {
    if (scored.probability(child) < least) continue;
    if (best < 0 || scored.probability(child) > scored.probability(best)) best = child;
  }
  return best;
}

// Sets `to` for the labels that `names` name by MID or by name.
Error Mark(const Package& package, const std::vector<std::string>& names, char to,
           std::vector<char>* marks) {
  std::unordered_map<std::string_view, bool> met;
  for (const std::string& name : names) met[name] = false;
  for (size_t i = 0; i < package.labels.size(); ++i) {
    for (const std::string* own : {&package.labels[i].mid, &package.labels[i].name}) {
      const auto found = met.find(*own);
      if (found == met.end()) continue;
      found->second = true;
      (*marks)[i] = to;
    }
  }
  for (const std::string& name : names) {
    if (met[name]) continue;
    return {ErrorCode::unknown_label, "The package " + package.name + " has no label \"" + name +
                                          "\". Name labels as its labels.csv does, by MID or by"
                                          " English name."};
  }
  return {};
}

}  // namespace

Result<Choice> MakeChoice(const Package& package, const std::vector<std::string>& allow,
                          const std::vector<std::string>& deny, float least_score) {
  if (!(least_score >= 0 && least_score <= 1)) {
    return Error{ErrorCode::bad_settings,
                 "The least score is " + std::to_string(least_score) + ", expected 0 to 1."};
  }
  Choice choice{least_score, {}};
  if (allow.empty() && deny.empty()) return choice;
  choice.nameable.assign(package.labels.size(), allow.empty() ? 1 : 0);
  if (Error error = Mark(package, allow, 1, &choice.nameable)) return error;
  if (Error error = Mark(package, deny, 0, &choice.nameable)) return error;
  return choice;
}

Error CheckProbabilities(const std::vector<float>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= -kRounding && values[i] <= 1 + kRounding)) {
      return {ErrorCode::score_not_finite,
              "Output " + std::to_string(i) + " of the model is " + std::to_string(values[i]) +
                  ", which is no probability. The model must end in a softmax or a sigmoid; convert "
                  "it again with the activation in the graph."};
    }
  }
  return {};
}

float RescaledScore(float probability, float threshold) {
  const float p = std::clamp(probability, 0.0f, 1.0f);
  if (p < threshold) return p / threshold * 0.5f;
  return (p - threshold) / (1.0f - threshold) * 0.5f + 0.5f;
}

std::vector<ScoredLabel> TopK(const Package& package, const std::vector<float>& probabilities,
                              int k, const Choice& choice) {
  const Scored scored(package, probabilities, choice);
  std::vector<ScoredLabel> all;
  all.reserve(static_cast<size_t>(scored.count()));
  for (int i = 0; i < scored.count(); ++i) {
    if (scored.nameable(i)) all.push_back(scored.result(i));
  }
  const size_t count = std::min(all.size(), static_cast<size_t>(std::max(k, 0)));
  const auto better = [](const ScoredLabel& a, const ScoredLabel& b) {
    return a.score != b.score ? a.score > b.score : a.index < b.index;
  };
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                    better);
  all.resize(count);
  return all;
}

ScoredLabel Headline(const Package& package, const std::vector<float>& probabilities,
                     const Choice& choice) {
  const Scored scored(package, probabilities, choice);
  int headline = BestRoot(scored);
  if (headline < 0) return {};
  // The hierarchy of a package has no cycle, so this ends; the bound is for a caller's own tables.
  int at = headline;
  for (int steps = 0; steps < scored.count(); ++steps) {
    at = NextStep(scored, at, kChildShare * scored.probability(at));
    if (at < 0) break;
    if (scored.sure(at)) headline = at;
  }
  return scored.result(headline);
}

ScoredLabel Guess(const Package& package, const std::vector<float>& probabilities, int headline,
                  const Choice& choice) {
  const Scored scored(package, probabilities, choice);
  if (headline < 0 || headline >= scored.count()) return {};
  const float least = package.guess_share * scored.probability(headline);
  int guess = -1;
  int at = headline;
  for (int steps = 0; steps < scored.count(); ++steps) {
    at = NextStep(scored, at, least);
    if (at < 0 || at == headline) break;
    if (scored.nameable(at)) guess = at;
  }
  return guess < 0 ? ScoredLabel{} : scored.result(guess);
}

std::string LegacyScoreText(const Package& package, const std::vector<float>& probabilities) {
  const Choice all;
  const Scored scored(package, probabilities, all);
  std::string text;
  for (int i = 0; i < scored.count(); ++i) {
    char number[32] = {};
    std::snprintf(number, sizeof number, "%.6f", static_cast<double>(scored.score(i)));
    std::replace(number, number + sizeof number, ',', '.');  // a locale's decimal comma
    text += scored.label(i).name + ":" + number + ";";
  }
  return text;
}

}  // namespace pocketlens
