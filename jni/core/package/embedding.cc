#include "core/package/embedding.h"

#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

#include "core/package/sha256.h"

namespace pocketlens {
namespace {

constexpr std::string_view kMagic = "PLEMBED\n";
constexpr uint32_t kVersion = 1;
constexpr size_t kHeader = 64;  // magic, version, length, rows, pictures, root, 4 zeros, hash
constexpr int8_t kLowest = -127;
constexpr float kLargestFloat = 1e6f;

uint32_t Word(const Bytes& bytes, size_t at) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

Error Bad(const std::string& what) {
  return {ErrorCode::bad_embedding,
          std::string(kEmbeddingFile) + " " + what + ". Make the package again."};
}

bool IsBetween(uint32_t value, int low, int high) {
  return value >= static_cast<uint32_t>(low) && value <= static_cast<uint32_t>(high);
}

// `count` float32 from `at`, none of them huge and, if asked for, all above zero.
Error ReadFloats(const Bytes& bytes, size_t at, size_t count, bool above_zero, const char* what,
                 std::vector<float>* out) {
  out->resize(count);
  std::memcpy(out->data(), bytes.data() + at, count * sizeof(float));
  for (const float value : *out) {
    if (!(std::fabs(value) <= kLargestFloat) || (above_zero && !(value > 0))) {
      return Bad(std::string("holds a ") + what + " that cannot be one");
    }
  }
  return {};
}

// Small whole numbers from -127 to 127, so that their sums cannot overflow.
template <class Whole>
Error ReadSteps(const Bytes& bytes, size_t at, size_t count, std::vector<Whole>* out) {
  out->resize(count);
  for (size_t i = 0; i < count; ++i) {
    const auto step = static_cast<int8_t>(bytes.data()[at + i]);
    if (step < kLowest) return Bad("holds the number -128, which it must not");
    (*out)[i] = step;
  }
  return {};
}

Error BadKnown(const std::string& what) {
  return {ErrorCode::bad_embedding, std::string(kKnownFile) + " " + what +
                                        ". Make the package again."};
}

}  // namespace

Result<KnownThings> ReadKnown(const Bytes& bytes, const Embedding& space) {
  constexpr std::string_view magic = "PLKNOWN\n";
  constexpr size_t header = 56;  // magic, version, rows, things, threshold, identity of the vectors
  if (bytes.size() < header || bytes.text().substr(0, magic.size()) != magic) {
    return BadKnown("does not begin as such a file does");
  }
  if (Word(bytes, 8) != kVersion) {
    return Error{ErrorCode::unknown_format_version,
                 std::string(kKnownFile) + " has the format version " +
                     std::to_string(Word(bytes, 8)) +
                     ", this reader knows 1. A newer Pocketlens may know more."};
  }
  const uint32_t rows = Word(bytes, 12), things = Word(bytes, 16);
  std::array<uint8_t, 32> id;
  std::memcpy(id.data(), bytes.data() + 24, id.size());
  if (rows != static_cast<uint32_t>(space.rows()) || HexText(id) != space.id) {
    return BadKnown("belongs to another embedding.bin");
  }
  KnownThings out;
  std::memcpy(&out.threshold, bytes.data() + 20, sizeof out.threshold);
  if (!IsBetween(things, 1, kMostKnown) || !(out.threshold > 0 && out.threshold < 1) ||
      bytes.size() != header + size_t{things} * rows) {
    return BadKnown("has a size or a threshold that it cannot have");
  }
  if (ReadSteps(bytes, header, size_t{things} * rows, &out.centres)) {
    return BadKnown("holds the number -128, which it must not");
  }
  return out;
}

Result<Embedding> ReadEmbedding(const Bytes& bytes, const EmbeddingOutput& told) {
  if (bytes.size() < kHeader || bytes.text().substr(0, kMagic.size()) != kMagic) {
    return Bad("does not begin as such a file does");
  }
  if (Word(bytes, 8) != kVersion) {
    return Error{ErrorCode::unknown_format_version,
                 std::string(kEmbeddingFile) + " has the format version " +
                     std::to_string(Word(bytes, 8)) +
                     ", this reader knows 1. A newer Pocketlens may know more."};
  }
  const uint32_t length = Word(bytes, 12), rows = Word(bytes, 16), pictures = Word(bytes, 20);
  const uint32_t root = Word(bytes, 24);
  if (length != static_cast<uint32_t>(told.length) ||
      !IsBetween(length, kShortestEmbedding, kLongestEmbedding)) {
    return Bad("is for vectors of " + std::to_string(length) + " numbers, the manifest says " +
               std::to_string(told.length));
  }
  if (!IsBetween(rows, kShortestVector, kLongestVector) ||
      !IsBetween(pictures, kSmallestBank, kLargestBank) || root > 1 || Word(bytes, 28) != 0) {
    return Bad("has a size or a setting that it cannot have");
  }
  const size_t floats = sizeof(float) * (size_t{length} + rows);
  const size_t head = kHeader + floats + size_t{rows} * length;
  if (bytes.size() != head + size_t{pictures} * rows) {
    return Bad("has " + std::to_string(bytes.size()) + " bytes, " +
               std::to_string(head + size_t{pictures} * rows) + " are needed");
  }
  std::array<uint8_t, 32> backbone;
  std::memcpy(backbone.data(), bytes.data() + 32, backbone.size());
  if (HexText(backbone) != told.sha256) {
    return Bad("belongs to another backbone than the manifest's");
  }
  Embedding out;
  out.root = root == 1;
  if (Error error = ReadFloats(bytes, kHeader, length, false, "mean", &out.mean)) return error;
  const size_t scales = kHeader + sizeof(float) * length;
  if (Error error = ReadFloats(bytes, scales, rows, true, "scale", &out.scales)) return error;
  if (Error error = ReadSteps(bytes, kHeader + floats, size_t{rows} * length, &out.weights)) {
    return error;
  }
  if (Error error = ReadSteps(bytes, head, size_t{pictures} * rows, &out.bank)) return error;
  // The number of pictures (bytes 20 to 23) and the bank may change; the rest is what vectors are.
  Sha256 id;
  id.Update(bytes.data(), 20);
  id.Update(bytes.data() + 24, head - 24);
  out.id = HexText(id.Finish());
  return out;
}

}  // namespace pocketlens
