// A package folder. The input is a text that lists what lies in it:
//
//     #file model.json
//     {"format": …, "files": {"labels.csv": {"size": @labels.csv, …
//     #link labels.csv
//     /etc/passwd
//     #folder sub
//
// What follows a line `#file NAME` up to the next such line is the file's bytes, without the last
// line end. `@NAME` in the manifest becomes that file's length, so that a change of one byte does
// not end at a wrong size. The folder lies in memory (/dev/shm).
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/package_checks.h"

namespace {

constexpr size_t kMostParts = 24;

struct Part {
  std::string kind;  // file, link or folder
  std::string name;
  std::string bytes;
};

// The next line that begins a part at or after `from`; npos when there is none.
size_t NextHeader(std::string_view text, size_t from) {
  while (from < text.size()) {
    if (text[from] == '#') return from;
    const size_t end = text.find('\n', from);
    if (end == std::string_view::npos) break;
    from = end + 1;
  }
  return std::string_view::npos;
}

std::vector<Part> Split(std::string_view text) {
  std::vector<Part> parts;
  size_t at = NextHeader(text, 0);
  while (at != std::string_view::npos && parts.size() < kMostParts) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at + 1, line_end - at - 1);
    const size_t space = std::min(line.find(' '), line.size());
    Part part;
    part.kind = line.substr(0, space);
    part.name = line.substr(std::min(space + 1, line.size()));
    const size_t begin = std::min(line_end + 1, text.size());
    at = NextHeader(text, begin);
    std::string_view bytes = text.substr(begin, std::min(at, text.size()) - begin);
    if (!bytes.empty() && bytes.back() == '\n') bytes.remove_suffix(1);
    part.bytes = bytes;
    parts.push_back(part);
  }
  return parts;
}

// Every `@NAME` of the manifest becomes the length of the part with this name.
void FillInSizes(std::vector<Part>* parts) {
  for (Part& manifest : *parts) {
    if (manifest.name != "model.json") continue;
    for (const Part& part : *parts) {
      const std::string mark = "@" + part.name;
      const std::string size = std::to_string(part.bytes.size());
      size_t at = manifest.bytes.find(mark);
      for (int times = 0; part.name.size() > 2 && at != std::string::npos && times < 8; ++times) {
        manifest.bytes.replace(at, mark.size(), size);
        at = manifest.bytes.find(mark, at);
      }
    }
  }
}

// A name that the file system can hold in this folder.
bool CanBe(const std::string& name) {
  return !name.empty() && name.size() < 200 && name != "." && name != ".." &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

void Write(const std::string& folder, const Part& part) {
  const std::string path = folder + "/" + part.name;
  struct stat there = {};
  if (!CanBe(part.name) || lstat(path.c_str(), &there) == 0) return;  // writing to a pipe waits
  if (part.kind == "link") {
    if (symlink(part.bytes.c_str(), path.c_str()) != 0) return;
  } else if (part.kind == "folder") {
    mkdir(path.c_str(), 0700);
  } else if (part.kind == "pipe") {
    mkfifo(path.c_str(), 0600);
  } else {
    std::ofstream(path, std::ios::binary) << part.bytes;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string folder = "/dev/shm/folder_fuzz-" + std::to_string(getpid());
  std::vector<Part> parts = Split({reinterpret_cast<const char*>(data), size});
  FillInSizes(&parts);
  mkdir(folder.c_str(), 0700);
  for (const Part& part : parts) Write(folder, part);
  pocketlens::PackageOptions options;
  options.check_hashes = false;
  pocketlens::fuzz::CheckPackage(pocketlens::OpenPackage(folder, options));
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return 0;
}
