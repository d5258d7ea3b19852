#include "testing/files.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/package/file.h"

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

std::shared_ptr<const Bytes> BytesOf(const std::string& text) {
  return MakeBytes({text.begin(), text.end()});
}

}  // namespace pocketlens::testing
