#include "core/package/manifest.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/package/json.h"
#include "core/package/text.h"
#include "core/package/zip.h"

namespace pocketlens {
namespace {

constexpr int64_t kFormatVersion = 1;
constexpr int64_t kLargestManifest = int64_t{1} << 20;
constexpr int64_t kLargestModel = int64_t{1} << 30;
constexpr int64_t kLargestFile = int64_t{1} << 24;
constexpr int64_t kLargestNumber = int64_t{1} << 53;
constexpr int kLargestSide = 4096;
constexpr int kLargestReference = 256;
constexpr std::string_view kNamesStart = "names.";
constexpr std::string_view kNamesEnd = ".csv";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsOneOf(char c, const char* set) { return std::string_view(set).find(c) != std::string_view::npos; }

// [a-z0-9][a-z0-9._-]{0,99}
bool IsModelName(const std::string& name) {
  const auto good = [](char c) { return IsLower(c) || IsDigit(c) || IsOneOf(c, "._-"); };
  return !name.empty() && name.size() <= 100 && !IsOneOf(name[0], "._-") &&
         std::all_of(name.begin(), name.end(), good);
}

// [A-Za-z0-9][A-Za-z0-9._-]{0,99}
bool IsFileName(const std::string& name) {
  const auto good = [](char c) {
    return IsLower(c) || IsUpper(c) || IsDigit(c) || IsOneOf(c, "._-");
  };
  return !name.empty() && name.size() <= 100 && !IsOneOf(name[0], "._-") &&
         std::all_of(name.begin(), name.end(), good);
}

bool IsSha256(const std::string& text) {
  const auto good = [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), good);
}

// [a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}
bool IsLanguage(std::string_view text) {
  const auto is_part = [](char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); };
  for (int part = 0; part < 4; ++part) {
    const size_t end = std::min(text.find('-'), text.size());
    const std::string_view word = text.substr(0, end);
    const bool good = part == 0 ? word.size() >= 2 && word.size() <= 3 &&
                                      std::all_of(word.begin(), word.end(), IsLower)
                                : word.size() >= 2 && word.size() <= 8 &&
                                      std::all_of(word.begin(), word.end(), is_part);
    if (!good) return false;
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
  return false;
}

bool IsTableOfLabels(const std::string& name) {
  return name == kLabelsFile || name == kThresholdsFile || name == kHierarchyFile ||
         IsNamesFile(name);
}

std::string ReadSha256(const JsonFields& fields, const std::string& key) {
  const std::string hash = fields.Text(key, 64);
  if (!IsSha256(hash)) {
    fields.Mistake(ErrorCode::bad_manifest, key, "64 hexadecimal digits in lower case");
  }
  return hash;
}

// One entry of `files`.
ManifestFile ReadFile(const JsonFields& files, const std::string& name, PackageKind kind) {
  if (IsPath(name)) {
    files.Mistake(ErrorCode::path_outside_package, name, "a plain file name without folders");
  }
  if (!IsFileName(name) || name == kManifestFile) {
    files.Mistake(ErrorCode::bad_manifest, name,
                  "letters, digits, '.', '_' and '-' in a file's name");
  }
  const JsonFields entry = files.Object(name);
  ManifestFile file;
  file.size = entry.Whole("size", 0, kLargestNumber);
  file.sha256 = ReadSha256(entry, "sha256");
  if (file.size > LargestSize(name)) {
    entry.Mistake(ErrorCode::too_large, "size",
                  "at most " + std::to_string(LargestSize(name)) + " bytes");
  }
  if (IsNamesFile(name) && !IsLanguage(LanguageOf(name))) {
    files.Mistake(ErrorCode::bad_manifest, name,
                  "names.LANGUAGE.csv with a language such as zh or pt-BR");
  }
  if (kind == PackageKind::features && IsTableOfLabels(name)) {
    files.Mistake(ErrorCode::bad_manifest, name, "no tables of labels in a features package");
  }
  return file;
}

std::map<std::string, ManifestFile> ReadFiles(const JsonFields& files, PackageKind kind,
                                              Error* error) {
  std::map<std::string, ManifestFile> out;
  if (files.failed()) return out;
  const size_t count = files.json().size();
  if (count > kMostFiles - 1) {
    *error = {ErrorCode::too_large, "model.json names " + std::to_string(count) +
                                        " files, at most " + std::to_string(kMostFiles - 1) +
                                        " are allowed."};
    return out;
  }
  for (const auto& member : files.json().items()) out[member.key()];
  for (auto& [name, file] : out) {
    file = ReadFile(files, name, kind);
    if (files.failed()) return out;
  }
  std::vector<std::string> needed = {kModelFile};
  if (kind == PackageKind::classifier) needed.insert(needed.end(), {kLabelsFile, kThresholdsFile});
  for (const std::string& name : needed) {
    if (out.count(name) == 0) {
      *error = {ErrorCode::missing_file,
                "model.json does not name " + name + ", which this kind of package needs."};
      return out;
    }
  }
  return out;
}

PreprocessRecipe ReadPreprocess(const JsonFields& input, const JsonFields& fields) {
  const auto width = static_cast<int>(input.Whole("width", 1, kLargestSide));
  const auto height = static_cast<int>(input.Whole("height", 1, kLargestSide));
  input.Whole("channels", 3, 3);
  input.Choice("layout", {"NHWC"});
  input.Choice("dtype", {"float32"});
  const auto interpolation = static_cast<Interpolation>(fields.Choice(
      "interpolation", {std::begin(kInterpolations), std::end(kInterpolations)}));
  const std::vector<int> resize = fields.Wholes("resize", 2, 1, kLargestSide);
  const std::vector<int> crop = fields.Wholes("crop", 4, 0, kLargestSide);
  if (crop[0] + crop[2] > resize[0] || crop[1] + crop[3] > resize[1] || crop[2] != width ||
      crop[3] != height) {
    fields.Mistake(ErrorCode::bad_recipe, "crop",
                   "x, y, width and height of a crop inside the resized picture, of the input's "
                   "size " + std::to_string(width) + "x" + std::to_string(height));
  }
  if (interpolation != Interpolation::bilinear_q11) {
    if (resize[0] != resize[1]) {
      fields.Mistake(ErrorCode::bad_recipe, "resize", "twice the length of the shorter side");
    }
    const int x = CentredCrop(resize[0], width), y = CentredCrop(resize[1], height);
    if (crop[0] != x || crop[1] != y) {
      fields.Mistake(ErrorCode::bad_recipe, "crop",
                     "the crop in the middle, at " + std::to_string(x) + ", " + std::to_string(y));
    }
  }
  const std::vector<int> scale = fields.Wholes("scale", 2, 1, 65535);
  const std::vector<double> mean = fields.Numbers("mean", 3, -1000, 1000);
  const std::vector<double> stddev = fields.Numbers("std", 3, 1e-6, 1000);
  const int order = fields.Choice("channel_order", {"RGB", "BGR"});
  PreprocessRecipe out;
  out.resize_width = resize[0], out.resize_height = resize[1];
  out.crop_x = crop[0], out.crop_y = crop[1], out.crop_width = crop[2], out.crop_height = crop[3];
  out.scale = static_cast<double>(scale[0]) / std::max(scale[1], 1);
  for (size_t i = 0; i < 3; ++i) {
    out.mean[i] = static_cast<float>(mean[i]);
    out.stddev[i] = static_cast<float>(stddev[i]);
  }
  out.order = order == 0 ? ChannelOrder::rgb : ChannelOrder::bgr;
  out.interpolation = interpolation;
  return out;
}

// The optional `reference`, whose file must hold its pixels and one float for each output.
ManifestReference ReadReference(const JsonFields& fields, const Manifest& manifest, Error* error) {
  if (fields.failed() || !fields.json().contains("reference")) return {};
  const JsonFields reference = fields.Object("reference");
  ManifestReference out;
  out.width = static_cast<int>(reference.Whole("width", 1, kLargestReference));
  out.height = static_cast<int>(reference.Whole("height", 1, kLargestReference));
  out.tensor_sha256 = ReadSha256(reference, "tensor_sha256");
  if (*error) return {};
  const auto file = manifest.files.find(kReferenceFile);
  if (file == manifest.files.end()) {
    *error = {ErrorCode::missing_file, std::string("model.json does not name ") + kReferenceFile +
                                           ", which a reference picture needs."};
    return {};
  }
  const int64_t expected = int64_t{3} * out.width * out.height + int64_t{4} * manifest.outputs;
  if (file->second.size != expected) {
    *error = {ErrorCode::bad_reference,
              std::string(kReferenceFile) + " has " + std::to_string(file->second.size) +
                  " bytes, a picture of " + std::to_string(out.width) + "x" +
                  std::to_string(out.height) + " with " + std::to_string(manifest.outputs) +
                  " outputs needs " + std::to_string(expected) + ". Make the package again."};
  }
  return out;
}

// The optional embedding of the reference picture must go with one and be as long.
void CheckReferenceEmbedding(const JsonFields& fields, const Manifest& manifest, int length,
                             Error* error) {
  const auto file = manifest.files.find(kReferenceEmbeddingFile);
  if (*error || file == manifest.files.end()) return;
  if (!fields.json().contains("reference")) {
    *error = {ErrorCode::bad_manifest, std::string("model.json names ") + kReferenceEmbeddingFile +
                                           ", but no reference that it could belong to."};
  } else if (file->second.size != int64_t{4} * length) {
    *error = {ErrorCode::bad_reference,
              std::string(kReferenceEmbeddingFile) + " has " + std::to_string(file->second.size) +
                  " bytes, an embedding of " + std::to_string(length) + " numbers needs " +
                  std::to_string(4 * length) + ". Make the package again."};
  }
}

// The optional `embedding`, the model's second output.
EmbeddingOutput ReadEmbeddingOutput(const JsonFields& fields, const Manifest& manifest,
                                    Error* error) {
  if (fields.failed()) return {};
  if (!fields.json().contains("embedding")) {
    for (const char* const name : {kEmbeddingFile, kKnownFile, kReferenceEmbeddingFile}) {
      if (manifest.files.count(name) == 0) continue;
      *error = {ErrorCode::bad_manifest, std::string("model.json names ") + name +
                                             ", but no embedding that it could belong to."};
      return {};
    }
    return {};
  }
  const JsonFields embedding = fields.Object("embedding");
  EmbeddingOutput out;
  out.output = embedding.Text("output", 100);
  out.length = static_cast<int>(
      embedding.Whole("length", kShortestEmbedding, kLongestEmbedding));
  out.sha256 = ReadSha256(embedding, "sha256");
  if (!*error && manifest.files.count(kKnownFile) > 0 &&
      manifest.files.count(kEmbeddingFile) == 0) {
    *error = {ErrorCode::bad_manifest, std::string("model.json names ") + kKnownFile + ", but no " +
                                           kEmbeddingFile + " that it could belong to."};
  }
  CheckReferenceEmbedding(fields, manifest, out.length, error);
  if (manifest.kind == PackageKind::features) {
    fields.Mistake(ErrorCode::bad_manifest, "embedding",
                   "no embedding in a features package, whose output is one");
  }
  return out;
}

}  // namespace

