#include "core/teaching/taught_labels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

#include "core/package/sha256.h"
#include "core/package/tables.h"
#include "core/package/text.h"
#include "core/teaching/taught_file.h"

namespace pocketlens {
namespace {

// Measured on objects and photos that had no part in it; see the header.
constexpr double kClaims = 0.02;        // the share of the bank that taught labels may claim
constexpr size_t kOneLabel = 5;         // times its even share of them, at most, for one label
constexpr double kOfAgreement = 0.15;   // how much of a label's own agreement its threshold takes
constexpr double kUsual = 0.6;          // a label's similarity to a picture of itself elsewhere
constexpr double kVaried = 0.6;         // up to this agreement its pictures differ enough
constexpr double kAlike = 0.75;         // from here on they are nearly the same
constexpr double kStrange = 0.15;       // below this agreement its pictures are not of one thing
constexpr double kLowest = 0.05, kHighest = 0.95;  // a threshold

// How like the common direction of the others each of the pictures is, on average. By their cosines
// g: the sum of the others' unit vectors has the square T - 2 R + g and the product R - g with one,
// where R is the sum of its row and T that of all.
double Agreement(const std::vector<Vector>& pictures) {
  const size_t count = pictures.size();
  if (count < 2) return -1;
  std::vector<double> cosines(count * count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) cosines[i * count + j] = Cosine(pictures[i], pictures[j]);
  }
  std::vector<double> rows(count, 0.0);
  double all = 0;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) rows[i] += cosines[i * count + j];
    all += rows[i];
  }
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double own = cosines[i * count + i];
    const double square = all - 2 * rows[i] + own;
    sum += square > 0 ? (rows[i] - own) / std::sqrt(square) : 0;
  }
  return sum / static_cast<double>(count);
}

std::shared_ptr<const TaughtLabel> Finished(const Embedding& space, TaughtLabel label) {
  label.centre = Centre(label.pictures);
  label.agreement = Agreement(label.pictures);
  const auto rows = static_cast<size_t>(space.rows());
  label.bank.resize(static_cast<size_t>(space.pictures()));
  const double square =
      static_cast<double>(Dot(label.centre.data(), label.centre.data(), rows));
  for (size_t i = 0; i < label.bank.size(); ++i) {
    const int8_t* const stranger = space.bank.data() + i * rows;
    const double lengths = square * static_cast<double>(Dot(stranger, stranger, rows));
    const auto product = static_cast<double>(Dot(label.centre.data(), stranger, rows));
    label.bank[i] = lengths > 0 ? product / std::sqrt(lengths) : 0;
  }
  return std::make_shared<const TaughtLabel>(std::move(label));
}

// The similarity that a picture of the label elsewhere may be expected to have.
double Expected(const TaughtLabel& label) {
  if (label.pictures.size() < 2) return kUsual;
  const double told = std::clamp((kAlike - label.agreement) / (kAlike - kVaried), 0.0, 1.0);
  return told * label.agreement + (1 - told) * kUsual;
}

// The n-th largest of at least n values; n from 1.
double NthLargest(std::vector<double> values, size_t n) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(n - 1);
  std::nth_element(values.begin(), place, values.end(), std::greater<double>());
  return *place;
}

// The similarity from which on each label is sure. A label that many of the bank are like, as they
// are of its kind, counts with no more than a few times its share of them, so that it does not make
// the others ask for more; it asks for more itself.
std::vector<float> Thresholds(const std::vector<std::shared_ptr<const TaughtLabel>>& labels) {
  if (labels.empty()) return {};
  const size_t pictures = labels.front()->bank.size();
  const auto claims = static_cast<size_t>(kClaims * static_cast<double>(pictures));
  const size_t most = std::min(kOneLabel * claims / labels.size() + 1, pictures);
  std::vector<double> best(pictures, -1.0);
  for (const auto& label : labels) {
    const double least = NthLargest(label->bank, most);
    for (size_t i = 0; i < pictures; ++i) {
      if (label->bank[i] >= least) best[i] = std::max(best[i], label->bank[i]);
    }
  }
  const double common = NthLargest(best, claims + 1);
  std::vector<float> out;
  for (const auto& label : labels) {
    const double level = std::max(common, NthLargest(label->bank, claims + 1));
    double threshold = level + kOfAgreement * std::max(0.0, Expected(*label) - level);
    if (label->pictures.size() > 1 && label->agreement < kStrange) {
      threshold = std::max(threshold, kUsual);
    }
    out.push_back(static_cast<float>(std::clamp(threshold, kLowest, kHighest)));
  }
  return out;
}

