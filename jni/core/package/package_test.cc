#include "core/package/package.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <thread>

#include "core/package/file.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::PackageFiles;
using testing::TemporaryFolder;
using testing::WriteFile;
using testing::WritePackage;

constexpr char kCases[] = "build/test-data/packages";

struct Case {
  std::string package;
  std::string error;
};

// The cases that every reader is tested on.
std::vector<Case> Cases() {
  std::istringstream lines(testing::ReadFile(std::string(kCases) + "/cases.csv"));
  std::vector<Case> cases;
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "package,error");
  while (std::getline(lines, line)) {
    const size_t comma = line.find(',');
    cases.push_back({line.substr(0, comma), line.substr(comma + 1)});
  }
  return cases;
}

std::string ErrorOf(const Result<std::unique_ptr<Package>>& package) {
  if (package.ok()) return "ok";
  EXPECT_GT(package.error().message.size(), 20u);
  EXPECT_EQ(package.error().message.back(), '.') << package.error().message;
  return ErrorName(package.error().code);
}

TEST(Package, DamagedPackagesGiveTheErrorsOfTheList) {
  const std::vector<Case> cases = Cases();
  ASSERT_GT(cases.size(), 200u);
  for (const Case& one : cases) {
    EXPECT_EQ(ErrorOf(OpenPackage(std::string(kCases) + "/" + one.package)), one.error)
        << one.package;
  }
}

TEST(Package, DamagedArchivesGiveTheSameErrorsInsideAFile) {
  const TemporaryFolder folder;
  for (const Case& one : Cases()) {
    const std::string path = std::string(kCases) + "/" + one.package;
    if (!std::filesystem::is_regular_file(path)) continue;
    const std::string bytes = testing::ReadFile(path);
    // An odd offset, and more than a page, as an asset in an APK may have.
    const std::string start(5003, 'x');
    WriteFile(folder / "apk", start + bytes + "the rest of the APK");
    const FileDescriptor fd(open((folder / "apk").c_str(), O_RDONLY));
    const auto offset = static_cast<int64_t>(start.size());
    EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), offset, static_cast<int64_t>(bytes.size()))),
              one.error)
        << one.package;
  }
}

TEST(Package, HashesAreCheckedUnlessSwitchedOff) {
  PackageOptions options;
  options.check_hashes = false;
  EXPECT_EQ(ErrorOf(OpenPackage(std::string(kCases) + "/folder-wrong-hash")), "wrong_hash");
  EXPECT_EQ(ErrorOf(OpenPackage(std::string(kCases) + "/folder-wrong-hash", options)), "ok");
}

TEST(Package, WhatAGoodOneHolds) {
  for (const char* name : {"/folder-ok", "/ok.zip"}) {
    const auto opened = OpenPackage(std::string(kCases) + name);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    const Package& package = *opened.value();
    EXPECT_EQ(package.kind, PackageKind::classifier);
    EXPECT_EQ(package.weights_variant, "float32");
    EXPECT_EQ(package.runtime_version, "2.0.0");
    EXPECT_EQ(package.manifest[0], '{');
    ASSERT_EQ(package.labels.size(), static_cast<size_t>(package.outputs));
    ASSERT_NE(package.model, nullptr);
    EXPECT_EQ(package.model->size(), std::filesystem::file_size(
                                         std::string(kCases) + "/folder-ok/model.ms"));
    EXPECT_EQ(package.languages, std::vector<std::string>{"zh"});
    ASSERT_TRUE(package.Names("zh").ok());
    EXPECT_EQ(package.Names("zh").value().size(), package.labels.size());
    EXPECT_EQ(package.Names("xx").error().code, ErrorCode::bad_names);
    // Every edge stands at both of its ends.
    int edges = 0;
    for (size_t i = 0; i < package.labels.size(); ++i) {
      for (const int child : package.labels[i].children) {
        const auto& parents = package.labels[static_cast<size_t>(child)].parents;
        EXPECT_EQ(std::count(parents.begin(), parents.end(), static_cast<int>(i)), 1);
        ++edges;
      }
    }
    EXPECT_GT(edges, 0);
  }
}

