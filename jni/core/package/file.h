// Files of a package: opened without following links, read once, never opened twice.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"
#include "core/package/sha256.h"

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

// A part of an open regular file, read by pread: what is read lies in memory of our own, so that a
// program that writes to the file later changes nothing, and one that cuts it off makes an error and
// no signal. Copies share the descriptor.
class FileRange {
 public:
  // `length` bytes from `offset` of a descriptor, which is closed with the last copy of the range.
  // `name` is for messages. unreadable_file when the file is no regular one or does not hold them.
  static Result<FileRange> Make(FileDescriptor fd, int64_t offset, int64_t length,
                                std::string name);

  int64_t size() const { return size_; }

  // `size` bytes from `offset` of this range, which must lie inside; under a name of its own.
  FileRange Part(int64_t offset, int64_t size, std::string name) const;

  // All of it. The bytes also go into `hash`, unless that is null, piece by piece while they are in
  // the processor's cache. unreadable_file when the file has become shorter, too_large.
  Result<Bytes> Read(Sha256* hash = nullptr) const;

 private:
  FileRange(std::shared_ptr<const FileDescriptor> fd, int64_t offset, int64_t size,
            std::string name)
      : fd_(std::move(fd)), offset_(offset), size_(size), name_(std::move(name)) {}

  // Reads `size` bytes from `at` of the file.
  Error ReadPiece(int64_t at, uint8_t* to, size_t size) const;

  std::shared_ptr<const FileDescriptor> fd_;
  int64_t offset_;
  int64_t size_;
  std::string name_;
};

// A whole regular file that may be reached through links. missing_file, unreadable_file, too_large.
Result<FileRange> OpenPath(const std::string& path, int64_t largest);
Result<Bytes> ReadPath(const std::string& path, int64_t largest);

// Whether a name in a folder is one that Finder or Windows leaves there: .DS_Store, ._*, Thumbs.db,
// desktop.ini.
bool IsLitter(const std::string& name);

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
  Result<FileRange> OpenFile(const std::string& name, int64_t largest) const;

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
  timespec changed = {};  // tells it from another that took over its inode's number

  bool operator==(const PathStatus& o) const {
    return kind == o.kind && device == o.device && inode == o.inode &&
           changed.tv_sec == o.changed.tv_sec && changed.tv_nsec == o.changed.tv_nsec;
  }
};
// missing_file or unreadable_file when the path cannot be looked at.
Result<PathStatus> LookAt(const std::string& path);

}  // namespace pocketlens
