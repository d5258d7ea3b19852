#include "host/pocketlens.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <new>

#include "core/classifier.h"
#include "core/file.h"
#include "core/registry.h"
#include "core/sha256.h"
#include "core/text.h"

namespace {

using pocketlens::Classifier;
using pocketlens::Error;
using pocketlens::ErrorCode;
using pocketlens::Frame;
using pocketlens::PreprocessPlan;
using pocketlens::PreprocessRecipe;
using pocketlens::Result;

constexpr int64_t kLargestModel = int64_t{1} << 30;

// The open objects of one kind. Handle is the C API's incomplete struct, which stands for the
// registry's number and is never dereferenced: a handle that has been closed, or that never was one,
// is an error and not a crash.
template <class Handle, class Object>
class Handles {
 public:
  Handle* Add(std::shared_ptr<Object> object) {
    return reinterpret_cast<Handle*>(registry_.Add(std::move(object)));
  }
  std::shared_ptr<Object> Find(const Handle* handle) const {
    return registry_.Find(reinterpret_cast<int64_t>(handle));
  }
  std::shared_ptr<Object> Remove(const Handle* handle) {
    return registry_.Remove(reinterpret_cast<int64_t>(handle));
  }

 private:
  pocketlens::Registry<Object> registry_;
};

// Both are never destroyed: a thread may still use them while the process ends.
Handles<pl_classifier, Classifier>& Classifiers() {
  static auto& handles = *std::make_unique<Handles<pl_classifier, Classifier>>().release();
  return handles;
}

Handles<pl_plan, const PreprocessPlan>& Plans() {
  static auto& handles = *std::make_unique<Handles<pl_plan, const PreprocessPlan>>().release();
  return handles;
}

int32_t Report(const Error& from, pl_error* to) {
  if (to != nullptr) {
    to->code = static_cast<int32_t>(from.code);
    const size_t length = pocketlens::Utf8Prefix(from.message, sizeof to->message - 1);
    std::memcpy(to->message, from.message.data(), length);
    to->message[length] = '\0';
  }
  return static_cast<int32_t>(from.code);
}

// Runs a function and reports its error; nothing that is thrown leaves this file.
template <class Function>
int32_t Guarded(pl_error* error, const Function& function) noexcept {
  try {
    return Report(function(), error);
  } catch (const std::bad_alloc&) {
    return Report({ErrorCode::out_of_memory, "There is not enough memory."}, error);
  } catch (const std::exception& thrown) {
    return Report({ErrorCode::internal, thrown.what()}, error);
  } catch (...) {
    return Report({ErrorCode::internal, "Something unknown was thrown."}, error);
  }
}

Error NullArgument(const char* name) {
  return {ErrorCode::internal, std::string(name) + " is a null pointer, which it must not be."};
}

Error Closed() {
  return {ErrorCode::closed, "The handle is not open (any more). Open the package again."};
}

Frame FrameOf(const pl_frame& from) {
  Frame to;
  to.geometry.format = static_cast<pocketlens::PixelFormat>(from.format);
  to.geometry.width = from.width;
  to.geometry.height = from.height;
  to.geometry.rotation = from.rotation;
  to.geometry.mirror = from.mirror != 0;
  to.geometry.matrix = static_cast<pocketlens::YuvMatrix>(from.matrix);
  to.geometry.range = static_cast<pocketlens::YuvRange>(from.range);
  to.geometry.siting = static_cast<pocketlens::ChromaSiting>(from.siting);
  for (size_t i = 0; i < 3; ++i) {
    to.planes[i].data = from.planes[i].data;
    to.planes[i].size = static_cast<size_t>(from.planes[i].size);
    to.planes[i].row_stride = from.planes[i].row_stride;
    to.planes[i].pixel_stride = from.planes[i].pixel_stride;
  }
  return to;
}

PreprocessRecipe RecipeOf(const pl_recipe& from) {
  PreprocessRecipe to;
  to.resize_width = from.resize_width;
  to.resize_height = from.resize_height;
  to.crop_x = from.crop_x;
  to.crop_y = from.crop_y;
  to.crop_width = from.crop_width;
  to.crop_height = from.crop_height;
  to.scale = from.scale;
  std::copy(from.mean, from.mean + 3, to.mean);
  std::copy(from.stddev, from.stddev + 3, to.stddev);
  to.order = static_cast<pocketlens::ChannelOrder>(from.order);
  return to;
}

pl_label LabelOf(const pocketlens::ScoredLabel& from) {
  return {from.index, from.score, from.probability};
}

// Writes at most k labels and how many they are; `top` may be null when k is 0.
void WriteTop(const std::vector<pocketlens::ScoredLabel>& labels, pl_label* top, int32_t* count) {
  std::transform(labels.begin(), labels.end(), top, LabelOf);
  if (count != nullptr) *count = static_cast<int32_t>(labels.size());
}

Error CheckCount(uint64_t found, uint64_t expected, const char* what) {
  if (found == expected) return {};
  return {ErrorCode::bad_settings, std::string(what) + " holds " + std::to_string(found) +
                                       " values, " + std::to_string(expected) + " are needed."};
}

Error CheckTop(int32_t k, const pl_label* top) {
  if (k > 0 && top == nullptr) return NullArgument("top");
  return {};
}

// A text in quotes as JSON. Tensor names come from a model file and may hold anything.
std::string JsonText(const std::string& text) {
  std::string out = "\"";
  const bool valid = pocketlens::IsUtf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\' || (!valid && byte >= 0x80)) {
      char escaped[8] = {};
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string JsonTensors(const std::vector<pocketlens::TensorInfo>& tensors) {
  std::string out = "[";
  for (const pocketlens::TensorInfo& tensor : tensors) {
    out += out.size() > 1 ? "," : "";
    out += "{\"name\":" + JsonText(tensor.name) + ",\"shape\":[";
    for (size_t i = 0; i < tensor.shape.size(); ++i) {
      out += (i > 0 ? "," : "") + std::to_string(tensor.shape[i]);
    }
    out += "],\"dtype\":" + JsonText(tensor.dtype) + "}";
  }
  return out + "]";
}

}  // namespace

const char* pl_version(void) { return POCKETLENS_VERSION; }

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
            from.crop_height,  from.scale,         {},          {},          0};
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

