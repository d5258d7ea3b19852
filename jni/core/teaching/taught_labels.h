// Labels that somebody has taught with a few pictures: how like each of them a picture is.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/embedding.h"
#include "core/package/package.h"
#include "core/scores.h"
#include "core/teaching/vectors.h"

namespace pocketlens {

constexpr int kMostTaughtLabels = 1000;
constexpr int kMostTaughtPictures = 50;  // of one label
constexpr int kLongestTaughtName = 400;  // bytes

// A label as it was taught, and what is known of it by its pictures. Never changes once it is made.
struct TaughtLabel {
  std::string mid;  // "own/slug", or the MID of a label of the package that is corrected
  std::string name;
  std::vector<Vector> pictures;
  Vector centre;             // what its pictures have in common
  double agreement = -1;     // how like the others each picture is, on average; -1: there is one alone
  std::vector<double> bank;  // how like the label each picture of the bank is
};

// All taught labels at one moment.
struct TaughtState {
  std::vector<std::shared_ptr<const TaughtLabel>> labels;  // in the order in which they were begun
  std::vector<float> thresholds;  // one a label: the similarity from which on it is sure
};

// What came of a picture that was taught.
struct TaughtPicture {
  int label = -1;                             // its place among the taught labels
  std::shared_ptr<const TaughtLabel> taught;  // the label as it is now
  double likeness = -1;  // to the most similar earlier one of the label; -1: it is the first

  // Whether an earlier picture shows nearly the same, so that this one says little that is new.
  bool says_little() const;
};

// What tells a picture from others, on every machine: 16 digits of the hash of its vector.
std::string PictureId(const Vector& picture);

// A set of taught labels, for one embedding. Safe to use from several threads: whoever classifies
// works on the state that stood when he began.
//
// A picture's similarity to a label is the cosine of its vector to the centre of the label's
// pictures. A label is sure from its threshold on. All thresholds rest on the level that one
// picture of the bank in fifty exceeds for any label (or for this one, where that is more), so that
// more labels do not claim more strangers; each label's own lies above it by a share of how much more
// alike its own pictures are, each held against the others. Pictures that are nearly the same, as when
// all were taken in one place, say nothing of how like the next one will be: what is usual counts
// then, and where there is one picture alone. A label whose pictures are not of one thing is all but
// silent: it is sure of what is usually itself only. (The figures were chosen by `python -m
// tests.bench --only teaching`.)
class TaughtLabels {
 public:
  // An empty set. no_embedding where the package has nothing to compare by (`space` is null).
  static Result<std::shared_ptr<TaughtLabels>> Make(std::shared_ptr<const Embedding> space);

  // A set that was saved: no_embedding, bad_taught, unknown_format_version, other_embedding,
  // too_large; of a file also missing_file and unreadable_file.
  static Result<std::shared_ptr<TaughtLabels>> Read(std::shared_ptr<const Embedding> space,
                                                    const Bytes& bytes);
  static Result<std::shared_ptr<TaughtLabels>> Open(std::shared_ptr<const Embedding> space,
                                                    const std::string& path);

  // The bytes of a .taught file (tools/package/README.md), and the file, written whole or not at
  // all: cannot_write.
  std::string Write() const;
  Error Save(const std::string& path) const;

  // Adds a picture, by one or more of its embeddings (Classifier::Teach says of which views), to a
  // label, which is begun if it is not there; a name that differs renames it. bad_taught_label,
  // too_large, bad_embedding for an embedding of another length.
  Result<TaughtPicture> Add(const std::string& mid, const std::string& name,
                            const std::vector<std::vector<float>>& embeddings);

  // unknown_taught where there is no such label or picture. A label goes with its last picture.
  Error RemovePicture(const std::string& mid, int picture);
  Error RemoveLabel(const std::string& mid);
  Error Rename(const std::string& mid, const std::string& name);

  // Takes over the labels of another set, all or none: what is not there is added with its name; a
  // label that is there gets the pictures that it does not have. other_embedding, too_large.
  Error Merge(const TaughtLabels& others);

  // The id of the taught label that has this name now, whatever the case of ASCII letters; "" where
  // there is none.
  std::string MidOf(const std::string& name) const;

  std::shared_ptr<const TaughtState> state() const;
  const Embedding& space() const { return *space_; }

 private:
  explicit TaughtLabels(std::shared_ptr<const Embedding> space);

  Error Change(const std::string& mid, std::shared_ptr<const TaughtLabel> label);

  const std::shared_ptr<const Embedding> space_;
  mutable std::mutex mutex_;  // guards state_, the pointer
  std::shared_ptr<const TaughtState> state_;
};

// How sure each taught label is of a picture's vector, in their order: index is the place among
// them, probability the similarity (0 where it is negative), score 0.5 at the threshold.
std::vector<ScoredLabel> MatchTaught(const TaughtState& state, const Vector& vector);

// How like the nearest of the things that a package knows a picture is: 0.5 at its threshold.
float Familiarity(const KnownThings& known, const Vector& vector);

// Puts taught labels, as MatchTaught gives them, into an answer: among the labels by their scores
// (k at most), under the index package.labels.size() + place; where one corrects a label of the
// package, only the better of the two stays. The surest taught label leads if it is sure: it becomes
// the headline, without a guess below it.
void LeadWithTaught(const Package& package, const TaughtState& state,
                    const std::vector<ScoredLabel>& taught, int k,
                    std::vector<ScoredLabel>* labels, ScoredLabel* headline, ScoredLabel* guess);

// The id that a name is taught under: the MID of the package's label with this name, in English or a
// language of the package, whatever the case of ASCII letters; else own/ and a slug of the name.
std::string TaughtMid(const Package& package, const std::string& name);

}  // namespace pocketlens
