// A model package, read and checked: a folder, a .zip with stored entries, or either from a file
// descriptor (Android assets). The checks and their names are those of tools/package/reader.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"
#include "core/package/embedding.h"
#include "core/preprocess/recipe.h"

namespace pocketlens {

enum class PackageKind : int { classifier = 0, features = 1 };
enum class ThresholdStatus : int { calibrated = 0, pooled = 1, by_default = 2, silent = 3 };

struct Label {
  std::string mid;   // "/m/01yrx" or "own/slug"
  std::string name;  // English, as in the class list
  float threshold = 0.5f;
  ThresholdStatus status = ThresholdStatus::by_default;
  float precision = -1, recall = -1, f1 = -1;  // -1 where the table has no figure
  int support = -1;
  std::vector<int> parents;  // indices of labels in this package
  std::vector<int> children;
};

// One small picture with what the model makes of it, to check accelerators with.
struct Reference {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;  // RGB, row by row
  std::string tensor_sha256;    // of the input tensor, little-endian float32
  std::vector<float> outputs;   // the raw outputs in float32 on the CPU
  std::vector<float> embedding;  // the second output; empty where the package does not tell it
};

// What reading a package took, for `bench` and the load figures.
struct ReadTimings {
  double hash_ms = 0;   // reading the model and its SHA-256; the tables are read beside it
  double other_ms = 0;  // what that does not hide: opening, parsing, checking
};

struct Package {
  std::string name;
  std::string title;
  PackageKind kind = PackageKind::classifier;
  PreprocessRecipe preprocess;
  int outputs = 0;  // length of the model's output vector
  float guess_share = 0.5f;  // of its headline's probability that a guess must keep
  std::string weights_variant;  // "float32", "float16", "int8"
  double parity_tolerance = 0;
  std::string runtime_version;
  std::unique_ptr<const Reference> reference;  // null where the package carries none
  EmbeddingOutput embedding;  // the model's second output, if it has one
  std::shared_ptr<const Embedding> space;  // embedding.bin; null where the package has none
  std::unique_ptr<const KnownThings> known;  // known.bin; null where the package has none
  std::string manifest;  // model.json as it is, for those who show more of it
  std::vector<Label> labels;  // in model order; empty for `features`
  std::vector<std::string> languages;  // of names.<lang>.csv
  std::unique_ptr<const Bytes> model;  // model.ms; may be reset once a Session has been built

  // The name of each label in `language`, in model order; English where a translation is missing.
  // bad_names when the package has no such table.
  Result<std::vector<std::string>> Names(const std::string& language) const;
  std::vector<std::pair<std::string, std::vector<std::string>>> translations;
  ReadTimings timings;
};

struct PackageOptions {
  bool check_hashes = true;  // off only for fuzzing and for measuring what hashing costs
};

// `path`: a folder or a .zip.
Result<std::unique_ptr<Package>> OpenPackage(const std::string& path,
                                             const PackageOptions& options = {});
// A .zip inside an open file, e.g. an uncompressed asset: `length` bytes from `offset`. The
// descriptor is not closed and need not stay open afterwards.
Result<std::unique_ptr<Package>> OpenPackageFd(int fd, int64_t offset, int64_t length,
                                               const PackageOptions& options = {});

}  // namespace pocketlens
