// pocketlens_cli: the core from a shell, for measuring and for machines that have no Python, above all
// the aarch64 build under qemu.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/classifier.h"
#include "core/package/file.h"
#include "core/package/sha256.h"

namespace {

using pocketlens::Bytes;
using pocketlens::Classifier;
using pocketlens::Error;
using pocketlens::ErrorCode;
using pocketlens::Frame;
using pocketlens::Result;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

constexpr char kUsage[] =
    "Usage: pocketlens_cli run PACKAGE [OPTION]... --frames PHOTO.ppm...\n"
    "       pocketlens_cli run PACKAGE [OPTION]... --tensors TENSOR.f32...\n"
    "       pocketlens_cli load PACKAGE [--repeat N]\n"
    "       pocketlens_cli sha256 FILE...\n"
    "\n"
    "run: feeds photos (binary PPM, P6) or ready input tensors (little-endian float32, NHWC) to a\n"
    "package's model.\n"
    "  --out FILE           appends the raw outputs of all inputs, in order, as float32\n"
    "  --preprocessed FILE  the input tensors made from the photos, as float32\n"
    "  --threads N          threads of a run (default 1)\n"
    "  --top K              labels to print per photo (default 5)\n"
    "\n"
    "load: opens a package N times (default 5) and prints what its parts took, and what the core\n"
    "adds to the runtime in time and memory.\n"
    "\n"
    "Exit codes: 0 done, 1 a named error, 2 wrong command line. GLOG_v=3 hides the runtime's log.\n";

// What the command line asks for.
struct Options {
  std::string command;
  std::string package;
  std::vector<std::string> frames;
  std::vector<std::string> tensors;
  std::vector<std::string> files;
  std::string out;
  std::string preprocessed;
  int threads = 1;
  int top = 5;
  int repeat = 5;
};

int Fail(const Error& error) {
  const std::string text(error.text());
  std::fprintf(stderr, "pocketlens_cli: %s: %s\n", ErrorName(error.code), text.c_str());
  return kExitFailed;
}

bool ParseCount(const char* text, int* out) {
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (end == text || *end != '\0' || value < 1 || value > 1'000'000) return false;
  *out = static_cast<int>(value);
  return true;
}

// Takes the value of an option with one value; false when the option is none of them.
bool ParseValue(const std::string& name, const char* value, Options* options) {
  if (name == "--out") return !(options->out = value).empty();
  if (name == "--preprocessed") return !(options->preprocessed = value).empty();
  if (name == "--threads") return ParseCount(value, &options->threads);
  if (name == "--top") return ParseCount(value, &options->top);
  if (name == "--repeat") return ParseCount(value, &options->repeat);
  return false;
}

bool ParseArguments(int argc, char** argv, Options* options) {
  if (argc < 3) return false;
  options->command = argv[1];
  std::vector<std::string>* list = &options->files;
  int i = 2;
  if (options->command != "sha256") options->package = argv[i++];
  for (; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--frames") {
      list = &options->frames;
    } else if (name == "--tensors") {
      list = &options->tensors;
    } else if (name.compare(0, 2, "--") == 0) {
      if (i + 1 >= argc || !ParseValue(name, argv[++i], options)) return false;
    } else {
      list->push_back(name);
    }
  }
  if (options->command == "run") {
    return options->frames.empty() != options->tensors.empty() && options->files.empty();
  }
  return options->command == "load" ? options->files.empty() : options->command == "sha256";
}

// A photo and the file it was read from.
struct Photo {
  Bytes file;
  Frame frame;
};

