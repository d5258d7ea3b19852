#include "core/session.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

#include "core/float_mode.h"
#include "core/lite.h"
#include "core/model_version.h"

namespace pocketlens {
namespace {

// The wheel's runtime libraries are linked with fast-math start-up code, which makes the thread that
// loads them, and every thread it starts later, flush denormal numbers to zero: an application would
// compute differently because it opened a classifier. A library's initialisers run after those of
// the libraries it needs, so this one has the last word; plugins that Build loads are undone there.
[[maybe_unused]] const bool kDenormalsKept = [] {
  KeepDenormals();
  return true;
}();


using mindspore::MSTensor;
using Shape = std::vector<int64_t>;

constexpr int kLargestThreads = 64;

std::string ShapeText(const Shape& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) {
    text += (i ? ", " : "") + std::to_string(shape[i]);
  }
  return text + ")";
}

std::string DtypeName(mindspore::DataType type) {
  switch (type) {
    case mindspore::DataType::kNumberTypeBool:
      return "bool";
    case mindspore::DataType::kNumberTypeInt8:
      return "int8";
    case mindspore::DataType::kNumberTypeInt16:
      return "int16";
    case mindspore::DataType::kNumberTypeInt32:
      return "int32";
    case mindspore::DataType::kNumberTypeInt64:
      return "int64";
    case mindspore::DataType::kNumberTypeUInt8:
      return "uint8";
    case mindspore::DataType::kNumberTypeUInt16:
      return "uint16";
    case mindspore::DataType::kNumberTypeUInt32:
      return "uint32";
    case mindspore::DataType::kNumberTypeUInt64:
      return "uint64";
    case mindspore::DataType::kNumberTypeFloat16:
      return "float16";
    case mindspore::DataType::kNumberTypeFloat32:
      return "float32";
    case mindspore::DataType::kNumberTypeFloat64:
      return "float64";
    default:
      return "type " + std::to_string(static_cast<int>(type));
  }
}

std::string StatusText(const mindspore::Status& status) {
  return "status " + std::to_string(static_cast<int>(status)) + ", " + status.ToString();
}

// Calls what may throw; whatever it throws becomes an error of `code` that says who failed.
template <class Function>
Error Guarded(ErrorCode code, const char* who, const Function& function) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return {ErrorCode::out_of_memory, {}};  // no memory for a message either
  } catch (const std::exception& error) {
    return ErrorInHandler(code, who, error.what());
  } catch (...) {
    return ErrorInHandler(code, who, "it does not say why.");
  }
}

constexpr char kRuntimeFailed[] = "MindSpore Lite failed: ";

template <class DeviceInfo>
std::shared_ptr<DeviceInfo> MakeDevice(bool enable_fp16) {
  auto device = std::make_shared<DeviceInfo>();
  device->SetEnableFP16(enable_fp16);
  return device;
}

// The devices in the order of preference; the CPU takes what another one has no kernel for.
void AddDevices(const SessionSettings& settings,
                std::vector<std::shared_ptr<mindspore::DeviceInfoContext>>* devices) {
  const bool fp16 = settings.enable_fp16;
  if (settings.device == Device::gpu) {
    devices->push_back(MakeDevice<mindspore::GPUDeviceInfo>(fp16));
  } else if (settings.device == Device::npu) {
    devices->push_back(MakeDevice<mindspore::KirinNPUDeviceInfo>(fp16));
  }
  devices->push_back(MakeDevice<mindspore::CPUDeviceInfo>(fp16));
}

// The desk's runtime keeps weights for all models together, by their addresses in the model's own copy
// of the file. Those of 16 bits it turns into floats, and forgets neither address nor floats when the
// model has gone: the next such model, whose copy comes to lie there, is given freed memory. So a
// model with such weights stays until the process ends. Phones' runtime is built without that.
void KeepHalfWeights([[maybe_unused]] std::string_view file,
                     [[maybe_unused]] const std::shared_ptr<mindspore::Model>& model) {
#if !defined(__ANDROID__)
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::shared_ptr<mindspore::Model>>;
  if (!HasHalfWeights(file)) return;
  const std::lock_guard<std::mutex> lock(mutex);
  kept->push_back(model);
#endif
}

