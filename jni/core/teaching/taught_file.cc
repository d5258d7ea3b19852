#include "core/teaching/taught_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>  // NOLINT: kill() is POSIX's
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string_view>

#include "core/package/sha256.h"
#include "core/package/tables.h"
#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr std::string_view kMagic = "PLTAUGHT";
constexpr uint32_t kVersion = 1;
constexpr size_t kHash = 32;
constexpr size_t kHeader = 24 + kHash;  // magic, version, rows, labels, 0, identity of the vectors
constexpr size_t kLongestMid = 104;
constexpr std::string_view kOwn = "own/";
constexpr size_t kLongestSlug = 80;

Error Bad(const std::string& what) {
  return {ErrorCode::bad_taught, "The file of taught labels " + what + "."};
}

// Numbers and texts of a file from front to end; `short_` once it holds less than was asked for.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view Take(size_t count) {
    if (count > rest_.size()) {
      short_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  template <class Whole>
  Whole Number() {
    Whole value = 0;
    const std::string_view taken = Take(sizeof value);
    if (!short_) std::memcpy(&value, taken.data(), sizeof value);
    return value;
  }
  bool is_short() const { return short_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool short_ = false;
};

template <class Whole>
void Put(Whole value, std::string* out) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out->append(bytes, sizeof value);
}

// Mid, name and pictures of one label.
Error ReadLabel(Reader* reader, size_t rows, TaughtLabel* label) {
  const size_t mid = reader->Number<uint16_t>(), name = reader->Number<uint16_t>();
  const size_t pictures = reader->Number<uint16_t>(), zero = reader->Number<uint16_t>();
  if (reader->is_short()) return Bad("is cut off");
  if (mid > kLongestMid || name > kLongestTaughtName || zero != 0 || pictures == 0 ||
      pictures > kMostTaughtPictures) {
    return Bad("has a label with a size that it cannot have");
  }
  label->mid = reader->Take(mid);
  label->name = reader->Take(name);
  for (size_t i = 0; i < pictures; ++i) {
    const std::string_view steps = reader->Take(rows);
    if (reader->is_short()) return Bad("is cut off");
    Vector picture(rows);
    std::memcpy(picture.data(), steps.data(), rows);
    const auto good = [](int8_t step) { return step >= -127; };
    const auto zeros = [](int8_t step) { return step == 0; };
    if (!std::all_of(picture.begin(), picture.end(), good) ||
        std::all_of(picture.begin(), picture.end(), zeros)) {
      return Bad("has a picture that cannot be one");
    }
    label->pictures.push_back(std::move(picture));
  }
  if (const Error error = CheckTaughtLabel(label->mid, label->name)) {
    return Bad("has a label that cannot be one: " + error.message);
  }
  return {};
}

constexpr std::string_view kDraft = ".tmp-";  // and the process's id, '-' and a number

// Removes the drafts of this file that killed processes have left; what cannot be looked through or
// removed stays.
void RemoveLeftDrafts(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "./" : path.substr(0, slash + 1);
  const std::string start =
      path.substr(slash == std::string::npos ? 0 : slash + 1) + std::string(kDraft);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
  if (!entries) return;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name.compare(0, start.size(), start) != 0) continue;
    const long process = std::strtol(name.c_str() + start.size(), nullptr, 10);
    const bool gone = process > 0 && kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
    if (gone) unlink((folder + name).c_str());
  }
}

}  // namespace

