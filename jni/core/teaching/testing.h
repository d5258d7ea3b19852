// A space and embeddings made from noise, the same in Python (tests/native/make_teaching_hashes.py).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/package/embedding.h"

namespace pocketlens::testing {

constexpr int kNoiseLength = 1280, kNoiseRows = 256, kNoisePictures = 300;
constexpr char kNoiseBackbone[] =
    "abababababababababababababababababababababababababababababababab";

// Byte k is a mixture of the bits of k and the seed; tests/native/pictures.py makes the same.
inline std::vector<uint8_t> TeachingNoise(uint32_t seed, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint32_t n = 0; n < count; ++n) {
    uint32_t k = (n + seed * 0x9E3779B9u) * 0x85EBCA6Bu;
    k = (k ^ (k >> 15)) * 0xC2B2AE35u;
    bytes[n] = static_cast<uint8_t>((k ^ (k >> 13)) >> 8);
  }
  return bytes;
}

// The bytes of an embedding.bin.
inline std::string NoiseFile(bool root) {
  const auto append = [](const auto& value, std::string* out) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out->append(bytes, sizeof value);
  };
  std::string file = "PLEMBED\n";
  for (const uint32_t word : {1u, uint32_t{kNoiseLength}, uint32_t{kNoiseRows},
                              uint32_t{kNoisePictures}, root ? 1u : 0u, 0u}) {
    append(word, &file);
  }
  file.append(32, '\xab');
  for (const uint8_t byte : TeachingNoise(1, kNoiseLength)) {
    append(static_cast<float>(byte) / 256, &file);
  }
  for (const uint8_t byte : TeachingNoise(2, kNoiseRows)) {
    append(static_cast<float>(1 + byte) / 65536, &file);
  }
  const std::pair<uint32_t, size_t> parts[] = {
      {3, size_t{kNoiseRows} * kNoiseLength}, {4, size_t{kNoisePictures} * kNoiseRows}};
  for (const auto& [seed, count] : parts) {
    for (const uint8_t byte : TeachingNoise(seed, count)) {
      file.push_back(static_cast<char>(std::max(byte - 128, -127)));
    }
  }
  return file;
}

// The space of such a file.
inline std::shared_ptr<const Embedding> NoiseSpace(bool root) {
  const auto read = ReadEmbedding(Bytes::CopyOf(NoiseFile(root)),
                                  {"embedding", kNoiseLength, kNoiseBackbone});
  return read.ok() ? std::make_shared<const Embedding>(read.value()) : nullptr;
}

// What is of the label, and a part of its own: the later the label, the larger.
inline std::vector<float> NoiseEmbedding(int label, int shot, int view) {
  const auto base = TeachingNoise(static_cast<uint32_t>(100 + label), kNoiseLength);
  const auto own = TeachingNoise(
      static_cast<uint32_t>(1000 + label * 100 + shot * 10 + view), kNoiseLength);
  std::vector<float> out(kNoiseLength);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<float>(base[i] * 4 + (own[i] - 128) * (1 + 3 * label * label) - 256) / 512;
  }
  return out;
}

}  // namespace pocketlens::testing
