#include "core/package/zip.h"

#include <gtest/gtest.h>

#include "testing/files.h"

namespace pocketlens {
namespace {

// An archive made field by field; a test changes one before Build().
struct Archive {
  struct Entry {
    std::string name = "a.txt", data = "hello", local_name = "a.txt", extra, comment;
    uint16_t flags = 0, local_flags = 0, method = 0, disk = 0;
    uint32_t size = 5, stored = 5, local_size = 5, crc = 7, local_crc = 7, mode = 0100644;
    int64_t offset = -1;  // -1: where it really is
  };

  std::vector<Entry> entries{Entry{}};
  std::string before, between, after_directory, comment;
  int count = -1, other_count = -1;
  uint16_t disk = 0;
  int64_t directory_size = -1, directory_offset = -1;

  static std::string U16(uint32_t v) { return {static_cast<char>(v), static_cast<char>(v >> 8)}; }
  static std::string U32(uint32_t v) { return U16(v & 0xffff) + U16(v >> 16); }

  static std::string Common(uint16_t flags, uint16_t method, uint32_t crc, uint32_t stored,
                            uint32_t size, size_t name, size_t extra) {
    return U16(20) + U16(flags) + U16(method) + U32(0x00210000) + U32(crc) + U32(stored) +
           U32(size) + U16(static_cast<uint32_t>(name)) + U16(static_cast<uint32_t>(extra));
  }

  FileRange Build() const {
    std::string out = before, directory;
    for (const Entry& e : entries) {
      const auto offset = e.offset < 0 ? static_cast<uint32_t>(out.size())
                                       : static_cast<uint32_t>(e.offset);
      out += "PK\3\4" +
             Common(e.local_flags, e.method, e.local_crc, e.stored, e.local_size,
                    e.local_name.size(), e.extra.size()) +
             e.local_name + e.extra + e.data;
      directory += "PK\1\2" + U16(20 | 3 << 8) +
                   Common(e.flags, e.method, e.crc, e.stored, e.size, e.name.size(), 0) +
                   U16(static_cast<uint32_t>(e.comment.size())) + U16(e.disk) + U16(0) +
                   U32(e.mode << 16) + U32(offset) + e.name + e.comment;
    }
    out += between;
    const size_t start = out.size();
    directory += after_directory;
    const auto n = static_cast<uint32_t>(count < 0 ? static_cast<int>(entries.size()) : count);
    out += directory + "PK\5\6" + U16(disk) + U16(0) + U16(n) +
           U16(other_count < 0 ? n : static_cast<uint32_t>(other_count)) +
           U32(static_cast<uint32_t>(directory_size < 0 ? static_cast<int64_t>(directory.size())
                                                         : directory_size)) +
           U32(static_cast<uint32_t>(directory_offset < 0 ? static_cast<int64_t>(start)
                                                           : directory_offset)) +
           U16(static_cast<uint32_t>(comment.size())) + comment;
    return testing::RangeOf(out);
  }
};

ErrorCode CodeOf(const Archive& archive, size_t most = 4) {
  const auto entries = ReadZip(archive.Build(), most, "test.zip");
  return entries.ok() ? ErrorCode::ok : entries.error().code;
}

// What a change of the first entry leads to.
template <class Change>
ErrorCode After(const Change& change) {
  Archive archive;
  change(&archive.entries[0]);
  return CodeOf(archive);
}

TEST(Zip, ReadsStoredEntries) {
  Archive archive;
  Archive::Entry second;
  second.name = second.local_name = "b.bin";
  second.data = std::string("\0\1\2", 3);
  second.size = second.stored = second.local_size = 3;
  second.extra = std::string("\x35\xd9\x06\0\x40\0\0\0\0\0", 10);  // alignment, as the writer does it
  archive.entries.push_back(second);
  const auto entries = ReadZip(archive.Build(), 2, "test.zip");
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  ASSERT_EQ(entries.value().size(), 2u);
  EXPECT_EQ(entries.value()[0].name, "a.txt");
  EXPECT_EQ(entries.value()[0].range.size(), 5);
  EXPECT_EQ(entries.value()[0].range.Read().value().text(),
            "hello");
  EXPECT_EQ(entries.value()[1].range.Read().value().data()[2], 2);
}

TEST(Zip, AnEmptyArchiveIsOne) {
  Archive archive;
  archive.entries.clear();
  EXPECT_EQ(CodeOf(archive), ErrorCode::ok);
}

TEST(Zip, EveryCutAndEveryExtraByteIsRefused) {
  const Bytes whole = Archive().Build().Read().value();
  const std::string text(whole.text());
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ReadZip(testing::RangeOf(text.substr(0, length)), 4, "t").ok()) << length;
  }
  EXPECT_FALSE(ReadZip(testing::RangeOf(text + "x"), 4, "t").ok());
  EXPECT_FALSE(ReadZip(testing::RangeOf("x" + text), 4, "t").ok());
}

