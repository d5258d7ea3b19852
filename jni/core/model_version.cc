#include "core/model_version.h"

#include <cstdint>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr size_t kVersionField = 6;  // the second field's place in the vtable: 4 + 2 * 1
constexpr size_t kLongestVersion = 100;

// Numbers of a FlatBuffers file (little-endian); nothing beyond its end.
class Buffer {
 public:
  explicit Buffer(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<size_t> Number(size_t at) const {
    if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) return std::nullopt;
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
      const auto byte = static_cast<uint8_t>(bytes_[at + i]);
      value = static_cast<T>(value | static_cast<T>(byte) << (8 * i));
    }
    return value;
  }

  // The place that the offset at `at` points to.
  std::optional<size_t> Follow(size_t at) const {
    const auto offset = Number<uint32_t>(at);
    if (!offset || *offset > bytes_.size() - at) return std::nullopt;
    return at + *offset;
  }

 private:
  std::string_view bytes_;
};

std::string VersionText(const LiteVersion& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
         std::to_string(version[2]);
}

}  // namespace

std::optional<LiteVersion> ParseLiteVersion(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  size_t at = 0;
  while (at < text.size() && !is_digit(text[at])) ++at;
  LiteVersion version = {};
  for (size_t part = 0; part < version.size(); ++part) {
    const size_t start = at;
    for (; at < text.size() && is_digit(text[at]) && at - start < 6; ++at) {
      version[part] = version[part] * 10 + (text[at] - '0');
    }
    if (at == start) return std::nullopt;
    const bool last = part + 1 == version.size();
    if (!last && (at == text.size() || text[at++] != '.')) return std::nullopt;
  }
  return version;
}

std::optional<std::string_view> ModelVersion(std::string_view model) {
  const Buffer buffer(model);
  if (model.size() < 8 || model.substr(4, 3) != "MSL") return std::nullopt;
  const auto root = buffer.Follow(0);
  if (!root) return std::nullopt;
  const auto back = buffer.Number<uint32_t>(*root);  // from the table back to its vtable
  if (!back || *back > *root) return std::nullopt;
  const size_t vtable = *root - *back;
  const auto length = buffer.Number<uint16_t>(vtable);
  const auto field = buffer.Number<uint16_t>(vtable + kVersionField);
  if (!length || *length < kVersionField + 2 || !field || *field == 0) return std::nullopt;
  if (*root + *field > model.size()) return std::nullopt;
  const auto text = buffer.Follow(*root + *field);
  const auto size = text ? buffer.Number<uint32_t>(*text) : std::nullopt;
  if (!size || *size > kLongestVersion || model.size() - *text - 4 < *size) return std::nullopt;
  return model.substr(*text + 4, *size);
}

Error CheckModelVersion(std::string_view model, std::string_view runtime) {
  const auto told = ModelVersion(model);
  const auto made_by = told ? ParseLiteVersion(*told) : std::nullopt;
  const auto runs_on = ParseLiteVersion(runtime);
  if (!made_by || !runs_on || *made_by <= *runs_on) return {};
  return {ErrorCode::model_too_new,
          "The model was written by " + Shown(*told) + ", but it would run on MindSpore Lite " +
              VersionText(*runs_on) + ". Convert it with " + VersionText(*runs_on) +
              " or an earlier release, or build with a runtime that is as new."};
}

}  // namespace pocketlens