// Reads a number of a PPM header and the white space before it; comments are not allowed. -1: none.
int ReadPpmNumber(const Bytes& file, size_t* at) {
  const auto is_space = [](uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (*at < file.size() && is_space(file.data()[*at])) ++*at;
  int value = -1;
  while (*at < file.size() && file.data()[*at] >= '0' && file.data()[*at] <= '9') {
    value = std::max(value, 0) * 10 + (file.data()[(*at)++] - '0');
    if (value > 1'000'000) return -1;
  }
  return value;
}

Result<Photo> ReadPpm(const std::string& path) {
  Result<Bytes> file = pocketlens::ReadPath(path, int64_t{1} << 32);
  if (!file.ok()) return file.error();
  Photo photo;
  photo.file = std::move(file).value();
  size_t at = 2;
  const bool signature = photo.file.size() > 2 && std::memcmp(photo.file.data(), "P6", 2) == 0;
  const int width = signature ? ReadPpmNumber(photo.file, &at) : -1;
  const int height = ReadPpmNumber(photo.file, &at);
  const int largest = ReadPpmNumber(photo.file, &at);
  const size_t needed = static_cast<size_t>(std::max(width, 0)) * std::max(height, 0) * 3;
  ++at;  // the one white space after the header
  if (needed == 0 || largest != 255 || at + needed != photo.file.size()) {
    return Error{ErrorCode::unreadable_photo, path + " is no binary PPM (P6) with 8 bits."};
  }
  photo.frame.geometry.format = pocketlens::PixelFormat::rgb888;
  photo.frame.geometry.width = width;
  photo.frame.geometry.height = height;
  photo.frame.planes[0] = {photo.file.data() + at, needed, width * 3, 3};
  return Result<Photo>(std::move(photo));
}

Error Append(const std::string& path, const std::vector<float>& values) {
  if (path.empty()) return {};
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
  file.flush();
  if (file) return {};
  return {ErrorCode::cannot_write, path + " cannot be written."};
}

Result<std::unique_ptr<Classifier>> Open(const Options& options) {
  auto package = pocketlens::OpenPackage(options.package);
  if (!package.ok()) return package.error();
  pocketlens::SessionSettings settings;
  settings.threads = options.threads;
  return Classifier::Open(std::move(package).value(), settings);
}

void PrintLabels(const Classifier& classifier, const std::vector<float>& outputs, int top) {
  if (classifier.package().kind != pocketlens::PackageKind::classifier) return;
  const auto name = [&](int index) {
    return index < 0 ? "not sure" : classifier.package().labels[static_cast<size_t>(index)].name;
  };
  std::printf("  %s\n", name(Headline(classifier.package(), outputs).index).c_str());
  for (const auto& label : TopK(classifier.package(), outputs, top)) {
    std::printf("  %.4f %.6f %s\n", static_cast<double>(label.score),
                static_cast<double>(label.probability), name(label.index).c_str());
  }
}

// One input tensor through the model.
Error RunOne(const Options& options, const std::string& name, const std::vector<float>& tensor,
             Classifier* classifier) {
  const Result<std::vector<float>> outputs = classifier->RunTensor(tensor.data(), tensor.size());
  if (!outputs.ok()) return {outputs.error().code, name + ": " + outputs.error().message};
  std::printf("%s\n", name.c_str());
  PrintLabels(*classifier, outputs.value(), options.top);
  return Append(options.out, outputs.value());
}

Error RunPhoto(const Options& options, const std::string& path, Classifier* classifier) {
  const Result<Photo> photo = ReadPpm(path);
  if (!photo.ok()) return photo.error();
  std::vector<float> tensor(classifier->package().preprocess.output_count());
  if (Error error = classifier->Preprocess(photo.value().frame, tensor.data())) return error;
  if (Error error = Append(options.preprocessed, tensor)) return error;
  return RunOne(options, path, tensor, classifier);
}

Error RunTensor(const Options& options, const std::string& path, Classifier* classifier) {
  const auto file = pocketlens::ReadPath(path, int64_t{1} << 32);
  if (!file.ok()) return file.error();
  std::vector<float> tensor(file.value().size() / sizeof(float));
  if (!tensor.empty()) {
    std::memcpy(tensor.data(), file.value().data(), tensor.size() * sizeof(float));
  }
  return RunOne(options, path, tensor, classifier);
}

int Run(const Options& options) {
  for (const std::string& path : {options.out, options.preprocessed}) {
    if (!path.empty()) std::ofstream(path, std::ios::trunc);
  }
  const Result<std::unique_ptr<Classifier>> classifier = Open(options);
  if (!classifier.ok()) return Fail(classifier.error());
  for (const std::string& path : options.frames) {
    if (Error error = RunPhoto(options, path, classifier.value().get())) return Fail(error);
  }
  for (const std::string& path : options.tensors) {
    if (Error error = RunTensor(options, path, classifier.value().get())) return Fail(error);
  }
  return 0;
}

// Resident memory in bytes that belongs to this process alone (no mapped files).
int64_t AnonymousMemory() {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.compare(0, 8, "RssAnon:") == 0) return std::atoll(line.c_str() + 8) * 1024;
  }
  return 0;
}

int64_t HeapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<int64_t>(info.uordblks + info.hblkhd);  // the heap and its large pieces
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Opens the package again and again; prints medians and what the core adds to the runtime.
int Load(const Options& options) {
  std::vector<double> own, hash, build;
  int64_t heap = 0, resident = 0;
  for (int i = 0; i < options.repeat; ++i) {
    const int64_t heap_before = HeapInUse();
    const int64_t resident_before = AnonymousMemory();
    const auto start = std::chrono::steady_clock::now();
    auto package = pocketlens::OpenPackage(options.package);
    if (!package.ok()) return Fail(package.error());
    if (i == 0) resident = AnonymousMemory() - resident_before;
    if (i == 0) heap = HeapInUse() - heap_before;
    const double hash_ms = package.value()->timings.hash_ms;
    pocketlens::SessionSettings settings;
    settings.threads = options.threads;
    auto classifier = Classifier::Open(std::move(package).value(), settings);
    if (!classifier.ok()) return Fail(classifier.error());
    const auto passed = std::chrono::steady_clock::now() - start;
    const double total = std::chrono::duration<double, std::milli>(passed).count();
    hash.push_back(hash_ms);
    build.push_back(classifier.value()->model_build_ms());
    own.push_back(total - hash.back() - build.back());
  }
  std::printf("Model::Build    %8.2f ms (median of %d)\n", Median(build), options.repeat);
  std::printf("core, own share %8.2f ms = %.1f %% of Model::Build\n", Median(own),
              100 * Median(own) / Median(build));
  std::printf("core, hashing   %8.2f ms\n", Median(hash));
  std::printf("core, memory    %8.0f KB on the heap, %.0f KB resident\n",
              static_cast<double>(heap) / 1024, static_cast<double>(resident) / 1024);
  return 0;
}

int HashFiles(const Options& options) {
  for (const std::string& path : options.files) {
    const auto file = pocketlens::ReadPath(path, int64_t{1} << 40);
    if (!file.ok()) return Fail(file.error());
    const auto start = std::chrono::steady_clock::now();
    const std::string hex = pocketlens::Sha256Hex(file.value().data(), file.value().size());
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    std::printf("%s  %s\n", hex.c_str(), path.c_str());
    std::fprintf(stderr, "%.0f MB/s\n",
                 static_cast<double>(file.value().size()) / 1e6 / passed.count());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0)) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  Options options;
  if (!ParseArguments(argc, argv, &options)) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  if (options.command == "run") return Run(options);
  return options.command == "load" ? Load(options) : HashFiles(options);
}
