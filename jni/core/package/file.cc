#include "core/package/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr int64_t kSmallestMapping = 64 * 1024;

Error SystemError(const std::string& name, int number) {
  const ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::missing_file
                         : number == ENOMEM                    ? ErrorCode::out_of_memory
                                                               : ErrorCode::unreadable_file;
  return {code, name + ": " + std::strerror(number) + "."};
}

Error LinkError(const std::string& shown) {
  return {ErrorCode::path_outside_package,
          shown + " is a symbolic link. Put the file itself into the package."};
}

class OwnedBytes : public Bytes {
 public:
  explicit OwnedBytes(std::vector<uint8_t> bytes) : bytes_(std::move(bytes)) {
    data_ = bytes_.data();
    size_ = bytes_.size();
  }

 private:
  std::vector<uint8_t> bytes_;
};

class ViewBytes : public Bytes {
 public:
  ViewBytes(std::shared_ptr<const Bytes> whole, size_t offset, size_t size)
      : whole_(std::move(whole)) {
    data_ = whole_->data() + offset;
    size_ = size;
  }
  bool Unchanged() const override { return whole_->Unchanged(); }

 private:
  std::shared_ptr<const Bytes> whole_;
};

bool Same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// A mapped part of a file. The descriptor stays open to see whether the file is written to.
class MappedBytes : public Bytes {
 public:
  MappedBytes(FileDescriptor fd, const struct stat& before, void* base, size_t mapped, size_t skip)
      : fd_(std::move(fd)), before_(before), base_(base), mapped_(mapped) {
    data_ = static_cast<const uint8_t*>(base) + skip;
    size_ = mapped - skip;
  }
  ~MappedBytes() override { munmap(base_, mapped_); }

  bool Unchanged() const override {
    struct stat now = {};
    if (fstat(fd_.get(), &now) != 0) return false;
    if (now.st_size != before_.st_size || !Same(now.st_mtim, before_.st_mtim)) return false;
    // A program can set the modification time back, but not the change time, which also moves when
    // a name of the file is removed: what a writer does with the package it has replaced.
    return Same(now.st_ctim, before_.st_ctim) || now.st_nlink != before_.st_nlink;
  }

 private:
  FileDescriptor fd_;
  struct stat before_;
  void* base_;
  size_t mapped_;
};

Result<std::shared_ptr<const Bytes>> ReadSmall(int fd, int64_t offset, size_t length,
                                               const std::string& name) {
  std::vector<uint8_t> bytes(length);
  size_t done = 0;
  while (done < length) {
    const ssize_t count =
        pread(fd, bytes.data() + done, length - done, offset + static_cast<int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(name, errno);
    if (count == 0) {
      return Error{ErrorCode::unreadable_file, name + " became shorter while it was read."};
    }
    done += static_cast<size_t>(count);
  }
  return MakeBytes(std::move(bytes));
}

Result<std::shared_ptr<const Bytes>> Map(int fd, const struct stat& status, int64_t offset,
                                         size_t length, const std::string& name) {
  const auto page = static_cast<int64_t>(sysconf(_SC_PAGESIZE));
  const int64_t start = offset / page * page;
  const auto skip = static_cast<size_t>(offset - start);
  FileDescriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) return SystemError(name, errno);
  void* base = mmap(nullptr, length + skip, PROT_READ, MAP_PRIVATE, fd, start);
  if (base == MAP_FAILED) return SystemError(name, errno);
  return std::shared_ptr<const Bytes>(
      std::make_shared<MappedBytes>(std::move(copy), status, base, length + skip, skip));
}

// The whole of an open file, which must be a regular one.
Result<std::shared_ptr<const Bytes>> ReadWhole(int fd, int64_t largest, const std::string& name) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return SystemError(name, errno);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::unreadable_file, name + " is not a regular file."};
  }
  if (status.st_size > largest) {
    return Error{ErrorCode::too_large, name + " has " + std::to_string(status.st_size) +
                                           " bytes, at most " + std::to_string(largest) +
                                           " are allowed."};
  }
  return ReadDescriptor(fd, 0, status.st_size, name);
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

