// model.json, the manifest of a package, by the rules of tools/package/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/embedding.h"
#include "core/package/package.h"
#include "core/preprocess/recipe.h"

namespace pocketlens {

constexpr char kManifestFile[] = "model.json";
constexpr char kModelFile[] = "model.ms";
constexpr char kLabelsFile[] = "labels.csv";
constexpr char kThresholdsFile[] = "thresholds.csv";
constexpr char kHierarchyFile[] = "hierarchy.csv";
constexpr char kReferenceFile[] = "reference.bin";
constexpr char kReferenceEmbeddingFile[] = "reference.embedding.bin";
constexpr size_t kMostFiles = 64;  // with the manifest
constexpr int kMostLabels = 100'000;

// What the manifest says of one file.
struct ManifestFile {
  int64_t size = 0;
  std::string sha256;  // 64 hexadecimal digits in lower case
};

// What the manifest says of the reference picture; its pixels and outputs are in kReferenceFile.
struct ManifestReference {
  int width = 0, height = 0;  // 0: there is none
  std::string tensor_sha256;
};

struct Manifest {
  std::string name;
  std::string title;
  std::string version;
  PackageKind kind = PackageKind::classifier;
  std::string weights_variant;
  double parity_tolerance = 0;
  std::string runtime_version;
  std::map<std::string, ManifestFile> files;  // in byte order of the names
  PreprocessRecipe preprocess;
  int outputs = 0;
  double guess_share = 0.5;
  ManifestReference reference;
  EmbeddingOutput embedding;
};

// Checks the bytes of model.json and reads them: bad_manifest, unknown_format_version, too_large,
// missing_file, path_outside_package, bad_recipe.
Result<Manifest> ParseManifest(std::string_view text);

// How long a file of this name may be, in bytes.
int64_t LargestSize(const std::string& name);

// Whether a file is a table of translated names, names.<language>.csv; the language may be nonsense.
bool IsNamesFile(const std::string& name);

// "zh" for "names.zh.csv". Only for names files.
std::string LanguageOf(const std::string& name);

}  // namespace pocketlens