int32_t pl_classify(pl_classifier* classifier, const pl_frame* frame, int32_t k, pl_label* top,
                    int32_t* top_count, pl_label* headline, float* probabilities,
                    pl_timings* timings, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    if (Error failed = CheckTop(k, top)) return failed;
    const auto found = object->Classify(FrameOf(*frame), k);
    if (!found.ok()) return found.error();
    const pocketlens::Classification& result = found.value();
    WriteTop(result.labels, top, top_count);
    if (headline != nullptr) *headline = LabelOf(result.headline);
    if (probabilities != nullptr) {
      std::copy(result.probabilities.begin(), result.probabilities.end(), probabilities);
    }
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

int32_t pl_features(pl_classifier* classifier, const pl_frame* frames, int32_t count,
                    float* output, uint64_t output_count, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (frames == nullptr) return NullArgument("frames");
    if (output == nullptr) return NullArgument("output");
    if (count < 0) return {ErrorCode::bad_settings, "The number of frames is negative."};
    const auto width = static_cast<uint64_t>(object->package().outputs);
    const uint64_t expected = width * static_cast<uint64_t>(count);
    if (Error failed = CheckCount(output_count, expected, "output")) return failed;
    std::vector<Frame> list;
    list.reserve(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; ++i) list.push_back(FrameOf(frames[i]));
    const auto values = object->Features(list);
    if (!values.ok()) return values.error();
    std::copy(values.value().begin(), values.value().end(), output);
    return {};
  });
}