std::ptrdiff_t PlaceOf(const TaughtState& state, const std::string& mid) {
  const auto found = std::find_if(state.labels.begin(), state.labels.end(),
                                  [&](const auto& label) { return label->mid == mid; });
  return found == state.labels.end() ? -1 : found - state.labels.begin();
}

Error Unknown(const std::string& mid) {
  return {ErrorCode::unknown_taught, "No label " + Shown(mid) + " has been taught."};
}

Error TooMany(const TaughtLabel& label) {
  return {ErrorCode::too_large, Shown(label.name) + " can have " +
                                    std::to_string(kMostTaughtPictures) +
                                    " pictures and no more; remove some first."};
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), Lower);
  return text;
}

}  // namespace

TaughtLabels::TaughtLabels(std::shared_ptr<const Embedding> space)
    : space_(std::move(space)), state_(std::make_shared<const TaughtState>()) {}

Result<std::shared_ptr<TaughtLabels>> TaughtLabels::Make(std::shared_ptr<const Embedding> space) {
  if (!space) {
    return Error{ErrorCode::no_embedding,
                 "The package has no embedding.bin, so nothing can be taught with it. Make it anew "
                 "with `convert` from a checkpoint or an ONNX, or add one with `bank`."};
  }
  return std::shared_ptr<TaughtLabels>(new TaughtLabels(std::move(space)));
}

Result<std::shared_ptr<TaughtLabels>> TaughtLabels::Read(std::shared_ptr<const Embedding> space,
                                                         const Bytes& bytes) {
  Result<std::shared_ptr<TaughtLabels>> made = Make(std::move(space));
  if (!made.ok()) return made.error();
  Result<std::vector<TaughtLabel>> labels = ReadTaught(bytes, made.value()->space());
  if (!labels.ok()) return labels.error();
  auto state = std::make_shared<TaughtState>();
  for (TaughtLabel& label : labels.value()) {
    state->labels.push_back(Finished(made.value()->space(), std::move(label)));
  }
  state->thresholds = Thresholds(state->labels);
  made.value()->state_ = std::move(state);
  return made;
}

Result<std::shared_ptr<TaughtLabels>> TaughtLabels::Open(std::shared_ptr<const Embedding> space,
                                                         const std::string& path) {
  const Result<Bytes> bytes = ReadPath(path, kLargestTaught);
  if (!bytes.ok()) return bytes.error();
  return Read(std::move(space), bytes.value());
}

std::string TaughtLabels::Write() const { return WriteTaught(*state(), *space_); }

Error TaughtLabels::Save(const std::string& path) const { return WriteWhole(path, Write()); }

std::shared_ptr<const TaughtState> TaughtLabels::state() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_;
}