Result<std::vector<TaughtLabel>> ReadTaught(const Bytes& bytes, const Embedding& space) {
  if (static_cast<int64_t>(bytes.size()) > kLargestTaught) {
    return Error{ErrorCode::too_large, "The file of taught labels has " +
                                           std::to_string(bytes.size()) + " bytes, at most " +
                                           std::to_string(kLargestTaught) + " are allowed."};
  }
  Reader reader(bytes.text());
  if (reader.Take(kMagic.size()) != kMagic) {
    return Bad("does not begin as one does: it is another kind of file");
  }
  const auto version = reader.Number<uint32_t>();
  if (!reader.is_short() && version != kVersion) {
    return Error{ErrorCode::unknown_format_version,
                 "The file of taught labels has the format version " + std::to_string(version) +
                     ", this reader knows 1. A newer Pocketlens may know more."};
  }
  const auto rows = reader.Number<uint32_t>(), count = reader.Number<uint32_t>();
  const auto zero = reader.Number<uint32_t>();
  const std::string_view id = reader.Take(kHash);
  if (reader.is_short() || bytes.size() < kHeader + kHash) return Bad("is cut off");
  const size_t end = bytes.size() - kHash;
  Sha256 hash;
  hash.Update(bytes.data(), end);
  const auto found = hash.Finish();
  if (std::memcmp(found.data(), bytes.data() + end, kHash) != 0) {
    return Bad("has been changed or damaged: its hash is another one");
  }
  std::array<uint8_t, kHash> told;
  std::memcpy(told.data(), id.data(), kHash);
  if (HexText(told) != space.id || rows != static_cast<uint32_t>(space.rows())) {
    return Error{ErrorCode::other_embedding,
                 "These labels were taught with another model (" + HexText(told).substr(0, 12) +
                     ") than the package's (" + space.id.substr(0, 12) +
                     "). Open the package that they were taught with, or teach them again."};
  }
  if (zero != 0 || count > kMostTaughtLabels) return Bad("has a size that it cannot have");
  Reader body(bytes.text().substr(kHeader, end - kHeader));
  std::vector<TaughtLabel> labels(count);
  std::set<std::string> seen;
  for (TaughtLabel& label : labels) {
    if (Error error = ReadLabel(&body, rows, &label)) return error;
    if (!seen.insert(label.mid).second) return Bad("has the label " + Shown(label.mid) + " twice");
  }
  if (!body.at_end()) return Bad("is longer than it says");
  return labels;
}

std::string WriteTaught(const TaughtState& state, const Embedding& space) {
  std::string out(kMagic);
  Put(kVersion, &out);
  Put(static_cast<uint32_t>(space.rows()), &out);
  Put(static_cast<uint32_t>(state.labels.size()), &out);
  Put(uint32_t{0}, &out);
  for (size_t i = 0; i < kHash; ++i) {
    const std::string digits = space.id.substr(2 * i, 2);
    out.push_back(static_cast<char>(std::stoi(digits, nullptr, 16)));
  }
  for (const auto& label : state.labels) {
    Put(static_cast<uint16_t>(label->mid.size()), &out);
    Put(static_cast<uint16_t>(label->name.size()), &out);
    Put(static_cast<uint16_t>(label->pictures.size()), &out);
    Put(uint16_t{0}, &out);
    out += label->mid + label->name;
    for (const Vector& picture : label->pictures) {
      out.append(reinterpret_cast<const char*>(picture.data()), picture.size());
    }
  }
  Sha256 hash;
  hash.Update(out.data(), out.size());
  const auto found = hash.Finish();
  out.append(reinterpret_cast<const char*>(found.data()), found.size());
  return out;
}

Error CheckTaughtLabel(const std::string& mid, const std::string& name) {
  if (!IsMid(mid)) {
    return {ErrorCode::bad_taught_label,
            "The id " + Shown(mid) + " cannot be used. Use own/ and small letters, digits, '-' and "
                                     "'_', or the MID of a label of the package."};
  }
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  if (name.empty() || name.size() > kLongestTaughtName || !IsUtf8(name) || name.front() == ' ' ||
      name.back() == ' ' || std::any_of(name.begin(), name.end(), control)) {
    return {ErrorCode::bad_taught_label,
            "The name " + Shown(name) + " cannot be used. A name has 1 to " +
                std::to_string(kLongestTaughtName) +
                " bytes, no space at its ends and no control characters."};
  }
  return {};
}

std::string OwnMid(const std::string& name) {
  std::string slug;
  bool others = false;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    others = others || (static_cast<unsigned char>(c) & 0x80) != 0;
    if (capital || plain) {
      slug += capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (slug.empty() || others || slug.size() > kLongestSlug) {
    slug = slug.substr(0, kLongestSlug) + (slug.empty() ? "" : "-") +
           Sha256Hex(name.data(), name.size()).substr(0, 8);
  }
  return std::string(kOwn) + slug;
}

Error WriteWhole(const std::string& path, const std::string& bytes) {
  const auto failed = [&](const char* what) -> Error {
    return {ErrorCode::cannot_write, path + " cannot be written: " + what + "."};
  };
  static std::atomic<unsigned> written{0};
  const std::string draft =
      path + std::string(kDraft) + std::to_string(getpid()) + "-" + std::to_string(++written);
  const FileDescriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return failed(std::strerror(errno));
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = write(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  if (done < bytes.size() || fsync(file.get()) != 0 ||
      std::rename(draft.c_str(), path.c_str()) != 0) {
    Error error = failed(std::strerror(errno));
    unlink(draft.c_str());
    return error;
  }
  RemoveLeftDrafts(path);
  return {};
}

}  // namespace pocketlens
