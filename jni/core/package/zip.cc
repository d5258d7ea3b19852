#include "core/package/zip.h"

#include <algorithm>
#include <set>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr int64_t kLocalHeader = 30;
constexpr int64_t kDirectoryHeader = 46;
constexpr int64_t kEndRecord = 22;
constexpr int64_t kLargestEntry = kDirectoryHeader + 3 * 0xffff;  // in the directory
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kDirectorySignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint16_t kEncryptedFlag = 1 << 0;
constexpr uint16_t kUtf8Flag = 1 << 11;
// Zips that Finder, Windows or `zip -r` made of a package's folder are whole and not plain.
constexpr char kAdvice[] =
    "A package's zip holds plain files, stored. `python -m tools repack` makes one of any zip or "
    "folder that holds a package.";
constexpr uint32_t kZip64Marker = 0xffffffff;
constexpr int64_t kLargestArchive = 0xffffffff;
constexpr uint32_t kModeType = 0170000;
constexpr uint32_t kModeLink = 0120000;
constexpr uint32_t kModeRegular = 0100000;

uint16_t Read16(const uint8_t* p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }
uint32_t Read32(const uint8_t* p) {
  return static_cast<uint32_t>(Read16(p)) | static_cast<uint32_t>(Read16(p + 2)) << 16;
}

// The fields that a local header and the directory's header have in common, in this order.
struct Common {
  uint16_t flags, method;
  uint32_t crc32, stored_size, size;
  uint16_t name_length, extra_length;

  // `p` stands at the flags.
  static Common Read(const uint8_t* p) {
    return {Read16(p),      Read16(p + 2),  Read32(p + 8), Read32(p + 12),
            Read32(p + 16), Read16(p + 20), Read16(p + 22)};
  }
  bool operator==(const Common& o) const {
    return flags == o.flags && method == o.method && crc32 == o.crc32 &&
           stored_size == o.stored_size && size == o.size && name_length == o.name_length;
  }
};

// One entry while the archive is read.
struct Entry {
  std::string name;
  Common common = {};
  int64_t begin = 0;  // of the local header
  int64_t start = 0;  // of the data
};

class Reader {
 public:
  Reader(const FileRange& archive, size_t most, const std::string& path)
      : archive_(archive), most_(most), path_(path) {}

  Result<std::vector<ZipEntry>> Read() {
    if (Error error = ReadEnd()) return error;
    if (Error error = ReadDirectory()) return error;
    if (Error error = LocateEntries()) return error;
    std::vector<ZipEntry> out;
    for (const Entry& entry : entries_) {
      const std::string shown = path_ + "/" + Shown(entry.name);
      out.push_back({entry.name, archive_.Part(entry.start, entry.common.size, shown)});
    }
    return out;
  }

 private:
  Error Bad(const std::string& what) const {
    return {ErrorCode::bad_archive, path_ + ": " + what + ". " + kAdvice};
  }

  Result<Bytes> ReadPart(int64_t offset, int64_t size) const {
    return archive_.Part(offset, size, path_).Read();
  }

  // The end record must be the last 22 bytes, so there is no comment to hide anything in.
  Error ReadEnd() {
    const int64_t size = archive_.size();
    if (size < kEndRecord || size > kLargestArchive) {
      return Bad("it has " + std::to_string(size) + " bytes");
    }
    const Result<Bytes> record = ReadPart(size - kEndRecord, kEndRecord);
    if (!record.ok()) return record.error();
    const uint8_t* end = record.value().data();
    if (Read32(end) != kEndSignature) return Bad("no end record stands at its end");
    if (Read16(end + 4) != 0 || Read16(end + 6) != 0) return Bad("it spans several disks");
    count_ = Read16(end + 8);
    if (Read16(end + 10) != count_) return Bad("its two entry counts differ");
    if (Read16(end + 20) != 0) return Bad("it carries a comment");
    const uint32_t length = Read32(end + 12);
    directory_ = Read32(end + 16);
    if (directory_ > size - kEndRecord || length != size - kEndRecord - directory_) {
      return Bad("its directory does not end where the end record begins");
    }
    directory_length_ = length;
    if (count_ > most_) {
      return {ErrorCode::too_large, path_ + " holds " + std::to_string(count_) +
                                        " files, at most " + std::to_string(most_) +
                                        " are allowed."};
    }
    return {};
  }

  Error ReadDirectory() {
    if (directory_length_ > static_cast<int64_t>(count_) * kLargestEntry) {
      return Bad("its directory does not end with its last entry");
    }
    const Result<Bytes> directory = ReadPart(directory_, directory_length_);
    if (!directory.ok()) return directory.error();
    int64_t position = 0;
    for (size_t i = 0; i < count_; ++i) {
      if (Error error = ReadEntry(directory.value().data(), &position)) return error;
    }
    if (position == directory_length_) return {};
    return Bad("its directory does not end with its last entry");
  }