Result<TaughtPicture> TaughtLabels::Add(const std::string& mid, const std::string& name,
                                        const std::vector<std::vector<float>>& embeddings) {
  if (Error error = CheckTaughtLabel(mid, name)) return error;
  std::vector<Vector> views;
  for (const std::vector<float>& embedding : embeddings) {
    if (embedding.size() != space_->mean.size()) {
      return Error{ErrorCode::bad_embedding,
                   "The picture's embedding has " + std::to_string(embedding.size()) +
                       " numbers, " + std::to_string(space_->mean.size()) + " are needed."};
    }
    views.push_back(Project(*space_, embedding.data()));
  }
  if (views.empty()) return Error{ErrorCode::bad_embedding, "No picture was given."};
  const Vector picture = Centre(views);
  if (std::all_of(picture.begin(), picture.end(), [](int8_t step) { return step == 0; })) {
    return Error{ErrorCode::bad_embedding,
                 "The picture says nothing: its embedding is the mean of all. Take another one."};
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  auto state = std::make_shared<TaughtState>(*state_);
  std::ptrdiff_t place = PlaceOf(*state, mid);
  TaughtLabel label;
  if (place >= 0) label = *state->labels[static_cast<size_t>(place)];
  if (place < 0 && state->labels.size() >= kMostTaughtLabels) {
    return Error{ErrorCode::too_large, "There are " + std::to_string(kMostTaughtLabels) +
                                           " taught labels already; remove one first."};
  }
  if (label.pictures.size() >= kMostTaughtPictures) return TooMany(label);
  TaughtPicture out;
  for (const Vector& earlier : label.pictures) {
    out.likeness = std::max(out.likeness, Cosine(earlier, picture));
  }
  label.mid = mid;
  label.name = name;
  label.pictures.push_back(picture);
  std::shared_ptr<const TaughtLabel> finished = Finished(*space_, std::move(label));
  if (place < 0) {
    place = static_cast<std::ptrdiff_t>(state->labels.size());
    state->labels.emplace_back();
  }
  out.label = static_cast<int>(place);
  out.taught = finished;
  state->labels[static_cast<size_t>(place)] = std::move(finished);
  state->thresholds = Thresholds(state->labels);
  state_ = std::move(state);
  return out;
}

// Puts another label in the place of one, or takes it away where `label` is null. The lock is held.
Error TaughtLabels::Change(const std::string& mid, std::shared_ptr<const TaughtLabel> label) {
  auto state = std::make_shared<TaughtState>(*state_);
  const auto place = state->labels.begin() + PlaceOf(*state, mid);
  if (label) {
    *place = std::move(label);
  } else {
    state->labels.erase(place);
  }
  state->thresholds = Thresholds(state->labels);
  state_ = std::move(state);
  return {};
}

Error TaughtLabels::RemovePicture(const std::string& mid, int picture) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::ptrdiff_t place = PlaceOf(*state_, mid);
  if (place < 0) return Unknown(mid);
  TaughtLabel label = *state_->labels[static_cast<size_t>(place)];
  if (picture < 0 || static_cast<size_t>(picture) >= label.pictures.size()) {
    return {ErrorCode::unknown_taught, Shown(label.name) + " has " +
                                           std::to_string(label.pictures.size()) +
                                           " pictures; there is no picture " +
                                           std::to_string(picture) + "."};
  }
  label.pictures.erase(label.pictures.begin() + picture);
  return Change(mid, label.pictures.empty() ? nullptr : Finished(*space_, std::move(label)));
}

Error TaughtLabels::RemoveLabel(const std::string& mid) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return PlaceOf(*state_, mid) < 0 ? Unknown(mid) : Change(mid, nullptr);
}

Error TaughtLabels::Rename(const std::string& mid, const std::string& name) {
  if (Error error = CheckTaughtLabel(mid, name)) return error;
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::ptrdiff_t place = PlaceOf(*state_, mid);
  if (place < 0) return Unknown(mid);
  auto label = std::make_shared<TaughtLabel>(*state_->labels[static_cast<size_t>(place)]);
  label->name = name;
  return Change(mid, std::move(label));
}

Error TaughtLabels::Merge(const TaughtLabels& others) {
  if (others.space().id != space_->id) {
    return {ErrorCode::other_embedding,
            "The two sets of labels were taught with different models. Only labels of one model can "
            "be put together."};
  }
  const auto given = others.state();
  const std::lock_guard<std::mutex> lock(mutex_);
  auto state = std::make_shared<TaughtState>(*state_);
  for (const auto& more : given->labels) {
    const std::ptrdiff_t place = PlaceOf(*state, more->mid);
    if (place < 0) {
      state->labels.push_back(more);
      continue;
    }
    auto& there = state->labels[static_cast<size_t>(place)];
    TaughtLabel label = *there;
    for (const Vector& picture : more->pictures) {
      const auto end = label.pictures.end();
      if (std::find(label.pictures.begin(), end, picture) == end) label.pictures.push_back(picture);
    }
    if (label.pictures.size() > kMostTaughtPictures) return TooMany(label);
    if (label.pictures.size() > there->pictures.size()) there = Finished(*space_, std::move(label));
  }
  if (state->labels.size() > kMostTaughtLabels) {
    return {ErrorCode::too_large, "Together these are " + std::to_string(state->labels.size()) +
                                      " taught labels, " + std::to_string(kMostTaughtLabels) +
                                      " are allowed; remove some first."};
  }
  state->thresholds = Thresholds(state->labels);
  state_ = std::move(state);
  return {};
}

