#include "core/classifier.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <list>
#include <mutex>
#include <utility>

#include "core/preprocess/plan.h"
#include "core/teaching/taught_file.h"
#include "core/teaching/vectors.h"

namespace pocketlens {
namespace {

constexpr size_t kMostPlans = 8;  // a camera's stays while one of its pictures is taught
constexpr int kTaughtShares[] = {100, 85, 70};  // per cent of a taught picture's sides

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// The plans of the last few geometries, the latest first. A camera keeps one; a folder of photos
// has many, of which none is worth keeping for long.
class PlanCache {
 public:
  explicit PlanCache(const PreprocessRecipe& recipe) : recipe_(recipe) {}

  Result<std::shared_ptr<const PreprocessPlan>> Get(const FrameGeometry& geometry) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const auto& plan) {
        return plan->geometry() == geometry;
      });
      if (found != plans_.end()) {
        plans_.splice(plans_.begin(), plans_, found);
        return plans_.front();
      }
    }
    Result<std::unique_ptr<PreprocessPlan>> made = PreprocessPlan::Make(recipe_, geometry);
    if (!made.ok()) return made.error();
    std::shared_ptr<const PreprocessPlan> plan = std::move(made).value();
    const std::lock_guard<std::mutex> lock(mutex_);
    plans_.push_front(plan);
    if (plans_.size() > kMostPlans) plans_.pop_back();
    return plan;
  }

 private:
  const PreprocessRecipe recipe_;
  std::mutex mutex_;  // guards plans_
  std::list<std::shared_ptr<const PreprocessPlan>> plans_;
};

// What of a picture is taught: it and its middle, from closer and closer by, each as it is and mirrored.
// The place where it was taken lies at the edges, so it counts for less.
std::vector<FrameGeometry> TaughtViews(const FrameGeometry& geometry) {
  std::vector<FrameGeometry> out;
  for (const bool mirrored : {false, true}) {
    FrameGeometry picture = geometry;
    Region whole = RegionOf(geometry);
    if (mirrored) {
      picture.mirror = !geometry.mirror;
      picture.region = {};
      whole.x = RegionOf(picture).width - whole.x - whole.width;
    }
    for (const int share : kTaughtShares) {
      const int width = std::max(1, whole.width * share / 100);
      const int height = std::max(1, whole.height * share / 100);
      picture.region = {whole.x + (whole.width - width) / 2, whole.y + (whole.height - height) / 2,
                        width, height};
      out.push_back(picture);
    }
  }
  return out;
}

}  // namespace

struct Classifier::Impl {
  Impl(std::unique_ptr<Package> opened, std::shared_ptr<Session> built)
      : package(std::move(opened)), session(std::move(built)), plans(package->preprocess) {}

  // The session, which a running call keeps alive over a Close().
  Result<std::shared_ptr<Session>> OpenSession() {
    const std::lock_guard<std::mutex> lock(mutex);
    if (session) return session;
    return Error{ErrorCode::closed, "The classifier has been closed. Open the package again."};
  }

  Error Fill(const Frame& frame, float* input) {
    Result<std::shared_ptr<const PreprocessPlan>> plan = plans.Get(frame.geometry);
    if (!plan.ok()) return plan.error();
    return plan.value()->Run(frame, input);
  }

  std::shared_ptr<const TaughtLabels> Taught() {
    const std::lock_guard<std::mutex> lock(mutex);
    return taught;
  }

  // Whether labels can have been taught with this package.
  Error CheckSpace(const TaughtLabels& labels) const {
    if (package->space == nullptr) return TaughtLabels::Make(nullptr).error();
    if (package->space->id == labels.space().id) return {};
    return {ErrorCode::other_embedding,
            "These labels were taught with another model than the package's. Open the package that "
            "they were taught with, or teach them again."};
  }

  const std::unique_ptr<Package> package;
  std::mutex mutex;  // guards the pointers session and taught
  std::shared_ptr<Session> session;
  std::shared_ptr<const TaughtLabels> taught;
  PlanCache plans;
  double model_build_ms = 0;
  BackendReport backend;
};

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::~Classifier() = default;

Result<std::unique_ptr<Classifier>> Classifier::Open(std::unique_ptr<Package> package,
                                                     const SessionSettings& settings,
                                                     const SessionOpener& open) {
  if (!package || !package->model) {
    return Error{ErrorCode::missing_file, "The package's model has been let go already."};
  }
  if (Error error = CheckRecipe(package->preprocess)) return error;
  Result<ChosenSession> chosen = ChooseSession(*package, settings, open);
  if (!chosen.ok()) return chosen.error();
  package->model.reset();  // the runtime has copied it
  const double model_build_ms = chosen.value().session->model_build_ms();
  auto impl = std::make_unique<Impl>(std::move(package), std::move(chosen.value().session));
  impl->model_build_ms = model_build_ms;
  impl->backend = std::move(chosen.value().report);
  return std::unique_ptr<Classifier>(new Classifier(std::move(impl)));
}

void Classifier::Close() {
  std::shared_ptr<Session> session;  // freed, if nobody else uses it, after the lock is
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  session.swap(impl_->session);
}

const Package& Classifier::package() const { return *impl_->package; }

double Classifier::model_build_ms() const { return impl_->model_build_ms; }

const BackendReport& Classifier::backend() const { return impl_->backend; }