  Error ReadEntry(const uint8_t* directory, int64_t* position) {
    if (directory_length_ - *position < kDirectoryHeader) return Bad("its directory is cut off");
    const uint8_t* header = directory + *position;
    if (Read32(header) != kDirectorySignature) return Bad("its directory is damaged");
    Entry entry;
    entry.common = Common::Read(header + 8);
    const int64_t length = kDirectoryHeader + entry.common.name_length +
                           entry.common.extra_length + Read16(header + 32);
    if (directory_length_ - *position < length) return Bad("its directory is cut off");
    const auto* name = reinterpret_cast<const char*>(header + kDirectoryHeader);
    entry.name.assign(name, entry.common.name_length);
    if (Error error = CheckName(entry.name, Read32(header + 38) >> 16)) return error;
    if (Error error = CheckCommon(entry)) return error;
    entry.begin = Read32(header + 42);
    if (entry.begin == kZip64Marker || Read16(header + 34) != 0) {
      return Bad(Shown(entry.name) + " needs zip64 or another disk");
    }
    if (!names_.insert(entry.name).second) return Bad("it holds " + Shown(entry.name) + " twice");
    entries_.push_back(std::move(entry));
    *position += length;
    return {};
  }

  // `mode`: the Unix file mode, 0 where the archive was made elsewhere.
  Error CheckName(const std::string& name, uint32_t mode) {
    if (IsPath(name)) {
      return {ErrorCode::path_outside_package,
              path_ + " holds an entry named " + Shown(name) +
                  ", which lies in a folder or elsewhere. " + kAdvice};
    }
    const uint32_t type = mode & kModeType;
    if (type == kModeLink) {
      return {ErrorCode::path_outside_package,
              path_ + ": " + Shown(name) + " is a symbolic link. Put the file itself in."};
    }
    if (type != 0 && type != kModeRegular) return Bad(Shown(name) + " is no plain file");
    return {};
  }

  Error CheckCommon(const Entry& entry) const {
    const Common& common = entry.common;
    if ((common.flags & kEncryptedFlag) != 0) return Bad(Shown(entry.name) + " is encrypted");
    if (common.method != 0) return Bad(Shown(entry.name) + " is compressed");
    if ((common.flags & ~kUtf8Flag) != 0) {
      return Bad(Shown(entry.name) + " is written as a stream or in a way that is not known");
    }
    if (common.stored_size != common.size || common.size == kZip64Marker) {
      return Bad(Shown(entry.name) + " has two sizes or needs zip64");
    }
    return {};
  }

  // Follows the local headers, which lie end to end from the first byte to the directory.
  Error LocateEntries() {
    std::vector<Entry*> order;
    for (Entry& entry : entries_) order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(),
                     [](const Entry* a, const Entry* b) { return a->begin < b->begin; });
    int64_t at = 0;
    for (Entry* entry : order) {
      if (entry->begin != at) {
        return Bad(Shown(entry->name) + " does not lie where the file before it ends");
      }
      if (Error error = ReadLocal(entry)) return error;
      at = entry->start + entry->common.size;
    }
    if (at != directory_) return Bad("it holds bytes that belong to no file");
    return {};
  }

  Error ReadLocal(Entry* entry) const {
    const Common& common = entry->common;
    const int64_t length = kLocalHeader + common.name_length;
    if (directory_ - entry->begin < length) return Bad("it is cut off");
    const Result<Bytes> bytes = ReadPart(entry->begin, length);
    if (!bytes.ok()) return bytes.error();
    const uint8_t* header = bytes.value().data();
    const Common local = Common::Read(header + 6);
    entry->start = entry->begin + kLocalHeader + local.name_length + local.extra_length;
    if (entry->start > directory_ || directory_ - entry->start < common.size) {
      return Bad(Shown(entry->name) + " goes beyond the files' part");
    }
    const auto* name = reinterpret_cast<const char*>(header + kLocalHeader);
    if (Read32(header) != kLocalSignature || !(local == common) ||
        entry->name.compare(0, std::string::npos, name, local.name_length) != 0) {
      return Bad(Shown(entry->name) + " is described in two different ways");
    }
    return {};
  }

  const FileRange& archive_;
  size_t most_;
  const std::string& path_;
  size_t count_ = 0;
  int64_t directory_ = 0;  // where it begins
  int64_t directory_length_ = 0;
  std::set<std::string> names_;
  std::vector<Entry> entries_;
};

}  // namespace

Result<std::vector<ZipEntry>> ReadZip(const FileRange& archive, size_t most,
                                      const std::string& path) {
  return Reader(archive, most, path).Read();
}

bool IsPath(const std::string& name) {
  return name.empty() || name == "." || name == ".." ||
         name.find_first_of(std::string("/\\:\0", 4)) != std::string::npos;
}

}  // namespace pocketlens
