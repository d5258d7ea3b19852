#include "host/pocketlens.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/classifier.h"
#include "core/package/sha256.h"
#include "core/package/text.h"
#include "core/preprocess/plan.h"
#include "host/c_api.h"

namespace pocketlens {

Handles<pl_classifier, Classifier>& Classifiers() {
  static auto& handles = *std::make_unique<Handles<pl_classifier, Classifier>>().release();
  return handles;
}

}  // namespace pocketlens

namespace {

using pocketlens::CheckCount;
using pocketlens::Choice;
using pocketlens::Classifier;
using pocketlens::Classifiers;
using pocketlens::Closed;
using pocketlens::Error;
using pocketlens::ErrorCode;
using pocketlens::FrameOf;
using pocketlens::Guarded;
using pocketlens::NullArgument;
using pocketlens::PreprocessRecipe;
using pocketlens::Result;

pl_label LabelOf(const pocketlens::ScoredLabel& from) {
  return {from.index, from.score, from.probability};
}

// Writes at most k labels and how many they are; `top` may be null when k is 0.
void WriteTop(const std::vector<pocketlens::ScoredLabel>& labels, pl_label* top, int32_t* count) {
  std::transform(labels.begin(), labels.end(), top, LabelOf);
  if (count != nullptr) *count = static_cast<int32_t>(labels.size());
}

// The choice of a call for `top`.
Result<Choice> ChoiceOf(const pocketlens::Package& package, const pl_options* from,
                        const pl_label* top) {
  if (from == nullptr) return NullArgument("options");
  if (from->k > 0 && top == nullptr) return NullArgument("top");
  std::vector<std::string> allow, deny;
  for (auto [names, count, to] : {std::tuple{from->allow, from->allow_count, &allow},
                                  std::tuple{from->deny, from->deny_count, &deny}}) {
    if (count > 0 && names == nullptr) return NullArgument("allow or deny");
    for (int32_t i = 0; i < count; ++i) {
      if (names[i] == nullptr) return NullArgument("a label of allow or deny");
      to->emplace_back(names[i]);
    }
  }
  return MakeChoice(package, allow, deny, from->least_score);
}

}  // namespace

const char* pl_version(void) { return POCKETLENS_VERSION; }

const char* pl_header_sha256(void) { return POCKETLENS_HEADER_SHA256; }

const char* pl_runtime_version(void) {
  static const std::string version = pocketlens::RuntimeVersion();
  return version.c_str();
}

const char* pl_error_name(int32_t code) {
  return pocketlens::ErrorName(static_cast<ErrorCode>(code));
}

const char* pl_error_sentence(int32_t code) {
  return pocketlens::ErrorSentence(static_cast<ErrorCode>(code));
}

const char* pl_instruction_set(void) { return pocketlens::BestInstructionSet(); }

int32_t pl_check_package(const char* path, int32_t check_hashes, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    if (path == nullptr) return NullArgument("path");
    const auto package = pocketlens::OpenPackage(path, {check_hashes != 0});
    return package.ok() ? Error{} : package.error();
  });
}

int32_t pl_open(const char* path, const pl_settings* settings, pl_classifier** out,
                pl_load_timings* timings, pl_error* error) {
  if (out != nullptr) *out = nullptr;
  return Guarded(error, [&]() -> Error {
    if (path == nullptr) return NullArgument("path");
    if (settings == nullptr) return NullArgument("settings");
    if (out == nullptr) return NullArgument("out");
    const auto start = std::chrono::steady_clock::now();
    auto package = pocketlens::OpenPackage(path, {settings->check_hashes != 0});
    if (!package.ok()) return package.error();
    const pocketlens::ReadTimings read = package.value()->timings;
    pocketlens::SessionSettings session;
    session.threads = settings->threads;
    session.affinity = settings->affinity;
    session.enable_fp16 = settings->enable_fp16 != 0;
    session.device = static_cast<pocketlens::Device>(settings->device);
    session.warm_up = settings->warm_up != 0;
    if (settings->trial_file != nullptr) session.trial_file = settings->trial_file;
    auto opened = Classifier::Open(std::move(package).value(), session);
    if (!opened.ok()) return opened.error();
    const std::shared_ptr<Classifier> classifier = std::move(opened).value();
    const auto passed = std::chrono::steady_clock::now() - start;
    if (timings != nullptr) {
      *timings = {read.other_ms, read.hash_ms, classifier->model_build_ms(),
                  std::chrono::duration<double, std::milli>(passed).count()};
    }
    *out = Classifiers().Add(classifier);
    return {};
  });
}

void pl_close(pl_classifier* classifier) {
  Guarded(nullptr, [&]() -> Error {
    if (const auto object = Classifiers().Remove(classifier)) object->Close();
    return {};
  });
}

int32_t pl_backend_of(const pl_classifier* classifier, const char** asked, const char** used,
                      const char** reason, double* difference, double* embedding_difference,
                      pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    const pocketlens::BackendReport& report = object->backend();
    if (asked != nullptr) *asked = report.asked.c_str();
    if (used != nullptr) *used = report.used.c_str();
    if (reason != nullptr) *reason = report.reason.c_str();
    if (difference != nullptr) *difference = report.difference;
    if (embedding_difference != nullptr) *embedding_difference = report.embedding_difference;
    return {};
  });
}

int32_t pl_output_count(const pl_classifier* classifier) {
  const auto object = Classifiers().Find(classifier);
  return object ? object->package().outputs : 0;
}

