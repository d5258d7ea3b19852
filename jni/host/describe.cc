// The C API's description of a bare model, as JSON.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "core/package/file.h"
#include "core/session.h"
#include "core/package/text.h"
#include "host/c_api.h"
#include "host/pocketlens.h"

namespace {

using pocketlens::Error;
using pocketlens::Guarded;
using pocketlens::NullArgument;

constexpr int64_t kLargestModel = int64_t{1} << 30;

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

int32_t pl_describe_model(const char* path, char* json, uint64_t json_size, uint64_t* needed,
                          pl_error* error) {
  return Guarded(error, [&]() -> Error {
    if (path == nullptr) return NullArgument("path");
    if (json == nullptr && json_size > 0) return NullArgument("json");
    const auto bytes = pocketlens::ReadPath(path, kLargestModel);
    if (!bytes.ok()) return bytes.error();
    const auto tensors = pocketlens::DescribeModel(bytes.value(), {});
    if (!tensors.ok()) return tensors.error();
    const std::string text = "{\"inputs\":" + JsonTensors(tensors.value().first) +
                             ",\"outputs\":" + JsonTensors(tensors.value().second) + "}";
    if (needed != nullptr) *needed = text.size() + 1;
    if (json_size > text.size()) std::memcpy(json, text.c_str(), text.size() + 1);
    return {};
  });
}