TEST(Package, TablesAreReadToTheLastCell) {
  const TemporaryFolder folder;
  auto files = PackageFiles("model", "classifier", 3);
  files["thresholds.csv"] =
      "index,mid,threshold,status,precision,recall,f1,support\n"
      "0,own/label-0,0.25,calibrated,1,0.5,0.6667,12\n"
      "1,own/label-1,0.999999,silent,,,,0\n"
      "2,own/label-2,1e-3,pooled,0,0,0,\n";
  files["hierarchy.csv"] = "parent,child\nown/label-0,own/label-2\nown/label-1,own/label-2\n";
  files["names.pt-BR.csv"] = "mid,name\nown/label-1,\"Um, dois\"\n";
  WritePackage(folder / "p", files, "classifier", 3);
  const auto opened = OpenPackage(folder / "p");
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const Package& package = *opened.value();
  const Label& first = package.labels[0];
  EXPECT_EQ(first.mid, "own/label-0");
  EXPECT_EQ(first.name, "Label 0");
  EXPECT_EQ(first.threshold, 0.25f);
  EXPECT_EQ(first.status, ThresholdStatus::calibrated);
  EXPECT_EQ(first.precision, 1.0f);
  EXPECT_EQ(first.recall, 0.5f);
  EXPECT_EQ(first.f1, 0.6667f);
  EXPECT_EQ(first.support, 12);
  EXPECT_EQ(first.children, std::vector<int>{2});
  EXPECT_EQ(package.labels[1].status, ThresholdStatus::silent);
  EXPECT_EQ(package.labels[1].precision, -1.0f);
  EXPECT_EQ(package.labels[1].support, 0);
  EXPECT_EQ(package.labels[2].support, -1);
  EXPECT_EQ(package.labels[2].parents, (std::vector<int>{0, 1}));
  EXPECT_EQ(package.Names("pt-BR").value(),
            (std::vector<std::string>{"Label 0", "Um, dois", "Label 2"}));
  EXPECT_EQ(package.preprocess.crop_width, testing::kSide);
  EXPECT_EQ(package.preprocess.scale, 1.0 / 255);
}

TEST(Package, PathsThatAreNoPackage) {
  const TemporaryFolder folder;
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "nothing")), "missing_file");
  EXPECT_EQ(ErrorOf(OpenPackage((folder / "nothing") + "/below")), "missing_file");
  EXPECT_EQ(ErrorOf(OpenPackage("")), "missing_file");
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "pipe")), "unreadable_file");
  EXPECT_EQ(ErrorOf(OpenPackage("/dev/null")), "unreadable_file");
  std::filesystem::create_directory(folder / "empty");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "empty")), "missing_file");
  WriteFile(folder / "empty.zip", "");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "empty.zip")), "bad_archive");
}

TEST(Package, ThingsInAFolderThatAreNoFiles) {
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles("model", "features", 3), "features", 3);
  ASSERT_EQ(ErrorOf(OpenPackage(folder / "p")), "ok");
  ASSERT_EQ(mkfifo((folder / "p/pipe").c_str(), 0600), 0);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "unexpected_file");
  ASSERT_EQ(unlink((folder / "p/pipe").c_str()), 0);
  // A pipe in the place of the model must not make the reader wait for a writer.
  ASSERT_EQ(unlink((folder / "p/model.ms").c_str()), 0);
  ASSERT_EQ(mkfifo((folder / "p/model.ms").c_str(), 0600), 0);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "unexpected_file");
}

TEST(Package, LinksInAFolderAreRefusedAndLinksToOneAreNot) {
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles("model", "features", 3), "features", 3);
  std::filesystem::create_symlink(folder / "p", folder / "link");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "link")), "ok");
  std::filesystem::rename(folder / "p/model.ms", folder / "outside");
  std::filesystem::create_symlink(folder / "outside", folder / "p/model.ms");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "path_outside_package");
}

TEST(Package, TooManyFiles) {
  const TemporaryFolder folder;
  auto files = PackageFiles("model", "features", 3);
  while (files.size() < 63) files["extra-" + std::to_string(files.size())] = "x";
  WritePackage(folder / "p", files, "features", 3);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "ok");
  files["one-more"] = "x";
  WritePackage(folder / "p", files, "features", 3);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "too_large");
}

TEST(Package, TooLargeFilesAndTables) {
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles("model", "features", 3), "features", 3);
  const std::string manifest = testing::ReadFile(folder / "p/model.json");
  WriteFile(folder / "p/model.json", manifest + std::string((1 << 20) - manifest.size(), ' '));
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "ok");
  WriteFile(folder / "p/model.json", manifest + std::string((1 << 20) + 1 - manifest.size(), ' '));
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "too_large");

  constexpr int kMost = 100'000;
  WritePackage(folder / "q", PackageFiles("model", "classifier", kMost), "classifier", kMost);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "q")), "ok");
  auto files = PackageFiles("model", "classifier", kMost + 1);
  WritePackage(folder / "q", files, "classifier", kMost);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "q")), "too_large");
}

// A model this long is hashed by a thread of its own while the tables are read.
TEST(Package, AWrongHashOfALongModelComesBeforeMistakesInTables) {
  const TemporaryFolder folder;
  const std::string model(3 << 20, 'm');
  auto files = PackageFiles(model, "classifier", 3);
  WritePackage(folder / "p", files, "classifier", 3);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "ok");
  WriteFile(folder / "p/model.ms", model.substr(1) + "M");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "wrong_hash");

  files["thresholds.csv"] = "nothing\n";
  WritePackage(folder / "p", files, "classifier", 3);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "bad_thresholds");
  WriteFile(folder / "p/model.ms", model.substr(1) + "M");
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "wrong_hash");
  PackageOptions unchecked;
  unchecked.check_hashes = false;
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p", unchecked)), "bad_thresholds");
}