int32_t pl_preprocess(const pl_recipe* recipe, const pl_frame* frame, int32_t path, float* out,
                      uint64_t out_count, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    if (recipe == nullptr) return NullArgument("recipe");
    if (frame == nullptr) return NullArgument("frame");
    if (out == nullptr) return NullArgument("out");
    const PreprocessRecipe own = RecipeOf(*recipe);
    if (Error failed = CheckRecipe(own)) return failed;
    if (Error failed = CheckCount(out_count, own.output_count(), "out")) return failed;
    const Frame picture = FrameOf(*frame);
    if (path == 0) return PreprocessReference(own, picture, out);
    if (path != 1) return {ErrorCode::bad_settings, "path must be 0 (reference) or 1 (fast)."};
    const auto plan = PreprocessPlan::Make(own, picture.geometry);
    if (!plan.ok()) return plan.error();
    return plan.value()->Run(picture, out);
  });
}

int32_t pl_plan_open(const pl_recipe* recipe, const pl_frame* geometry, pl_plan** out,
                     pl_error* error) {
  if (out != nullptr) *out = nullptr;
  return Guarded(error, [&]() -> Error {
    if (recipe == nullptr) return NullArgument("recipe");
    if (geometry == nullptr) return NullArgument("geometry");
    if (out == nullptr) return NullArgument("out");
    auto plan = PreprocessPlan::Make(RecipeOf(*recipe), FrameOf(*geometry).geometry);
    if (!plan.ok()) return plan.error();
    *out = Plans().Add(std::move(plan).value());
    return {};
  });
}

int32_t pl_plan_run(const pl_plan* plan, const pl_frame* frame, float* out, uint64_t out_count,
                    pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Plans().Find(plan);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    if (out == nullptr) return NullArgument("out");
    if (Error failed = CheckCount(out_count, object->recipe().output_count(), "out")) return failed;
    return object->Run(FrameOf(*frame), out);
  });
}

void pl_plan_close(pl_plan* plan) {
  Guarded(nullptr, [&]() -> Error {
    Plans().Remove(plan);
    return {};
  });
}

int32_t pl_score(const pl_classifier* classifier, const float* probabilities, uint64_t count,
                 int32_t k, pl_label* top, int32_t* top_count, pl_label* headline,
                 pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (probabilities == nullptr) return NullArgument("probabilities");
    if (Error failed = CheckTop(k, top)) return failed;
    const pocketlens::Package& package = object->package();
    if (package.kind != pocketlens::PackageKind::classifier) {
      return {ErrorCode::wrong_kind, "The package has no labels to score."};
    }
    if (Error failed = CheckCount(count, package.labels.size(), "probabilities")) return failed;
    const std::vector<float> values(probabilities, probabilities + count);
    if (Error failed = pocketlens::CheckProbabilities(values)) return failed;
    WriteTop(TopK(package, values, k), top, top_count);
    if (headline != nullptr) *headline = LabelOf(Headline(package, values));
    return {};
  });
}

int32_t pl_describe_model(const char* path, char* json, uint64_t json_size, uint64_t* needed,
                          pl_error* error) {
  return Guarded(error, [&]() -> Error {
    if (path == nullptr) return NullArgument("path");
    if (json == nullptr && json_size > 0) return NullArgument("json");
    const auto bytes = pocketlens::ReadPath(path, kLargestModel);
    if (!bytes.ok()) return bytes.error();
    const auto tensors = pocketlens::DescribeModel(*bytes.value(), {});
    if (!tensors.ok()) return tensors.error();
    const std::string text = "{\"inputs\":" + JsonTensors(tensors.value().first) +
                             ",\"outputs\":" + JsonTensors(tensors.value().second) + "}";
    if (needed != nullptr) *needed = text.size() + 1;
    if (json_size > text.size()) std::memcpy(json, text.c_str(), text.size() + 1);
    return {};
  });
}

void pl_sha256(const uint8_t* data, uint64_t size, char hex[65]) {
  pocketlens::Sha256 hash;
  hash.Update(data, static_cast<size_t>(size));
  const std::string text = pocketlens::HexText(hash.Finish());
  std::memcpy(hex, text.c_str(), 65);
}