Result<Classification> Classifier::Classify(const Frame& frame, int k, const Choice& choice) {
  if (impl_->package->kind != PackageKind::classifier) {
    return Error{ErrorCode::wrong_kind,
                 "The package gives feature vectors and has no labels. Use a classifier package."};
  }
  Result<std::shared_ptr<Session>> session = impl_->OpenSession();
  if (!session.ok()) return session.error();
  Classification out;
  // The clock starts inside the session's lock, so that waiting for other threads is not counted.
  Clock::time_point run_start;
  const auto fill = [&](float* input) {
    const Clock::time_point start = Clock::now();
    Error error = impl_->Fill(frame, input);
    run_start = Clock::now();
    out.timings.preprocess_ms = std::chrono::duration<double, std::milli>(run_start - start).count();
    return error;
  };
  if (Error error = session.value()->Run(fill, &out.probabilities, &out.embedding)) return error;
  out.timings.inference_ms = MillisecondsSince(run_start);
  const Clock::time_point scores_start = Clock::now();
  if (Error error = Rank(&out, k, choice)) return error;
  out.timings.scores_ms = MillisecondsSince(scores_start);
  return out;
}

Error Classifier::Rank(Classification* answer, int k, const Choice& choice) {
  const Package& package = *impl_->package;
  Classification& out = *answer;
  if (Error error = CheckProbabilities(out.probabilities)) return error;
  out.labels = TopK(package, out.probabilities, k, choice);
  out.headline = Headline(package, out.probabilities, choice);
  out.guess = Guess(package, out.probabilities, out.headline.index, choice);
  const auto taught = impl_->Taught();
  if (out.embedding.empty() || (package.known == nullptr && taught == nullptr)) return {};
  if (out.embedding.size() != package.space->mean.size()) {
    return {ErrorCode::bad_embedding,
            "The embedding has " + std::to_string(out.embedding.size()) + " numbers, " +
                std::to_string(package.space->mean.size()) + " are needed."};
  }
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(out.embedding.begin(), out.embedding.end(), finite)) {
    return {ErrorCode::score_not_finite, "The embedding holds a value that is not finite."};
  }
  const Vector vector = Project(*package.space, out.embedding.data());
  if (package.known != nullptr) {
    out.familiarity = Familiarity(*package.known, vector);
    if (out.familiarity < 0.5f) out.headline = out.guess = {};
  }
  if (taught == nullptr) return {};
  out.taught = taught->state();
  std::vector<ScoredLabel> matches = MatchTaught(*out.taught, vector);
  const auto too_low = [&](const ScoredLabel& match) { return match.score < choice.least_score; };
  matches.erase(std::remove_if(matches.begin(), matches.end(), too_low), matches.end());
  LeadWithTaught(package, *out.taught, matches, k, &out.labels, &out.headline, &out.guess);
  return {};
}

Error Classifier::UseTaught(std::shared_ptr<const TaughtLabels> labels) {
  if (labels) {
    if (Error error = impl_->CheckSpace(*labels)) return error;
  }
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->taught.swap(labels);
  return {};
}

Result<TaughtPicture> Classifier::Teach(TaughtLabels* labels, const std::string& name,
                                        const Frame& frame) {
  if (Error error = impl_->CheckSpace(*labels)) return error;
  std::string mid = labels->MidOf(name);
  if (mid.empty()) mid = TaughtMid(*impl_->package, name);
  if (Error error = CheckTaughtLabel(mid, name)) return error;
  if (Error error = CheckFrame(frame)) return error;
  std::vector<std::vector<float>> views;
  for (const FrameGeometry& geometry : TaughtViews(frame.geometry)) {
    Frame view = frame;
    view.geometry = geometry;
    Result<std::vector<float>> embedding = Embed(view);
    if (!embedding.ok()) return embedding.error();
    views.push_back(std::move(embedding).value());
  }
  return labels->Add(mid, name, views);
}

Result<std::vector<float>> Classifier::Embed(const Frame& frame) {
  if (impl_->package->embedding.output.empty()) {
    return Error{ErrorCode::no_embedding,
                 "The package's model gives no embedding. Make the package anew with `convert` from "
                 "a checkpoint or an ONNX."};
  }
  Result<std::shared_ptr<Session>> session = impl_->OpenSession();
  if (!session.ok()) return session.error();
  std::vector<float> values, out;
  const auto fill = [&](float* input) { return impl_->Fill(frame, input); };
  if (Error error = session.value()->Run(fill, &values, &out)) return error;
  return out;
}

Error Classifier::Preprocess(const Frame& frame, float* out) { return impl_->Fill(frame, out); }

Result<std::vector<float>> Classifier::RunTensor(const float* input, size_t count) {
  const size_t expected = impl_->package->preprocess.output_count();
  if (input == nullptr || count != expected) {
    return Error{ErrorCode::input_mismatch, "The tensor has " + std::to_string(count) +
                                                " values, the model takes " +
                                                std::to_string(expected) + "."};
  }
  Result<std::shared_ptr<Session>> session = impl_->OpenSession();
  if (!session.ok()) return session.error();
  const auto fill = [&](float* target) -> Error {
    std::copy(input, input + count, target);
    return {};
  };
  std::vector<float> out;
  if (Error error = session.value()->Run(fill, &out)) return error;
  return out;
}

Result<std::vector<float>> Classifier::Features(const Frame& frame) {
  if (impl_->package->kind != PackageKind::features) {
    return Error{ErrorCode::wrong_kind,
                 "The package is a classifier. Feature vectors need a features package."};
  }
  Result<std::shared_ptr<Session>> session = impl_->OpenSession();
  if (!session.ok()) return session.error();
  std::vector<float> out;
  const auto fill = [&](float* input) { return impl_->Fill(frame, input); };
  if (Error error = session.value()->Run(fill, &out)) return error;
  return out;
}

}  // namespace pocketlens
