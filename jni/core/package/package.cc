#include "core/package/package.h"

#include <algorithm>
#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <future>
#include <map>
#include <new>
#include <set>
#include <string_view>

#include "core/package/file.h"
#include "core/package/manifest.h"
#include "core/package/sha256.h"
#include "core/package/tables.h"
#include "core/package/text.h"
#include "core/package/zip.h"

namespace pocketlens {
namespace {

constexpr int64_t kLargestArchive = int64_t{1} << 32;
constexpr int64_t kReadApart = 1 << 20;  // bytes from which on a file takes a thread of its own
constexpr int kRetries = 5;  // when a writer replaces the package while it is read

class Stopwatch {
 public:
  double Milliseconds() const {
    const auto passed = std::chrono::steady_clock::now() - start_;
    return std::chrono::duration<double, std::milli>(passed).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The files of a package, wherever they lie.
class Source {
 public:
  virtual ~Source() = default;

  // Every file's name and length. Called first, once.
  virtual Result<std::map<std::string, int64_t>> List() = 0;

  // A listed file, not yet read.
  virtual Result<FileRange> Open(const std::string& name) = 0;
};

class FolderSource : public Source {
 public:
  explicit FolderSource(Folder folder) : folder_(std::move(folder)) {}

  Result<std::map<std::string, int64_t>> List() override {
    Result<std::vector<FolderEntry>> entries = folder_.List(kMostFiles);
    if (!entries.ok()) return entries.error();
    std::map<std::string, int64_t> sizes;
    for (const FolderEntry& entry : entries.value()) sizes[entry.name] = entry.size;
    return sizes;
  }
  Result<FileRange> Open(const std::string& name) override {
    return folder_.OpenFile(name, LargestSize(name));
  }

 private:
  Folder folder_;
};

class ZipSource : public Source {
 public:
  ZipSource(FileRange archive, std::string path)
      : archive_(std::move(archive)), path_(std::move(path)) {}

  Result<std::map<std::string, int64_t>> List() override {
    Result<std::vector<ZipEntry>> entries = ReadZip(archive_, kMostFiles, path_);
    if (!entries.ok()) return entries.error();
    std::map<std::string, int64_t> sizes;
    for (ZipEntry& entry : entries.value()) {
      sizes[entry.name] = entry.range.size();
      files_.emplace(entry.name, std::move(entry.range));
    }
    return sizes;
  }
  Result<FileRange> Open(const std::string& name) override { return files_.at(name); }

 private:
  FileRange archive_;
  std::string path_;
  std::map<std::string, FileRange> files_;
};

// Reads and checks one package, step by step in the order of tools/package/README.md.
class PackageReader {
 public:
  PackageReader(Source* source, std::string path, const PackageOptions& options)
      : source_(source), path_(std::move(path)), options_(options) {}

  Result<std::unique_ptr<Package>> Read() {
    const Stopwatch watch;
    Result<std::map<std::string, int64_t>> sizes = source_->List();
    if (!sizes.ok()) return sizes.error();
    sizes_ = std::move(sizes).value();
    if (Error error = ReadManifest()) return error;
    if (Error error = CheckPresence()) return error;
    if (Error error = OpenFiles()) return error;
    if (Error error = ReadFiles()) return error;
    FillIn();
    package_->timings.other_ms = watch.Milliseconds() - package_->timings.hash_ms;
    return std::move(package_);
  }

 private:
  Error ReadManifest() {
    const auto found = sizes_.find(kManifestFile);
    if (found == sizes_.end()) {
      return {ErrorCode::missing_file,
              path_ + " holds no model.json; it is no package. Make one with `convert`."};
    }
    if (found->second > LargestSize(kManifestFile)) {
      return {ErrorCode::too_large, "model.json has " + std::to_string(found->second) +
                                        " bytes, at most " +
                                        std::to_string(LargestSize(kManifestFile)) +
                                        " are allowed."};
    }
    Result<FileRange> file = source_->Open(kManifestFile);
    if (!file.ok()) return file.error();
    const Result<Bytes> bytes = file.value().Read();
    if (!bytes.ok()) return bytes.error();
    package_->manifest = bytes.value().text();
    Result<Manifest> manifest = ParseManifest(package_->manifest);
    if (!manifest.ok()) return manifest.error();
    manifest_ = std::move(manifest).value();
    return {};
  }

  Error CheckPresence() const {
    for (const auto& [name, file] : manifest_.files) {
      if (sizes_.count(name) == 0) {
        return {ErrorCode::missing_file, path_ + ": " + name +
                                             " is not there, but the manifest names it. Make or "
                                             "copy the package again."};
      }
    }
    for (const auto& [name, size] : sizes_) {
      if (name != kManifestFile && manifest_.files.count(name) == 0) {
        return {ErrorCode::unexpected_file, path_ + ": " + Shown(name) +
                                                " is not a file of this package. Take it out."};
      }
    }
    for (const auto& [name, file] : manifest_.files) {
      if (Error error = CheckSize(name, sizes_.at(name))) return error;
    }
    return {};
  }

  Error CheckSize(const std::string& name, int64_t size) const {
    const int64_t expected = manifest_.files.at(name).size;
    if (size == expected) return {};
    return {ErrorCode::wrong_size, path_ + ": " + name + " has " + std::to_string(size) +
                                       " bytes, the manifest says " + std::to_string(expected) +
                                       ". Make or copy the package again."};
  }

  Error OpenFiles() {
    for (const auto& [name, file] : manifest_.files) {
      Result<FileRange> opened = source_->Open(name);
      if (!opened.ok()) return opened.error();
      if (Error error = CheckSize(name, opened.value().size())) return error;
      ranges_.emplace(name, std::move(opened).value());
      files_[name];
    }
    return {};
  }

  // While another thread reads and hashes the model, which takes longest, the small files are read,
  // hashed and parsed. What is wrong with the model's bytes is the package's error before any mistake
  // in a table, and a wrong hash before what the damage has made of a table.
  Error ReadFiles() {
    const bool worth_a_thread = ranges_.at(kModelFile).size() >= kReadApart;
    const auto how = worth_a_thread ? std::launch::async | std::launch::deferred
                                    : std::launch::deferred;
    std::future<Error> model = std::async(how, [this] {
      const Stopwatch watch;
      Error error = ReadFile(kModelFile);
      package_->timings.hash_ms = watch.Milliseconds();
      return error;
    });
    Error mistake;
    for (const auto& [name, file] : manifest_.files) {
      if (!mistake && name != kModelFile) mistake = ReadFile(name);
    }
    if (!mistake) mistake = ReadTables();
    if (!mistake) mistake = ReadReference();
    if (!mistake) mistake = ReadSpace();
    if (Error error = model.get()) return error;
    return mistake;
  }

  // Each thread writes to files of its own: the map has had all its keys before.
  Error ReadFile(const std::string& name) {
    Sha256 hash;
    Result<Bytes> bytes = ranges_.at(name).Read(options_.check_hashes ? &hash : nullptr);
    if (!bytes.ok()) return bytes.error();
    files_.at(name) = std::move(bytes).value();
    const std::string& expected = manifest_.files.at(name).sha256;
    const std::string found = options_.check_hashes ? HexText(hash.Finish()) : expected;
    if (found == expected) return {};
    return {ErrorCode::wrong_hash, path_ + ": " + name +
                                       " has been changed or damaged. Its SHA-256 is " + found +
                                       ", the manifest says " + expected +
                                       ". Make or copy the package again."};
  }

  Error ReadTables() {
    if (manifest_.kind == PackageKind::features) return {};
    Result<LabelTable> labels = ReadLabels(files_.at(kLabelsFile), manifest_.outputs);
    if (!labels.ok()) return labels.error();
    LabelTable table = std::move(labels).value();
    if (Error error = ReadThresholds(files_.at(kThresholdsFile), &table.labels)) return error;
    if (files_.count(kHierarchyFile) > 0) {
      if (Error error = ReadHierarchy(files_.at(kHierarchyFile), &table)) return error;
    }
    for (const auto& [name, bytes] : files_) {
      if (!IsNamesFile(name)) continue;
      Result<std::vector<std::string>> names = ReadNames(bytes, table, name);
      if (!names.ok()) return names.error();
      package_->languages.push_back(LanguageOf(name));
      package_->translations.emplace_back(LanguageOf(name), std::move(names).value());
    }
    package_->labels = std::move(table.labels);
    package_->labels.shrink_to_fit();
    return {};
  }

  // The file's length was found right with the manifest.
  Error ReadReference() {
    const ManifestReference& told = manifest_.reference;
    if (told.width == 0) return {};
    const Bytes& bytes = files_.at(kReferenceFile);
    auto reference = std::make_unique<Reference>();
    reference->width = told.width;
    reference->height = told.height;
    reference->tensor_sha256 = told.tensor_sha256;
    const size_t tail = static_cast<size_t>(manifest_.outputs) * sizeof(float);
    const uint8_t* const end = bytes.data() + bytes.size() - tail;
    reference->pixels.assign(bytes.data(), end);
    if (Error error = ReadFloats(kReferenceFile, end, tail, &reference->outputs)) return error;
    const auto vector = files_.find(kReferenceEmbeddingFile);
    if (vector != files_.end()) {
      const Bytes& floats = vector->second;
      if (Error error = ReadFloats(kReferenceEmbeddingFile, floats.data(), floats.size(),
                                   &reference->embedding)) {
        return error;
      }
    }
    package_->reference = std::move(reference);
    return {};
  }

  // What a file says that the model gives: finite floats.
  Error ReadFloats(const char* name, const uint8_t* bytes, size_t size, std::vector<float>* to) const {
    to->resize(size / sizeof(float));
    std::memcpy(to->data(), bytes, size);
    const auto finite = [](float value) { return std::isfinite(value); };
    if (std::all_of(to->begin(), to->end(), finite)) return {};
    return {ErrorCode::bad_reference,
            path_ + ": " + name + " holds something that is no number. Make the package again."};
  }

  Error ReadSpace() {
    const auto found = files_.find(kEmbeddingFile);
    if (found == files_.end()) return {};
    Result<Embedding> space = ReadEmbedding(found->second, manifest_.embedding);
    if (!space.ok()) return space.error();
    package_->space = std::make_shared<const Embedding>(std::move(space).value());
    const auto known = files_.find(kKnownFile);
    if (known == files_.end()) return {};
    Result<KnownThings> things = ReadKnown(known->second, *package_->space);
    if (!things.ok()) return things.error();
    package_->known = std::make_unique<const KnownThings>(std::move(things).value());
    return {};
  }

  void FillIn() {
    package_->name = manifest_.name;
    package_->title = manifest_.title;
    package_->kind = manifest_.kind;
    package_->preprocess = manifest_.preprocess;
    package_->outputs = manifest_.outputs;
    package_->embedding = manifest_.embedding;
    package_->guess_share = static_cast<float>(manifest_.guess_share);
    package_->weights_variant = manifest_.weights_variant;
    package_->parity_tolerance = manifest_.parity_tolerance;
    package_->runtime_version = manifest_.runtime_version;
    package_->model = std::make_unique<const Bytes>(std::move(files_.at(kModelFile)));
  }

  Source* source_;
  std::string path_;
  PackageOptions options_;
  std::map<std::string, int64_t> sizes_;  // of what is there
  Manifest manifest_;
  std::map<std::string, FileRange> ranges_;
  std::map<std::string, Bytes> files_;  // what has been read of them
  std::unique_ptr<Package> package_ = std::make_unique<Package>();
};

Result<std::unique_ptr<Source>> OpenSource(const std::string& path, const PathStatus& status) {
  if (status.kind == PathStatus::folder) {
    Result<Folder> folder = Folder::Open(path);
    if (!folder.ok()) return folder.error();
    return std::unique_ptr<Source>(std::make_unique<FolderSource>(std::move(folder).value()));
  }
  if (status.kind != PathStatus::file) {
    return Error{ErrorCode::unreadable_file,
                 path + " is no package. Give a folder or a zip file."};
  }
  Result<FileRange> archive = OpenPath(path, kLargestArchive);
  if (!archive.ok() && archive.error().code == ErrorCode::too_large) {
    return Error{ErrorCode::bad_archive, archive.error().message};
  }
  if (!archive.ok()) return archive.error();
  return std::unique_ptr<Source>(std::make_unique<ZipSource>(std::move(archive).value(), path));
}

Result<std::unique_ptr<Package>> OpenOnce(const std::string& path, const PathStatus& status,
                                          const PackageOptions& options) {
  Result<std::unique_ptr<Source>> source = OpenSource(path, status);
  if (!source.ok()) return source.error();
  return PackageReader(source.value().get(), path, options).Read();
}

}  // namespace

Result<std::vector<std::string>> Package::Names(const std::string& language) const {
  std::string tags;
  for (const auto& [tag, names] : translations) {
    if (tag == language) return names;
    tags += " " + tag;
  }
  return Error{ErrorCode::bad_names, "The package has no names in " + Shown(language) + "; it has" +
                                         (tags.empty() ? " none" : tags) + "."};
}

Result<std::unique_ptr<Package>> OpenPackage(const std::string& path,
                                             const PackageOptions& options) {
  try {
    for (int attempt = 0;; ++attempt) {
      Result<PathStatus> before = LookAt(path);
      if (!before.ok()) return before.error();
      Result<std::unique_ptr<Package>> package = OpenOnce(path, before.value(), options);
      if (package.ok() || attempt == kRetries) return package;
      // Is it the package's fault, or that of a writer who has just replaced it?
      const Result<PathStatus> after = LookAt(path);
      if (after.ok() && after.value() == before.value()) return package;
    }
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, {}};  // no memory for a message either
  }
}

Result<std::unique_ptr<Package>> OpenPackageFd(int fd, int64_t offset, int64_t length,
                                               const PackageOptions& options) {
  const std::string name = "the package";
  try {
    if (length > kLargestArchive) {
      return Error{ErrorCode::bad_archive, name + " is longer than a zip can be."};
    }
    FileDescriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copy) {
      return Error{ErrorCode::unreadable_file, name + ": " + std::strerror(errno) + "."};
    }
    Result<FileRange> archive = FileRange::Make(std::move(copy), offset, length, name);
    if (!archive.ok()) return archive.error();
    ZipSource source(std::move(archive).value(), name);
    return PackageReader(&source, name, options).Read();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, {}};
  }
}

}  // namespace pocketlens