TEST(Package, TooLongAHierarchy) {
  constexpr int kMost = 100'000;
  constexpr int kLabels = 460;
  const TemporaryFolder folder;
  auto files = PackageFiles("model", "classifier", kLabels);
  std::string& table = files["hierarchy.csv"] = "parent,child\n";
  std::string last;
  int lines = 0;
  for (int parent = 0; parent < kLabels; ++parent) {
    for (int child = parent + 1; child < kLabels && lines <= kMost; ++child, ++lines) {
      last = "own/label-" + std::to_string(parent) + ",own/label-" + std::to_string(child) + "\n";
      table += last;
    }
  }
  ASSERT_EQ(lines, kMost + 1);
  WritePackage(folder / "p", files, "classifier", kLabels);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "too_large");
  table.resize(table.size() - last.size());
  WritePackage(folder / "p", files, "classifier", kLabels);
  EXPECT_EQ(ErrorOf(OpenPackage(folder / "p")), "ok");
}

TEST(Package, DescriptorsThatDoNotHoldTheRange) {
  const TemporaryFolder folder;
  const std::string bytes = testing::ReadFile(std::string(kCases) + "/ok.zip");
  WriteFile(folder / "f", bytes);
  const FileDescriptor fd(open((folder / "f").c_str(), O_RDONLY));
  const auto size = static_cast<int64_t>(bytes.size());
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), 0, size)), "ok");
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), 0, size + 1)), "unreadable_file");
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), 1, size)), "unreadable_file");
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), -1, size)), "unreadable_file");
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), 0, -1)), "unreadable_file");
  EXPECT_EQ(ErrorOf(OpenPackageFd(fd.get(), INT64_MAX, INT64_MAX)), "bad_archive");
  EXPECT_EQ(ErrorOf(OpenPackageFd(-1, 0, size)), "unreadable_file");
  EXPECT_NE(fcntl(fd.get(), F_GETFD), -1);  // still ours
}

// What was hashed is what is used: nobody else can reach the bytes.
TEST(Package, WhatIsWrittenToItsFilesLaterChangesNothing) {
  const TemporaryFolder folder;
  const std::string model(200'000, 'm');
  WritePackage(folder / "p", PackageFiles(model, "features", 3), "features", 3);
  const FileDescriptor fd(open((folder / "p/model.ms").c_str(), O_RDWR));
  void* const shared = mmap(nullptr, model.size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  ASSERT_NE(shared, MAP_FAILED);
  const auto package = OpenPackage(folder / "p");
  ASSERT_TRUE(package.ok());
  std::memset(shared, 'x', model.size());
  EXPECT_EQ(package.value()->model->text(), model);
  ASSERT_EQ(ftruncate(fd.get(), 0), 0);
  EXPECT_EQ(package.value()->model->text(), model);
  std::filesystem::remove_all(folder / "p");
  EXPECT_EQ(package.value()->model->text(), model);
  munmap(shared, model.size());
}

TEST(FileRange, AFileCutOffWhileItIsReadIsAnError) {
  const TemporaryFolder folder;
  WriteFile(folder / "f", std::string(1'000'000, 'x'));
  const auto range = OpenPath(folder / "f", 1 << 30);
  ASSERT_TRUE(range.ok());
  ASSERT_EQ(truncate((folder / "f").c_str(), 600'000), 0);
  const auto cut = range.value().Read();
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, ErrorCode::unreadable_file);
  EXPECT_NE(cut.error().message.find("became shorter"), std::string::npos) << cut.error().message;
  EXPECT_EQ(range.value().Part(599'990, 10, "end").Read().value().text(), std::string(10, 'x'));
  EXPECT_FALSE(range.value().Part(599'990, 11, "end").Read().ok());
}

TEST(FileRange, HashesWhatItReads) {
  const TemporaryFolder folder;
  std::string text;
  for (unsigned i = 0; i < 700'000; ++i) text += static_cast<char>(i * i % 251);
  WriteFile(folder / "f", text);
  Sha256 hash;
  const auto bytes = OpenPath(folder / "f", 1 << 30).value().Read(&hash);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes.value().text(), text);
  EXPECT_EQ(HexText(hash.Finish()), Sha256Hex(text.data(), text.size()));
}

// A writer that publishes by an atomic exchange never makes a reader fail.
TEST(Package, SurvivesBeingReplacedWhileItIsRead) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b"}) {
    const std::string model(100'000, name[0]);
    WritePackage(folder / name, PackageFiles(model, "features", 3), "features", 3);
  }
  const std::string a = folder / "a", b = folder / "b";
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) {
      syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 300; ++i) EXPECT_EQ(ErrorOf(OpenPackage(a)), "ok");
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace pocketlens