int64_t LargestSize(const std::string& name) {
  if (name == kManifestFile) return kLargestManifest;
  if (name == kEmbeddingFile) return kLargestEmbedding;
  return name == kModelFile ? kLargestModel : kLargestFile;
}

bool IsNamesFile(const std::string& name) {
  return name.size() >= kNamesStart.size() + kNamesEnd.size() &&
         name.compare(0, kNamesStart.size(), kNamesStart) == 0 &&
         name.compare(name.size() - kNamesEnd.size(), kNamesEnd.size(), kNamesEnd) == 0;
}

std::string LanguageOf(const std::string& name) {
  return name.substr(kNamesStart.size(), name.size() - kNamesStart.size() - kNamesEnd.size());
}

Result<Manifest> ParseManifest(std::string_view text) {
  Result<Json> root = ParseJson(text, kManifestFile);
  if (!root.ok()) return root.error();
  Error error;
  const JsonFields fields(root.value(), "", ErrorCode::bad_manifest, &error);
  Manifest out;
  fields.Choice("format", {"pocketlens-package"});
  if (fields.Whole("format_version", -kLargestNumber, kLargestNumber) != kFormatVersion) {
    fields.Mistake(ErrorCode::unknown_format_version, "format_version",
                   "1; a newer Pocketlens may know more");
  }
  out.name = fields.Text("name", 100);
  if (!IsModelName(out.name)) {
    fields.Mistake(ErrorCode::bad_manifest, "name", "lower-case letters, digits, '.', '_' and '-'");
  }
  out.title = fields.Text("title", 400);
  out.version = fields.Text("version", 50);
  out.kind = fields.Choice("kind", {"classifier", "features"}) == 0 ? PackageKind::classifier
                                                                    : PackageKind::features;
  const std::vector<std::string> variants = {"float32", "float16", "int8"};
  const JsonFields weights = fields.Object("weights");
  out.weights_variant = variants[static_cast<size_t>(weights.Choice("variant", variants))];
  out.parity_tolerance = weights.Number("tolerance", 0, 1);
  out.runtime_version = fields.Object("versions").Text("runtime", 50);
  out.files = ReadFiles(fields.Object("files"), out.kind, &error);
  const JsonFields recipe = fields.Object("recipe", ErrorCode::bad_recipe);
  out.preprocess = ReadPreprocess(recipe.Object("input"), recipe.Object("preprocess"));
  out.outputs = static_cast<int>(recipe.Whole("outputs", 1, kMostLabels));
  const JsonFields network = recipe.Object("network");
  if (out.kind == PackageKind::classifier) network.Whole("num_classes", out.outputs, out.outputs);
  if (!error && recipe.json().contains("answers")) {
    out.guess_share = recipe.Object("answers").Number("guess_share", 0, 1);
  }
  out.reference = ReadReference(fields, out, &error);
  out.embedding = ReadEmbeddingOutput(fields, out, &error);
  if (error) return error;
  return out;
}

}  // namespace pocketlens
