#include "core/backend.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>

#include "core/package/sha256.h"
#include "core/preprocess/plan.h"

namespace pocketlens {
namespace {

// A file that says which backend is being tried. It is there after a trial only if the process ended
// in it.
class Trial {
 public:
  Trial(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}
  ~Trial() {
    if (begun_) std::remove(path_.c_str());
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  // Why the trial must not begin; empty once it has.
  std::string Begin() {
    if (path_.empty()) return "";
    std::ifstream before(path_, std::ios::binary);
    const std::string found{std::istreambuf_iterator<char>(before), {}};
    if (before && found == what_) return "It ended the process the last time that it was tried.";
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << what_;
    file.close();
    if (!file) return "The trial could not be noted in " + path_ + ", so it was not risked.";
    begun_ = true;
    return "";
  }

 private:
  const std::string path_;
  const std::string what_;
  bool begun_ = false;
};

SessionSettings OnCpu(SessionSettings settings) {
  settings.device = Device::cpu;
  settings.enable_fp16 = false;
  return settings;
}

std::string Short(double value) {
  char text[32] = {};
  std::snprintf(text, sizeof text, "%.2g", value);
  std::replace(text, text + sizeof text, ',', '.');  // a locale's decimal comma
  return text;
}

double LargestDifference(const std::vector<float>& found, const std::vector<float>& expected) {
  if (found.size() != expected.size()) return HUGE_VAL;
  double largest = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(found[i]) - expected[i]));
  }
  return largest;
}

// The largest absolute value; above 0, so that it can be divided by.
double Largest(const std::vector<float>& values) {
  double largest = std::numeric_limits<float>::min();
  for (const float value : values) largest = std::max(largest, std::abs(double{value}));
  return largest;
}

class Chooser {
 public:
  Chooser(const Package& package, const SessionSettings& settings, const SessionOpener& open)
      : package_(package), settings_(settings), open_(open) {
    report_.asked = BackendName(settings);
  }

  Result<ChosenSession> Choose() {
    if (Error error = CheckSettings(settings_)) return error;
    if (report_.asked != BackendName(OnCpu(settings_))) {
      if (package_.reference == nullptr) {
        report_.reason = "The package carries no reference picture to check it with.";
      } else {
        if (Error error = PrepareReference()) return error;
        if (std::unique_ptr<Session> session = Try()) return Chosen(std::move(session));
      }
    }
    Result<std::unique_ptr<Session>> opened = Open(OnCpu(settings_));
    if (!opened.ok()) return opened.error();
    report_.used = BackendName(OnCpu(settings_));
    if (settings_.warm_up) {
      tensor_.resize(package_.preprocess.output_count());  // zeros do where nothing else is there
      const Result<Outputs> outputs = Run(opened.value().get());
      if (!outputs.ok()) return outputs.error();
    }
    return Chosen(std::move(opened).value());
  }

 private:
  Result<ChosenSession> Chosen(std::unique_ptr<Session> session) {
    return ChosenSession{std::move(session), std::move(report_)};
  }

  Result<std::unique_ptr<Session>> Open(const SessionSettings& settings) const {
    const PreprocessRecipe& recipe = package_.preprocess;
    return open_(*package_.model, {1, recipe.crop_height, recipe.crop_width, 3},
                 {package_.outputs, package_.embedding.output, package_.embedding.length},
                 settings);
  }

  struct Outputs {
    std::vector<float> values, embedding;
  };

  Result<Outputs> Run(Session* session) const {
    Outputs outputs;
    const auto fill = [&](float* input) -> Error {
      std::copy(tensor_.begin(), tensor_.end(), input);
      return {};
    };
    if (Error error = session->Run(fill, &outputs.values, &outputs.embedding)) return error;
    return outputs;
  }

  // The reference picture's input tensor, which must be that of the desk to the last bit.
  Error PrepareReference() {
    const Reference& reference = *package_.reference;
    Frame frame;
    frame.geometry.format = PixelFormat::rgb888;
    frame.geometry.width = reference.width;
    frame.geometry.height = reference.height;
    frame.planes[0] = {reference.pixels.data(), reference.pixels.size(), reference.width * 3, 3};
    Result<std::unique_ptr<PreprocessPlan>> plan =
        PreprocessPlan::Make(package_.preprocess, frame.geometry);
    if (!plan.ok()) return plan.error();
    tensor_.resize(package_.preprocess.output_count());
    if (Error error = plan.value()->Run(frame, tensor_.data())) return error;
    const std::string found = Sha256Hex(tensor_.data(), tensor_.size() * sizeof(float));
    if (found == reference.tensor_sha256) return {};
    return {ErrorCode::bad_reference,
            "The reference picture's input tensor has the SHA-256 " + found + ", the package says " +
                reference.tensor_sha256 + ". Make the package again."};
  }

  // The session that was asked for, if it can be had and its answer is right; else null and why.
  std::unique_ptr<Session> Try() {
    Trial trial(settings_.trial_file, report_.asked + " on " + RuntimeVersion() + ", manifest " +
                                          Sha256Hex(package_.manifest.data(),
                                                    package_.manifest.size()));
    report_.reason = trial.Begin();
    if (!report_.reason.empty()) return nullptr;
    Result<std::unique_ptr<Session>> session = Open(settings_);
    if (!session.ok()) {
      report_.reason = "It could not be built: " + std::string(session.error().text());
      return nullptr;
    }
    const Result<Outputs> outputs = Run(session.value().get());
    if (!outputs.ok()) {
      report_.reason = "It could not be run: " + std::string(outputs.error().text());
      return nullptr;
    }
    return IsRight(outputs.value()) ? std::move(session).value() : nullptr;
  }

  bool IsRight(const Outputs& outputs) {
    const Reference& reference = *package_.reference;
    report_.difference = LargestDifference(outputs.values, reference.outputs);
    if (report_.difference > package_.parity_tolerance) {
      report_.reason = "On the reference picture an output is off by " + Off(report_.difference);
      return false;
    }
    if (!reference.embedding.empty()) {
      report_.embedding_difference = LargestDifference(outputs.embedding, reference.embedding) /
                                     Largest(reference.embedding);
      if (report_.embedding_difference > package_.parity_tolerance) {
        report_.reason = "On the reference picture the embedding is off by " +
                         Off(report_.embedding_difference);
        return false;
      }
    }
    report_.used = report_.asked;
    return true;
  }

  std::string Off(double difference) const {
    return Short(difference) + ", the package allows " + Short(package_.parity_tolerance) + ".";
  }

  const Package& package_;
  const SessionSettings& settings_;
  const SessionOpener& open_;
  BackendReport report_;
  std::vector<float> tensor_;
};

}  // namespace

std::string BackendName(const SessionSettings& settings) {
  const char* const device = settings.device == Device::gpu   ? "GPU"
                             : settings.device == Device::npu ? "NPU"
                                                              : "CPU";
  return std::string(device) + (settings.enable_fp16 ? " float16" : " float32");
}

Result<ChosenSession> ChooseSession(const Package& package, const SessionSettings& settings,
                                    const SessionOpener& open) {
  return Chooser(package, settings, open).Choose();
}

}  // namespace pocketlens
