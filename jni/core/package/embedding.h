// embedding.bin: how a package's embedding is made comparable, and what ordinary pictures look like.
// The format stands in tools/package/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"

namespace pocketlens {

constexpr char kEmbeddingFile[] = "embedding.bin";
constexpr char kKnownFile[] = "known.bin";
constexpr int kMostKnown = 10'000;
constexpr int64_t kLargestEmbedding = 614'400;  // bytes of embedding.bin
constexpr int kShortestEmbedding = 8, kLongestEmbedding = 4096;
constexpr int kShortestVector = 8, kLongestVector = 512;  // after the projection
constexpr int kSmallestBank = 32, kLargestBank = 8192;

// What the manifest says of the model's second output.
struct EmbeddingOutput {
  std::string output;  // its name; empty: there is none
  int length = 0;
  std::string sha256;  // of the backbone's weights and of how pictures are prepared
};

// The content of embedding.bin.
struct Embedding {
  bool root = false;             // the square root of each number counts
  std::vector<float> mean;       // (length)
  std::vector<float> scales;     // (rows): what a step of a row's weights stands for
  std::vector<int16_t> weights;  // (rows, length), from -127 to 127
  std::vector<int8_t> bank;      // (pictures, rows), from -127 to 127
  std::string id;                // SHA-256 of all of the above but the bank, and of the backbone

  int length() const { return static_cast<int>(mean.size()); }
  int rows() const { return static_cast<int>(scales.size()); }
  int pictures() const { return rows() == 0 ? 0 : static_cast<int>(bank.size()) / rows(); }
};

// The content of known.bin: what the things that the labels are for look like, so that a picture of
// none of them is told.
struct KnownThings {
  float threshold = 0;          // the similarity to the nearest of them that one of them has
  std::vector<int8_t> centres;  // (things, rows), from -127 to 127
};

// Reads known.bin, which belongs to the vectors of a space. bad_embedding, unknown_format_version.
Result<KnownThings> ReadKnown(const Bytes& bytes, const Embedding& space);

// Reads embedding.bin, which must fit what the manifest says. bad_embedding, unknown_format_version.
Result<Embedding> ReadEmbedding(const Bytes& bytes, const EmbeddingOutput& told);

}  // namespace pocketlens