TEST(Zip, NoByteFlipEverLeavesTheArchive) {
  const Bytes whole = Archive().Build().Read().value();
  const std::string text(whole.text());
  int read = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      const auto entries = ReadZip(testing::RangeOf(flipped), 4, "t");
      if (!entries.ok()) continue;
      ++read;
      for (const ZipEntry& entry : entries.value()) {
        EXPECT_TRUE(entry.range.Read().ok());  // beyond the archive's end nothing could be read
      }
    }
  }
  EXPECT_GT(read, 0);  // flips in data and dates are the hash's business
}

TEST(Zip, RefusesTheEndRecord) {
  const auto after = [](auto change) {
    Archive archive;
    change(&archive);
    return CodeOf(archive);
  };
  EXPECT_EQ(after([](Archive* a) { a->comment = "hi"; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->disk = 1; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->other_count = 2; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->count = 0; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->count = 2; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->count = 5; }), ErrorCode::too_large);
  EXPECT_EQ(after([](Archive* a) { a->count = 0xffff; }), ErrorCode::too_large);
  EXPECT_EQ(after([](Archive* a) { a->directory_size = 0; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->directory_size = 0xffffffff; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->directory_offset = 0; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->directory_offset = 0xffffffff; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->before = "x"; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->between = "x"; }), ErrorCode::bad_archive);
  EXPECT_EQ(after([](Archive* a) { a->after_directory = "x"; }), ErrorCode::bad_archive);
}

TEST(Zip, RefusesEntries) {
  using Entry = Archive::Entry;
  EXPECT_EQ(After([](Entry* e) { e->flags = e->local_flags = 1; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->flags = e->local_flags = 8; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->flags = e->local_flags = 0x800; }), ErrorCode::ok);
  EXPECT_EQ(After([](Entry* e) { e->method = 8; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->stored = 4; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->disk = 1; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->offset = 1; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->offset = 0xfffffffe; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->mode = 0120777; }), ErrorCode::path_outside_package);
  EXPECT_EQ(After([](Entry* e) { e->mode = 0040755; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->mode = 0010644; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->mode = 0; }), ErrorCode::ok);
  EXPECT_EQ(After([](Entry* e) {
              e->size = e->stored = e->local_size = 0xffffffff;
            }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) {
              e->size = e->stored = e->local_size = 6;
            }), ErrorCode::bad_archive);
}

TEST(Zip, RefusesLocalHeadersThatDiffer) {
  using Entry = Archive::Entry;
  EXPECT_EQ(After([](Entry* e) { e->local_name = "b.txt"; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->local_name = "a.tx"; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->local_size = 4; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->local_crc = 8; }), ErrorCode::bad_archive);
  EXPECT_EQ(After([](Entry* e) { e->local_flags = 0x800; }), ErrorCode::bad_archive);
}

TEST(Zip, RefusesPaths) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("../a"), std::string("/a"),
        std::string("a/b"), std::string("a\\b"), std::string("C:a"), std::string("a\0b", 3)}) {
    EXPECT_EQ(After([&](Archive::Entry* e) { e->name = e->local_name = name; }),
              ErrorCode::path_outside_package)
        << name;
  }
}

TEST(Zip, RefusesANameThatStandsTwice) {
  Archive archive;
  archive.entries.push_back(archive.entries[0]);
  EXPECT_EQ(CodeOf(archive), ErrorCode::bad_archive);
}

TEST(Zip, RefusesTwoEntriesAtOnePlace) {
  Archive archive;
  Archive::Entry second;
  second.name = "b.txt";
  second.offset = 0;
  archive.entries.push_back(second);
  EXPECT_EQ(CodeOf(archive), ErrorCode::bad_archive);
}

}  // namespace
}  // namespace pocketlens