Error BuildModel(const Bytes& bytes, const SessionSettings& settings,
                 std::shared_ptr<mindspore::Model>* out) {
  if (Error error = CheckSettings(settings)) return error;
  if (bytes.size() == 0) return {ErrorCode::model_build_failed, "The model file is empty."};
  if (Error error = CheckModelVersion(bytes.text(), RuntimeVersion())) return error;
  return Guarded(ErrorCode::model_build_failed, kRuntimeFailed, [&]() -> Error {
    auto context = std::make_shared<mindspore::Context>();
    context->SetThreadNum(settings.threads);
    context->SetThreadAffinity(settings.affinity);
    AddDevices(settings, &context->MutableDeviceInfo());
    auto model = std::make_shared<mindspore::Model>();
    KeepHalfWeights(bytes.text(), model);
    const FlushDenormals mode;
    const mindspore::Status status =
        model->Build(bytes.data(), bytes.size(), mindspore::kMindIR_Lite, context);
    if (status.IsOk()) {
      *out = std::move(model);
      return {};
    }
    return {ErrorCode::model_build_failed,
            RuntimeVersion() + " refused the " +
                std::to_string(bytes.size()) + " bytes of the model (" + StatusText(status) +
                "). The file is damaged, or was made for another version: convert it again."};
  });
}

// What is wrong with a tensor's type and shape, or nothing.
Error CheckTensor(const MSTensor& tensor, const Shape& shape, ErrorCode code, const char* what) {
  if (tensor == nullptr) {
    return {code, std::string("The model's ") + what + " cannot be read."};
  }
  if (tensor.DataType() != mindspore::DataType::kNumberTypeFloat32) {
    return {code, std::string("The model's ") + what + " \"" + tensor.Name() + "\" is " +
                      DtypeName(tensor.DataType()) + ", the recipe needs float32."};
  }
  if (tensor.Shape() != shape) {
    return {code, std::string("The model's ") + what + " \"" + tensor.Name() + "\" has the shape " +
                      ShapeText(tensor.Shape()) + ", the recipe needs " + ShapeText(shape) + "."};
  }
  return {};
}

// The product of a shape's sizes; 0 when one of them is not positive or the product is absurd.
int64_t CountElements(const Shape& shape) {
  constexpr int64_t kLargest = int64_t{1} << 32;
  int64_t elements = 1;
  for (const int64_t size : shape) {
    if (size < 1 || size > kLargest / elements) return 0;
    elements *= size;
  }
  return elements;
}

TensorInfo Describe(const MSTensor& tensor) {
  return {tensor.Name(), tensor.Shape(), DtypeName(tensor.DataType())};
}

// The runtime's model and its tensors.
class RuntimeSession : public Session {
 public:
  Error Run(const std::function<Error(float* input)>& fill, std::vector<float>* output,
            std::vector<float>* embedding) override;
  double model_build_ms() const override { return build_ms; }

  std::shared_ptr<mindspore::Model> model;
  Shape shape;  // 1, height, width, 3
  size_t input_count = 0;
  ModelOutputs expected{0};
  std::mutex mutex;              // guards all below and every call into the model
  std::vector<MSTensor> inputs;  // the model's own tensors
  bool sound = true;             // false after a run that failed inside the runtime
  double build_ms = 0;

  Error CheckInputs() const {
    if (inputs.size() != 1) {
      return {ErrorCode::input_mismatch, "The model has " + std::to_string(inputs.size()) +
                                             " inputs, the recipe needs exactly one."};
    }
    return CheckTensor(inputs[0], shape, ErrorCode::input_mismatch, "input");
  }

