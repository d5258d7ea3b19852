// A package and its session: a picture in, labels out. This is what the JNI edge and the C API call.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/backend.h"
#include "core/error.h"
#include "core/frame/frame.h"
#include "core/package/package.h"
#include "core/scores.h"
#include "core/session.h"
#include "core/teaching/taught_labels.h"

namespace pocketlens {

struct Timings {
  double preprocess_ms = 0;
  double inference_ms = 0;
  double scores_ms = 0;
};

struct Classification {
  std::vector<ScoredLabel> labels;  // top-k, best first
  ScoredLabel headline;             // index -1: not sure
  ScoredLabel guess;                // below the headline; index -1: none
  Timings timings;
  std::vector<float> probabilities;  // the raw output, one per label
  std::vector<float> embedding;      // the picture's vector; empty where the package has none
  // How like the things that the labels are for the picture is, 0.5 at the package's threshold; -1
  // where the package does not say what they look like. Below 0.5 it shows none of them, and there is
  // no headline.
  float familiarity = -1;
  // The taught labels that were looked for, or null. A label with an index from the package's number
  // of labels on is one of these: the index is that number and its place among them.
  std::shared_ptr<const TaughtState> taught;
};

// Safe to use from several threads; calls queue on the session's lock. After Close() every new call
// that needs the model fails with `closed`; destruction needs that no call is running.
class Classifier {
 public:
  // Builds the package's model, on the backend that ChooseSession finds right, and checks it against
  // the recipe: model_build_failed, model_too_new, input_mismatch, output_mismatch, bad_settings,
  // bad_reference. The model's bytes are freed afterwards; package().model is then null.
  static Result<std::unique_ptr<Classifier>> Open(std::unique_ptr<Package> package,
                                                  const SessionSettings& settings,
                                                  const SessionOpener& open = Session::Open);
  ~Classifier();
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  // Does not wait: a running call ends with its answer, and the model is freed with the last of
  // them, at once where there is none. May be called several times.
  void Close();

  // Stays readable after Close().
  const Package& package() const;

  // What the runtime's Model::Build took.
  double model_build_ms() const;

  // What the model runs on.
  const BackendReport& backend() const;

  // wrong_kind for a features package. k is clamped to 0..labels. score_not_finite when an output is
  // no probability.
  Result<Classification> Classify(const Frame& frame, int k, const Choice& choice = {});

  // Fills labels, headline, guess, familiarity and taught of an answer whose probabilities, and
  // embedding where there is one, may come from several pictures: what Classify does with its own.
  // Without an embedding nothing taught is looked for. score_not_finite, bad_embedding for an
  // embedding that is not as long as the package's.
  Error Rank(Classification* answer, int k, const Choice& choice = {});

  // From now on Classify and Rank look for these taught labels as well, as they stand when a picture comes;
  // null: no more. A sure one leads: it is the headline. other_embedding, no_embedding.
  Error UseTaught(std::shared_ptr<const TaughtLabels> labels);

  // Adds a picture to a label of `labels` that has this name: one that has been taught (MidOf), else
  // one of the package's, which it then corrects (TaughtMid), or a new one of one's own. The picture
  // and its middle count, as they are and mirrored: six runs of the model. Errors: those of the
  // model's run and of TaughtLabels::Add, other_embedding, no_embedding.
  Result<TaughtPicture> Teach(TaughtLabels* labels, const std::string& name, const Frame& frame);

  // The vector of a picture before the head. no_embedding.
  Result<std::vector<float>> Embed(const Frame& frame);

  // The input tensor that Classify would feed (crop_height x crop_width x 3 floats).
  Error Preprocess(const Frame& frame, float* out);

  // A ready input tensor through the model: raw outputs.
  Result<std::vector<float>> RunTensor(const float* input, size_t count);

  // The vector of a features package for a picture. wrong_kind for a classifier package.
  Result<std::vector<float>> Features(const Frame& frame);

 private:
  struct Impl;
  explicit Classifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pocketlens
