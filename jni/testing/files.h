// Files and folders of native tests.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/package/file.h"

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

// A text as an open file that lies in memory.
FileRange RangeOf(const std::string& text);

}  // namespace pocketlens::testing