  // Finds the row of values and the embedding, null where there is none, among a model's outputs.
  Error FindOutputs(const std::vector<MSTensor>& outputs, const MSTensor** values,
                    const MSTensor** embedding) const {
    const size_t wanted = expected.embedding.empty() ? 1 : 2;
    if (outputs.size() != wanted) {
      return {ErrorCode::output_mismatch,
              "The model has " + std::to_string(outputs.size()) + " outputs, the recipe needs " +
                  (wanted == 1 ? "exactly one." : "two, one of them the embedding.")};
    }
    *values = &outputs[0];
    *embedding = nullptr;
    if (wanted == 2) {
      const bool first = outputs[0] != nullptr && outputs[0].Name() == expected.embedding;
      *values = &outputs[first ? 1 : 0];
      *embedding = &outputs[first ? 0 : 1];
      if (**embedding != nullptr && (*embedding)->Name() != expected.embedding) {
        return {ErrorCode::output_mismatch, "None of the model's outputs is called \"" +
                                                expected.embedding +
                                                "\", as the manifest calls the embedding."};
      }
      if (Error error = CheckOutput(**embedding, expected.embedding_length)) return error;
    }
    return CheckOutput(**values, expected.count);
  }

  static Error CheckOutput(const MSTensor& output, int count) {
    if (output == nullptr || output.DataType() != mindspore::DataType::kNumberTypeFloat32) {
      return {ErrorCode::output_mismatch, "The model's output is no float32 tensor."};
    }
    const Shape& found = output.Shape();
    if (CountElements(found) != count) {
      return {ErrorCode::output_mismatch, "The model's output has the shape " + ShapeText(found) +
                                              ", the recipe needs " + std::to_string(count) +
                                              " values."};
    }
    return {};
  }

  // A run that fails inside the runtime leaves the model in an unknown state, in which every later
  // run fails too; Resize puts it right.
  Error MakeSound() {
    if (sound) return {};
    const mindspore::Status status = model->Resize(model->GetInputs(), {shape});
    if (!status.IsOk()) {
      return {ErrorCode::predict_failed, "MindSpore Lite could not set the model up again after a "
                                         "run that failed (" + StatusText(status) + ")."};
    }
    inputs = model->GetInputs();
    if (Error error = CheckInputs()) return error;
    sound = true;
    return {};
  }

  // Where the input's floats belong.
  Error FindInput(float** input) {
    if (Error error = MakeSound()) return error;
    *input = static_cast<float*>(inputs[0].MutableData());
    if (*input != nullptr && inputs[0].DataSize() == input_count * sizeof(float)) return {};
    sound = false;
    return {ErrorCode::out_of_memory, "MindSpore Lite gave no memory for the model's input."};
  }

  // The model on what its input holds.
  Error Predict(std::vector<float>* output, std::vector<float>* embedding) {
    sound = false;
    std::vector<MSTensor> outputs;
    const FlushDenormals mode;
    const mindspore::Status status = model->Predict(inputs, &outputs);
    if (!status.IsOk()) {
      return {ErrorCode::predict_failed,
              "MindSpore Lite could not run the model (" + StatusText(status) + ")."};
    }
    const MSTensor *values = nullptr, *vector = nullptr;
    if (Error error = FindOutputs(outputs, &values, &vector)) return error;
    if (Error error = Copy(*values, output)) return error;
    if (embedding != nullptr && vector != nullptr) {
      if (Error error = Copy(*vector, embedding)) return error;
    }
    sound = true;
    if (Error error = CheckFinite(*output, "Output ")) return error;
    if (embedding == nullptr) return {};
    return CheckFinite(*embedding, "Number of the embedding ");
  }

  // A tensor's values; its count was checked.
  static Error Copy(const MSTensor& tensor, std::vector<float>* to) {
    const std::shared_ptr<const void> values = tensor.Data();
    const auto count = static_cast<size_t>(CountElements(tensor.Shape()));
    if (values == nullptr || tensor.DataSize() != count * sizeof(float)) {
      return {ErrorCode::predict_failed, "MindSpore Lite returned no values."};
    }
    to->resize(count);
    std::memcpy(to->data(), values.get(), count * sizeof(float));
    return {};
  }

  static Error CheckFinite(const std::vector<float>& values, const char* what) {
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) {
        return {ErrorCode::score_not_finite,
                what + std::to_string(i) + " of the model is " + std::to_string(values[i]) +
                    ". The model's weights or input are damaged."};
      }
    }
    return {};
  }
};

