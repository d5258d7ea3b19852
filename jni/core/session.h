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

struct SessionSettings {
  int threads = 2;      // 1..64
  int affinity = 0;     // 0 none, 1 big cores first, 2 little cores first
  bool enable_fp16 = false;
};

// What a model says of itself.
struct TensorInfo {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype;  // "float32", ...
};

class Session {
 public:
  // Builds the model and checks that it has one float32 input of input_shape (NHWC) and one float32
  // output of `outputs` values. The bytes of `model` are not needed afterwards.
  static Result<std::unique_ptr<Session>> Open(const Bytes& model,
                                               const std::vector<int64_t>& input_shape, int outputs,
                                               const SessionSettings& settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // What the runtime's Model::Build took.
  double model_build_ms() const;

  // Runs `fill` on the input tensor's floats and then the model, under one lock, and copies the
  // outputs. A fill that fails leaves the session as it was; what it throws is `internal`.
  Error Run(const std::function<Error(float* input)>& fill, std::vector<float>* output);

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The inputs and outputs of a bare .ms, for `describe`.
Result<std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>>> DescribeModel(
    const Bytes& model, const SessionSettings& settings);

// The runtime's own version text, e.g. "MindSpore Lite 2.0.0"; the version the core was built against
// where the runtime does not say.
std::string RuntimeVersion();

}  // namespace pocketlens
