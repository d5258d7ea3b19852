#include "core/model_version.h"

#include <cstdint>

#include "core/package/text.h"

namespace pocketlens {
namespace {

// Places of fields in their tables.
constexpr size_t kVersion = 1, kAllTensors = 7;  // MetaGraph
constexpr size_t kDataType = 1;                  // Tensor
constexpr int32_t kFloat16 = 42;                 // mindspore::DataType::kNumberTypeFloat16
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

  // The outermost table, where the bytes are a .ms file.
  std::optional<size_t> Root() const {
    if (bytes_.size() < 8 || bytes_.substr(4, 3) != "MSL") return std::nullopt;
    return Follow(0);
  }

  // The place of a table's field; nothing where the table leaves it out.
  std::optional<size_t> Field(size_t table, size_t field) const {
    const auto back = Number<uint32_t>(table);  // to the vtable, which may also lie behind
    if (!back) return std::nullopt;
    const int64_t vtable = static_cast<int64_t>(table) - static_cast<int32_t>(*back);
    if (vtable < 0) return std::nullopt;
    const size_t entry = 4 + 2 * field;
    const auto length = Number<uint16_t>(vtable), offset = Number<uint16_t>(vtable + entry);
    if (!length || *length < entry + 2 || !offset || *offset == 0) return std::nullopt;
    if (*offset > bytes_.size() - table) return std::nullopt;
    return table + *offset;
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
  const auto root = buffer.Root();
  const auto field = root ? buffer.Field(*root, kVersion) : std::nullopt;
  const auto text = field ? buffer.Follow(*field) : std::nullopt;
  const auto size = text ? buffer.Number<uint32_t>(*text) : std::nullopt;
  if (!size || *size > kLongestVersion || model.size() - *text - 4 < *size) return std::nullopt;
  return model.substr(*text + 4, *size);
}

bool HasHalfWeights(std::string_view model) {
  const Buffer buffer(model);
  const auto root = buffer.Root();
  const auto field = root ? buffer.Field(*root, kAllTensors) : std::nullopt;
  const auto tensors = field ? buffer.Follow(*field) : std::nullopt;
  const auto count = tensors ? buffer.Number<uint32_t>(*tensors) : std::nullopt;
  for (size_t i = 0; count && i < *count; ++i) {
    const auto tensor = buffer.Follow(*tensors + 4 + 4 * i);
    if (!tensor) return false;
    const auto type = buffer.Field(*tensor, kDataType);
    if (type && buffer.Number<uint32_t>(*type) == kFloat16) return true;
  }
  return false;
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