int32_t pl_input_count(const pl_classifier* classifier) {
  const auto object = Classifiers().Find(classifier);
  return object ? static_cast<int32_t>(object->package().preprocess.output_count()) : 0;
}

int32_t pl_recipe_of(const pl_classifier* classifier, pl_recipe* out) {
  return Guarded(nullptr, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (out == nullptr) return NullArgument("out");
    const PreprocessRecipe& from = object->package().preprocess;
    *out = {from.resize_width, from.resize_height, from.crop_x, from.crop_y, from.crop_width,
            from.crop_height,  from.scale,         {},          {},          0,
            static_cast<int32_t>(from.interpolation)};
    std::copy(from.mean, from.mean + 3, out->mean);
    std::copy(from.stddev, from.stddev + 3, out->stddev);
    out->order = static_cast<int32_t>(from.order);
    return {};
  });
}

int32_t pl_label_of(const pl_classifier* classifier, int32_t index, const char** mid,
                    const char** name, float* threshold, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    const auto& labels = object->package().labels;
    if (index < 0 || static_cast<size_t>(index) >= labels.size()) {
      return {ErrorCode::bad_settings, "There is no label " + std::to_string(index) +
                                           "; the package has " + std::to_string(labels.size()) +
                                           "."};
    }
    const pocketlens::Label& label = labels[static_cast<size_t>(index)];
    if (mid != nullptr) *mid = label.mid.c_str();
    if (name != nullptr) *name = label.name.c_str();
    if (threshold != nullptr) *threshold = label.threshold;
    return {};
  });
}

int32_t pl_classify(pl_classifier* classifier, const pl_frame* frame, const pl_options* options,
                    pl_label* top, int32_t* top_count, pl_label* headline, float* probabilities,
                    float* familiarity, pl_timings* timings, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    const auto choice = ChoiceOf(object->package(), options, top);
    if (!choice.ok()) return choice.error();
    const auto picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    const auto found = object->Classify(picture.value(), options->k, choice.value());
    if (!found.ok()) return found.error();
    const pocketlens::Classification& result = found.value();
    WriteTop(result.labels, top, top_count);
    if (headline != nullptr) *headline = LabelOf(result.headline);
    if (probabilities != nullptr) {
      std::copy(result.probabilities.begin(), result.probabilities.end(), probabilities);
    }
    if (familiarity != nullptr) *familiarity = result.familiarity;
    if (timings != nullptr) {
      *timings = {result.timings.preprocess_ms, result.timings.inference_ms,
                  result.timings.scores_ms};
    }
    return {};
  });
}

int32_t pl_run(pl_classifier* classifier, const float* input, uint64_t input_count, float* output,
               uint64_t output_count, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (output == nullptr) return NullArgument("output");
    const auto expected = static_cast<uint64_t>(object->package().outputs);
    if (Error failed = CheckCount(output_count, expected, "output")) return failed;
    const auto values = object->RunTensor(input, static_cast<size_t>(input_count));
    if (!values.ok()) return values.error();
    std::copy(values.value().begin(), values.value().end(), output);
    return {};
  });
}

int32_t pl_features(pl_classifier* classifier, const pl_frame* frame, float* output,
                    uint64_t output_count, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    if (output == nullptr) return NullArgument("output");
    const auto expected = static_cast<uint64_t>(object->package().outputs);
    if (Error failed = CheckCount(output_count, expected, "output")) return failed;
    const auto picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    const auto values = object->Features(picture.value());
    if (!values.ok()) return values.error();
    std::copy(values.value().begin(), values.value().end(), output);
    return {};
  });
}

int32_t pl_score(const pl_classifier* classifier, const float* probabilities, uint64_t count,
                 const pl_options* options, pl_label* top, int32_t* top_count, pl_label* headline,
                 pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (probabilities == nullptr) return NullArgument("probabilities");
    const pocketlens::Package& package = object->package();
    if (package.kind != pocketlens::PackageKind::classifier) {
      return {ErrorCode::wrong_kind, "The package has no labels to score."};
    }
    if (Error failed = CheckCount(count, package.labels.size(), "probabilities")) return failed;
    const std::vector<float> values(probabilities, probabilities + count);
    if (Error failed = pocketlens::CheckProbabilities(values)) return failed;
    const auto choice = ChoiceOf(package, options, top);
    if (!choice.ok()) return choice.error();
    WriteTop(TopK(package, values, options->k, choice.value()), top, top_count);
    if (headline != nullptr) *headline = LabelOf(Headline(package, values, choice.value()));
    return {};
  });
}

int32_t pl_guess(const pl_classifier* classifier, const float* probabilities, uint64_t count,
                 const pl_options* options, int32_t headline, pl_label* guess, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (probabilities == nullptr) return NullArgument("probabilities");
    if (guess == nullptr) return NullArgument("guess");
    const pocketlens::Package& package = object->package();
    if (Error failed = CheckCount(count, package.labels.size(), "probabilities")) return failed;
    const std::vector<float> values(probabilities, probabilities + count);
    const auto choice = ChoiceOf(package, options, guess);
    if (!choice.ok()) return choice.error();
    *guess = LabelOf(Guess(package, values, headline, choice.value()));
    return {};
  });
}

void pl_sha256(const uint8_t* data, uint64_t size, char hex[65]) {
  pocketlens::Sha256 hash;
  hash.Update(data, static_cast<size_t>(size));
  const std::string text = pocketlens::HexText(hash.Finish());
  std::memcpy(hex, text.c_str(), 65);
}
