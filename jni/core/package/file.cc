#include "core/package/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr size_t kPiece = 256 * 1024;  // stays in the cache until it is hashed

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

// The whole of an open file, which must be a regular one.
Result<FileRange> Whole(FileDescriptor fd, int64_t largest, const std::string& name) {
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) return SystemError(name, errno);
  if (S_ISREG(status.st_mode) && status.st_size > largest) {
    return Error{ErrorCode::too_large, name + " has " + std::to_string(status.st_size) +
                                           " bytes, at most " + std::to_string(largest) +
                                           " are allowed."};
  }
  return FileRange::Make(std::move(fd), 0, status.st_size, name);
}

}  // namespace

bool IsLitter(const std::string& name) {
  return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini" ||
         name.compare(0, 2, "._") == 0;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

Result<FileRange> FileRange::Make(FileDescriptor fd, int64_t offset, int64_t length,
                                  std::string name) {
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) return SystemError(name, errno);
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::unreadable_file, name + " is not a regular file."};
  }
  if (offset < 0 || length < 0 || offset > status.st_size || length > status.st_size - offset) {
    return Error{ErrorCode::unreadable_file,
                 name + " has " + std::to_string(status.st_size) + " bytes; " +
                     std::to_string(length) + " bytes from " + std::to_string(offset) +
                     " on were asked for."};
  }
  return FileRange(std::make_shared<const FileDescriptor>(std::move(fd)), offset, length,
                   std::move(name));
}

FileRange FileRange::Part(int64_t offset, int64_t size, std::string name) const {
  return {fd_, offset_ + offset, size, std::move(name)};
}

Result<Bytes> FileRange::Read(Sha256* hash) const {
  if (static_cast<uint64_t>(size_) > std::numeric_limits<size_t>::max() / 2) {
    return Error{ErrorCode::too_large, name_ + " is larger than this machine's memory can be."};
  }
  const auto size = static_cast<size_t>(size_);
  Bytes bytes(size);
  for (size_t done = 0; done < size;) {
    const size_t piece = std::min(size - done, kPiece);
    if (Error error = ReadPiece(offset_ + static_cast<int64_t>(done), bytes.data() + done, piece)) {
      return error;
    }
    if (hash != nullptr) hash->Update(bytes.data() + done, piece);
    done += piece;
  }
  return Result<Bytes>(std::move(bytes));
}

Error FileRange::ReadPiece(int64_t at, uint8_t* to, size_t size) const {
  for (size_t done = 0; done < size;) {
    const auto from = static_cast<off_t>(at + static_cast<int64_t>(done));
    const ssize_t count = pread(fd_->get(), to + done, size - done, from);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(name_, errno);
    if (count == 0) {
      return {ErrorCode::unreadable_file, name_ + " became shorter while it was read."};
    }
    done += static_cast<size_t>(count);
  }
  return {};
}

Result<FileRange> OpenPath(const std::string& path, int64_t largest) {
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return SystemError(path, errno);
  return Whole(std::move(fd), largest, path);
}

Result<Bytes> ReadPath(const std::string& path, int64_t largest) {
  const Result<FileRange> file = OpenPath(path, largest);
  if (!file.ok()) return file.error();
  return file.value().Read();
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
    if (name == "." || name == ".." || IsLitter(name)) continue;
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

Result<FileRange> Folder::OpenFile(const std::string& name, int64_t largest) const {
  const std::string shown = path_ + "/" + Shown(name);
  FileDescriptor fd(
      openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ELOOP) return LinkError(shown);
  if (!fd) return SystemError(shown, errno);
  return Whole(std::move(fd), largest, shown);
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
  out.changed = status.st_ctim;
  return out;
}

}  // namespace pocketlens