std::string TaughtLabels::MidOf(const std::string& name) const {
  const auto now = state();
  const std::string wanted = Lowered(name);
  const auto found = std::find_if(now->labels.begin(), now->labels.end(),
                                  [&](const auto& label) { return Lowered(label->name) == wanted; });
  return found == now->labels.end() ? "" : (*found)->mid;
}

bool TaughtPicture::says_little() const { return likeness >= kAlike; }

std::string PictureId(const Vector& picture) {
  return Sha256Hex(picture.data(), picture.size()).substr(0, 16);
}

std::vector<ScoredLabel> MatchTaught(const TaughtState& state, const Vector& vector) {
  std::vector<ScoredLabel> out;
  for (size_t i = 0; i < state.labels.size(); ++i) {
    const auto similarity = static_cast<float>(Cosine(vector, state.labels[i]->centre));
    const float told = std::max(0.0f, similarity);
    out.push_back({static_cast<int>(i), RescaledScore(told, state.thresholds[i]), told});
  }
  return out;
}

float Familiarity(const KnownThings& known, const Vector& vector) {
  double best = 0;
  for (size_t at = 0; at + vector.size() <= known.centres.size(); at += vector.size()) {
    const auto start = known.centres.begin() + static_cast<std::ptrdiff_t>(at);
    const Vector centre(start, start + static_cast<std::ptrdiff_t>(vector.size()));
    best = std::max(best, Cosine(vector, centre));
  }
  return RescaledScore(static_cast<float>(best), known.threshold);
}

void LeadWithTaught(const Package& package, const TaughtState& state,
                    const std::vector<ScoredLabel>& taught, int k,
                    std::vector<ScoredLabel>* labels, ScoredLabel* headline, ScoredLabel* guess) {
  const auto first = static_cast<int>(package.labels.size());
  const auto given = static_cast<std::ptrdiff_t>(labels->size());
  labels->reserve(labels->size() + taught.size());
  ScoredLabel best;
  for (ScoredLabel match : taught) {
    const std::string& mid = state.labels[static_cast<size_t>(match.index)]->mid;
    const auto end = labels->begin() + given;
    const auto corrected = std::find_if(labels->begin(), end, [&](const ScoredLabel& label) {
      return label.index < first && package.labels[static_cast<size_t>(label.index)].mid == mid;
    });
    match.index += first;
    if (best.index < 0 || match.score > best.score) best = match;
    if (corrected == end) {
      labels->push_back(match);
    } else if (match.score > corrected->score) {
      *corrected = match;
    }
  }
  const size_t count = std::min(labels->size(), static_cast<size_t>(std::max(k, 0)));
  const auto better = [](const ScoredLabel& a, const ScoredLabel& b) {
    return a.score != b.score ? a.score > b.score : a.index < b.index;
  };
  std::partial_sort(labels->begin(), labels->begin() + static_cast<std::ptrdiff_t>(count),
                    labels->end(), better);
  labels->resize(count);
  if (best.index >= 0 && best.score >= 0.5f) {
    *headline = best;
    *guess = {};
  }
}

std::string TaughtMid(const Package& package, const std::string& name) {
  const std::string wanted = Lowered(name);
  for (size_t i = 0; i < package.labels.size(); ++i) {
    if (Lowered(package.labels[i].name) == wanted) return package.labels[i].mid;
    for (const auto& [language, names] : package.translations) {
      if (Lowered(names[i]) == wanted) return package.labels[i].mid;
    }
  }
  return OwnMid(name);
}

}  // namespace pocketlens
