#include "testing/files.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace pocketlens::testing {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::cerr << what << std::endl;
  std::abort();
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "pocketlens-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) Die("no temporary folder can be made");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) Die(path + " cannot be written");
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die(path + " cannot be read; tests run in the repository's root");
  return {std::istreambuf_iterator<char>(file), {}};
}

FileRange RangeOf(const std::string& text) {
  FileDescriptor fd(memfd_create("range", MFD_CLOEXEC));
  if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    Die("no file in memory can be written");
  }
  return FileRange::Make(std::move(fd), 0, static_cast<int64_t>(text.size()), "a text").value();
}

}  // namespace pocketlens::testing