Error RuntimeSession::Run(const std::function<Error(float* input)>& fill,
                          std::vector<float>* output, std::vector<float>* embedding) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (embedding != nullptr) embedding->clear();
  float* input = nullptr;
  const auto find = [&] { return FindInput(&input); };
  if (Error error = Guarded(ErrorCode::predict_failed, kRuntimeFailed, find)) return error;
  const auto prepare = [&] { return fill(input); };
  if (Error error = Guarded(ErrorCode::internal, "The picture could not be prepared: ", prepare)) {
    return error;
  }
  const auto predict = [&] { return Predict(output, embedding); };
  return Guarded(ErrorCode::predict_failed, kRuntimeFailed, predict);
}

}  // namespace

Error CheckSettings(const SessionSettings& settings) {
  if (settings.threads < 1 || settings.threads > kLargestThreads) {
    return {ErrorCode::bad_settings, "threads is " + std::to_string(settings.threads) +
                                         ". Use a number from 1 to " +
                                         std::to_string(kLargestThreads) + "."};
  }
  if (settings.affinity < 0 || settings.affinity > 2) {
    return {ErrorCode::bad_settings,
            "affinity is " + std::to_string(settings.affinity) +
                ". Use 0 (none), 1 (big cores first) or 2 (little cores first)."};
  }
  if (settings.device < Device::cpu || settings.device > Device::npu) {
    return {ErrorCode::bad_settings,
            "the device is " + std::to_string(static_cast<int>(settings.device)) +
                ". Use 0 (CPU), 1 (GPU) or 2 (NPU)."};
  }
  return {};
}

Result<std::unique_ptr<Session>> Session::Open(const Bytes& model, const Shape& input_shape,
                                               const ModelOutputs& outputs,
                                               const SessionSettings& settings) {
  if (input_shape.size() != 4 || input_shape[0] != 1 || outputs.count < 1) {
    return Error{ErrorCode::bad_recipe, "A session needs an input (1, height, width, channels) and "
                                        "at least one output; it was given " +
                                            ShapeText(input_shape) + " and " +
                                            std::to_string(outputs.count) + "."};
  }
  std::unique_ptr<RuntimeSession> impl;
  Error error = Guarded(ErrorCode::model_build_failed, kRuntimeFailed, [&]() -> Error {
    impl = std::make_unique<RuntimeSession>();
    impl->shape = input_shape;
    impl->input_count = 1;
    for (const int64_t size : input_shape) impl->input_count *= static_cast<size_t>(size);
    impl->expected = outputs;
    const auto start = std::chrono::steady_clock::now();
    if (Error failed = BuildModel(model, settings, &impl->model)) return failed;
    const auto passed = std::chrono::steady_clock::now() - start;
    impl->build_ms = std::chrono::duration<double, std::milli>(passed).count();
    impl->inputs = impl->model->GetInputs();
    if (Error failed = impl->CheckInputs()) return failed;
    const MSTensor *values = nullptr, *embedding = nullptr;
    return impl->FindOutputs(impl->model->GetOutputs(), &values, &embedding);
  });
  if (error) return error;
  return std::unique_ptr<Session>(std::move(impl));
}

Result<std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>>> DescribeModel(
    const Bytes& bytes, const SessionSettings& settings) {
  std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>> out;
  Error error = Guarded(ErrorCode::model_build_failed, kRuntimeFailed, [&]() -> Error {
    std::shared_ptr<mindspore::Model> model;
    if (Error failed = BuildModel(bytes, settings, &model)) return failed;
    for (const MSTensor& tensor : model->GetInputs()) out.first.push_back(Describe(tensor));
    for (const MSTensor& tensor : model->GetOutputs()) out.second.push_back(Describe(tensor));
    return {};
  });
  if (error) return error;
  return out;
}

std::string RuntimeVersion() {
  const std::string built_against = "MindSpore Lite " POCKETLENS_MINDSPORE_LITE_VERSION;
  try {
    // The wheel's library answers with an empty text.
    const std::string own = mindspore::Version();
    return own.empty() ? built_against : own;
  } catch (...) {
    return built_against;
  }
}

}  // namespace pocketlens
