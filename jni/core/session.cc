#include "core/session.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

#include "core/float_mode.h"
#include "include/api/context.h"
#include "include/api/data_type.h"
#include "include/api/model.h"
#include "include/api/status.h"
#include "include/api/types.h"

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
constexpr int kLargestBatch = 1024;

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

// Calls into the runtime, which may throw; whatever it throws becomes an error of `code`.
template <class Function>
Error Guarded(ErrorCode code, const Function& function) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return {ErrorCode::out_of_memory, "MindSpore Lite ran out of memory. Close other models."};
  } catch (const std::exception& error) {
    return {code, std::string("MindSpore Lite failed: ") + error.what()};
  } catch (...) {
    return {code, "MindSpore Lite failed without saying why."};
  }
}

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
  return {};
}

Error BuildModel(const Bytes& bytes, const SessionSettings& settings, mindspore::Model* model) {
  if (Error error = CheckSettings(settings)) return error;
  if (bytes.size() == 0) return {ErrorCode::model_build_failed, "The model file is empty."};
  return Guarded(ErrorCode::model_build_failed, [&]() -> Error {
    auto context = std::make_shared<mindspore::Context>();
    context->SetThreadNum(settings.threads);
    context->SetThreadAffinity(settings.affinity);
    auto device = std::make_shared<mindspore::CPUDeviceInfo>();
    device->SetEnableFP16(settings.enable_fp16);
    context->MutableDeviceInfo().push_back(device);
    const FlushDenormals mode;
    const mindspore::Status status =
        model->Build(bytes.data(), bytes.size(), mindspore::kMindIR_Lite, context);
    if (status.IsOk()) return {};
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

}  // namespace

struct Session::Impl {
  mindspore::Model model;
  Shape shape;  // of one picture: 1, height, width, 3
  size_t input_count = 0;
  size_t output_count = 0;
  std::mutex mutex;                // guards all below and every call into the model
  std::vector<MSTensor> inputs;    // the model's own tensors for the present batch
  int batch = 1;                   // the batch the model is set to; 0: not known, must be set again
  double build_ms = 0;
  bool can_batch = true;           // false once the model has refused another batch than 1

  Shape BatchShape(int count) const {
    Shape out = shape;
    out[0] = count;
    return out;
  }

  Error CheckInputs(int count) const {
    if (inputs.size() != 1) {
      return {ErrorCode::input_mismatch, "The model has " + std::to_string(inputs.size()) +
                                             " inputs, the recipe needs exactly one."};
    }
    return CheckTensor(inputs[0], BatchShape(count), ErrorCode::input_mismatch, "input");
  }

  Error CheckOutputs(const std::vector<MSTensor>& outputs, int count) const {
    if (outputs.size() != 1) {
      return {ErrorCode::output_mismatch, "The model has " + std::to_string(outputs.size()) +
                                              " outputs, the recipe needs exactly one."};
    }
    if (outputs[0] == nullptr ||
        outputs[0].DataType() != mindspore::DataType::kNumberTypeFloat32) {
      return {ErrorCode::output_mismatch, "The model's output is no float32 tensor."};
    }
    const Shape& found = outputs[0].Shape();
    if (CountElements(found) != static_cast<int64_t>(output_count) * count) {
      return {ErrorCode::output_mismatch,
              "The model's output has the shape " + ShapeText(found) + ", the recipe needs " +
                  std::to_string(output_count) + " values a picture for " +
                  std::to_string(count) + " picture(s)."};
    }
    return {};
  }

  // Sets the model to a batch. After an error the batch is not known.
  Error SetBatch(int count) {
    if (batch == count) return {};
    batch = 0;
    const mindspore::Status status = model.Resize(model.GetInputs(), {BatchShape(count)});
    if (!status.IsOk()) {
      return {ErrorCode::predict_failed, "MindSpore Lite could not set the model to a batch of " +
                                             std::to_string(count) + " (" + StatusText(status) +
                                             ")."};
    }
    inputs = model.GetInputs();
    if (Error error = CheckInputs(count)) return error;
    batch = count;
    return {};
  }

  // One run of `count` pictures, whatever the model was set to before. A run that fails inside the
  // runtime leaves the model in an unknown state; the batch is then not known, so that the next run
  // begins with a Resize, which puts it right again.
  Error RunAt(int count, const std::function<Error(float* input)>& fill, float* output) {
    return Guarded(ErrorCode::predict_failed, [&]() -> Error {
      if (Error error = SetBatch(count)) return error;
      auto* data = static_cast<float*>(inputs[0].MutableData());
      const auto pictures = static_cast<size_t>(count);
      if (data == nullptr || inputs[0].DataSize() != input_count * pictures * sizeof(float)) {
        batch = 0;
        return {ErrorCode::out_of_memory, "MindSpore Lite gave no memory for the model's input."};
      }
      if (Error error = fill(data)) return error;
      batch = 0;
      std::vector<MSTensor> outputs;
      const FlushDenormals mode;
      const mindspore::Status status = model.Predict(inputs, &outputs);
      if (!status.IsOk()) {
        return {ErrorCode::predict_failed,
                "MindSpore Lite could not run the model (" + StatusText(status) + ")."};
      }
      if (Error error = CheckOutputs(outputs, count)) return error;
      const std::shared_ptr<const void> values = outputs[0].Data();
      if (values == nullptr || outputs[0].DataSize() != output_count * pictures * sizeof(float)) {
        return {ErrorCode::predict_failed, "MindSpore Lite returned no values."};
      }
      batch = count;
      std::memcpy(output, values.get(), output_count * pictures * sizeof(float));
      return CheckFinite(output, pictures);
    });
  }

  Error CheckFinite(const float* output, size_t pictures) const {
    for (size_t i = 0; i < output_count * pictures; ++i) {
      if (!std::isfinite(output[i])) {
        return {ErrorCode::score_not_finite,
                "Output " + std::to_string(i % output_count) + " of the model is " +
                    std::to_string(output[i]) + ". The model's weights or input are damaged."};
      }
    }
    return {};
  }
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::Open(const Bytes& model, const Shape& input_shape,
                                               int outputs, const SessionSettings& settings) {
  if (input_shape.size() != 4 || input_shape[0] != 1 || outputs < 1) {
    return Error{ErrorCode::bad_recipe, "A session needs an input (1, height, width, channels) and "
                                        "at least one output; it was given " +
                                            ShapeText(input_shape) + " and " +
                                            std::to_string(outputs) + "."};
  }
  std::unique_ptr<Impl> impl;
  Error error = Guarded(ErrorCode::model_build_failed, [&]() -> Error {
    impl = std::make_unique<Impl>();
    impl->shape = input_shape;
    impl->input_count = 1;
    for (const int64_t size : input_shape) impl->input_count *= static_cast<size_t>(size);
    impl->output_count = static_cast<size_t>(outputs);
    const auto start = std::chrono::steady_clock::now();
    if (Error failed = BuildModel(model, settings, &impl->model)) return failed;
    const auto passed = std::chrono::steady_clock::now() - start;
    impl->build_ms = std::chrono::duration<double, std::milli>(passed).count();
    impl->inputs = impl->model.GetInputs();
    if (Error failed = impl->CheckInputs(1)) return failed;
    return impl->CheckOutputs(impl->model.GetOutputs(), 1);
  });
  if (error) return error;
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

double Session::model_build_ms() const { return impl_->build_ms; }

Error Session::Run(const std::function<Error(float* input)>& fill, std::vector<float>* output) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  output->resize(impl_->output_count);
  return impl_->RunAt(1, fill, output->data());
}

Error Session::RunBatch(int count, const std::function<Error(int index, float* input)>& fill,
                        std::vector<float>* output) {
  if (count < 1 || count > kLargestBatch) {
    return {ErrorCode::bad_settings, "A batch of " + std::to_string(count) +
                                         " was asked for. Use 1 to " +
                                         std::to_string(kLargestBatch) + "."};
  }
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  output->resize(impl_->output_count * static_cast<size_t>(count));
  const size_t step = impl_->input_count;
  if (impl_->can_batch && count > 1) {
    bool fill_failed = false;
    const auto fill_all = [&](float* input) -> Error {
      for (int i = 0; i < count; ++i) {
        Error error = fill(i, input + step * static_cast<size_t>(i));
        if (error) {
          fill_failed = true;
          return error;
        }
      }
      return {};
    };
    Error error = impl_->RunAt(count, fill_all, output->data());
    if (!error || fill_failed || error.code == ErrorCode::score_not_finite) return error;
    impl_->can_batch = false;  // the graph has a fixed batch inside: one picture at a time
  }
  for (int i = 0; i < count; ++i) {
    const auto fill_one = [&](float* input) { return fill(i, input); };
    float* target = output->data() + impl_->output_count * static_cast<size_t>(i);
    if (Error error = impl_->RunAt(1, fill_one, target)) return error;
  }
  return {};
}

Result<std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>>> DescribeModel(
    const Bytes& bytes, const SessionSettings& settings) {
  std::pair<std::vector<TensorInfo>, std::vector<TensorInfo>> out;
  Error error = Guarded(ErrorCode::model_build_failed, [&]() -> Error {
    mindspore::Model model;
    if (Error failed = BuildModel(bytes, settings, &model)) return failed;
    for (const MSTensor& tensor : model.GetInputs()) out.first.push_back(Describe(tensor));
    for (const MSTensor& tensor : model.GetOutputs()) out.second.push_back(Describe(tensor));
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
