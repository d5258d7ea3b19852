// Files and folders of native tests.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/package/package.h"

namespace pocketlens::testing {

// A folder that is removed with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Writes or reads a whole file; a failure ends the test program.
void WriteFile(const std::string& path, const std::string& bytes);
std::string ReadFile(const std::string& path);

// A text's bytes as Bytes.
std::shared_ptr<const Bytes> BytesOf(const std::string& text);

}  // namespace pocketlens::testing
