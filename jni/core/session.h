// MindSpore Lite's Model behind one small class that cannot be fed the wrong thing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/package/package.h"

namespace pocketlens {

// What a model is run by. Anything but the CPU needs a phone and its vendor's drivers.
enum class Device : int { cpu = 0, gpu = 1, npu = 2 };

struct SessionSettings {
  int threads = 2;      // 1..64
  int affinity = 0;     // 0 none, 1 big cores first, 2 little cores first
  bool enable_fp16 = false;
  Device device = Device::cpu;
  bool warm_up = false;    // one run at opening, so that the first picture is not the slow one
  // A file of its own for whoever opens a classifier with a device or precision that is tried first
  // (backend.h): it remembers that a trial ended the process, so that there is no second one with
  // this package and runtime. Empty: nothing is remembered.
  std::string trial_file;
};

// bad_settings for what no session can be opened with.
Error CheckSettings(const SessionSettings& settings);

// What a model says of itself.
struct TensorInfo {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype;  // "float32", ...
};

// What a model must give: one row of values and, where it has a name, an embedding beside it.
struct ModelOutputs {
  ModelOutputs(int values) : count(values) {}  // NOLINT: implicit on purpose
  ModelOutputs(int values, std::string name, int length)
      : count(values), embedding(std::move(name)), embedding_length(length) {}

  int count;
  std::string embedding;  // the second output's name; empty: there is none
  int embedding_length = 0;
};

// An interface, so that tests can put a faulty backend between the core and the runtime.
class Session {
 public:
  virtual ~Session() = default;

  // Builds the model and checks that it has one float32 input of input_shape (NHWC) and float32
  // outputs as `outputs` says: the embedding is found by its name, whatever their order. The bytes
  // of `model` are not needed afterwards.
  static Result<std::unique_ptr<Session>> Open(const Bytes& model,
                                               const std::vector<int64_t>& input_shape,
                                               const ModelOutputs& outputs,
                                               const SessionSettings& settings);

  // What the runtime's Model::Build took.
  virtual double model_build_ms() const = 0;

  // Runs `fill` on the input tensor's floats and then the model, under one lock, and copies the
  // outputs. A fill that fails leaves the session as it was; what it throws is `internal`.
  // `embedding` may be null; it becomes empty where the model has none.
  virtual Error Run(const std::function<Error(float* input)>& fill, std::vector<float>* output,
                    std::vector<float>* embedding) = 0;

  Error Run(const std::function<Error(float* input)>& fill, std::vector<float>* output) {
    return Run(fill, output, nullptr);
  }
};

// The inputs and outputs of a bare .ms, for `describe`.
Result<std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>>> DescribeModel(
    const Bytes& model, const SessionSettings& settings);

// The runtime's own version text, e.g. "MindSpore Lite 2.0.0"; the version the core was built against
// where the runtime does not say.
std::string RuntimeVersion();

}  // namespace pocketlens