std::shared_ptr<const Bytes> MakeBytes(std::vector<uint8_t> bytes) {
  return std::make_shared<OwnedBytes>(std::move(bytes));
}

std::shared_ptr<const Bytes> MakeView(std::shared_ptr<const Bytes> whole, size_t offset,
                                      size_t size) {
  return std::make_shared<ViewBytes>(std::move(whole), offset, size);
}

Result<std::shared_ptr<const Bytes>> ReadDescriptor(int fd, int64_t offset, int64_t length,
                                                    const std::string& name) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return SystemError(name, errno);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::unreadable_file, name + " is not a regular file."};
  }
  if (offset < 0 || length < 0 || offset > status.st_size || length > status.st_size - offset) {
    return Error{ErrorCode::unreadable_file,
                 name + " has " + std::to_string(status.st_size) + " bytes; " +
                     std::to_string(length) + " bytes from " + std::to_string(offset) +
                     " on were asked for."};
  }
  if (static_cast<uint64_t>(length) > std::numeric_limits<size_t>::max() / 2) {
    return Error{ErrorCode::too_large, name + " is larger than this machine can map."};
  }
  const auto size = static_cast<size_t>(length);
  if (length < kSmallestMapping) return ReadSmall(fd, offset, size, name);
  return Map(fd, status, offset, size, name);
}

Result<std::shared_ptr<const Bytes>> ReadPath(const std::string& path, int64_t largest) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return SystemError(path, errno);
  return ReadWhole(fd.get(), largest, path);
}

Result<Folder> Folder::Open(const std::string& path) {
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return SystemError(path, errno);
  return Folder(std::move(fd), path);
}

Result<std::vector<FolderEntry>> Folder::List(size_t most) const {
  const int copy = openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return SystemError(path_, errno);
  const auto close_folder = [](DIR* folder) { closedir(folder); };
  const std::unique_ptr<DIR, decltype(close_folder)> folder(fdopendir(copy), close_folder);
  if (!folder) {
    const int number = errno;
    close(copy);
    return SystemError(path_, number);
  }
  std::vector<FolderEntry> entries;
  errno = 0;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() == most) {
      return Error{ErrorCode::too_large, path_ + " holds more than " + std::to_string(most) +
                                             " files, which is more than a package may."};
    }
    entries.push_back({name, 0});
  }
  if (errno != 0) return SystemError(path_, errno);
  std::sort(entries.begin(), entries.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  for (FolderEntry& entry : entries) {
    if (Error error = Stat(&entry)) return error;
  }
  return entries;
}

Error Folder::Stat(FolderEntry* entry) const {
  const std::string shown = path_ + "/" + Shown(entry->name);
  struct stat status = {};
  if (fstatat(fd_.get(), entry->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemError(shown, errno);
  }
  if (S_ISLNK(status.st_mode)) return LinkError(shown);
  if (!S_ISREG(status.st_mode)) {
    return {ErrorCode::unexpected_file,
            shown + " is no plain file. Take it out: a package holds nothing else."};
  }
  entry->size = status.st_size;
  return {};
}

Result<std::shared_ptr<const Bytes>> Folder::Read(const std::string& name, int64_t largest) const {
  const std::string shown = path_ + "/" + Shown(name);
  const FileDescriptor fd(
      openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ELOOP) return LinkError(shown);
  if (!fd) return SystemError(shown, errno);
  return ReadWhole(fd.get(), largest, shown);
}

Result<PathStatus> LookAt(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return SystemError(path, errno);
  PathStatus out;
  out.kind = S_ISDIR(status.st_mode)   ? PathStatus::folder
             : S_ISREG(status.st_mode) ? PathStatus::file
                                       : PathStatus::other;
  out.device = status.st_dev;
  out.inode = status.st_ino;
  return out;
}

}  // namespace pocketlens
