// Files of a package: opened without following links, mapped or read whole, never opened twice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"

namespace pocketlens {

// An open file descriptor that is closed with this object.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Owned memory as Bytes.
std::shared_ptr<const Bytes> MakeBytes(std::vector<uint8_t> bytes);

// `size` bytes from `offset` of `whole`, which it keeps alive. The range must lie inside.
std::shared_ptr<const Bytes> MakeView(std::shared_ptr<const Bytes> whole, size_t offset,
                                      size_t size);

// `length` bytes from `offset` of an open regular file, mapped (or, below 64 KB, read). The
// descriptor is not closed and need not stay open. `name` is for messages.
Result<std::shared_ptr<const Bytes>> ReadDescriptor(int fd, int64_t offset, int64_t length,
                                                    const std::string& name);

// A whole regular file that may be reached through links. missing_file, unreadable_file, too_large.
Result<std::shared_ptr<const Bytes>> ReadPath(const std::string& path, int64_t largest);

// One file of a folder.
struct FolderEntry {
  std::string name;
  int64_t size = 0;
};

// A folder of plain files, held open so that renaming it cannot mix two packages.
class Folder {
 public:
  static Result<Folder> Open(const std::string& path);

  // All files, sorted by the bytes of their names. More than `most` entries are too_large, a link is
  // path_outside_package, anything but a regular file unexpected_file.
  Result<std::vector<FolderEntry>> List(size_t most) const;

  // A file of this folder, which must be a regular file and no link (path_outside_package).
  Result<std::shared_ptr<const Bytes>> Read(const std::string& name, int64_t largest) const;

 private:
  Folder(FileDescriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  // Fills in an entry's size and refuses what is no plain file.
  Error Stat(FolderEntry* entry) const;

  FileDescriptor fd_;
  std::string path_;
};

// What stands at a path: kind and identity, to see whether it has been replaced.
struct PathStatus {
  enum Kind { nothing, folder, file, other } kind = nothing;
  uint64_t device = 0;
  uint64_t inode = 0;

  bool operator==(const PathStatus& o) const {
    return kind == o.kind && device == o.device && inode == o.inode;
  }
};
// missing_file or unreadable_file when the path cannot be looked at.
Result<PathStatus> LookAt(const std::string& path);

}  // namespace pocketlens
