// Memory that runs out inside a call: always the one error, never an end of the process.
#include "testing/no_memory.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/classifier.h"
#include "host/c_api.h"
#include "host/pocketlens.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::ConvertedModel;
using testing::NoMemory;
using testing::PackageFiles;
using testing::TemporaryFolder;

const char* OutOfMemorySentence() { return ErrorSentence(ErrorCode::out_of_memory); }

// Where a file's bytes find no place, nothing does afterwards. (Not from the first small allocation
// on: nlohmann's values need memory to be destroyed.)
constexpr size_t kLarge = 2000;

std::string WrittenPackage(const TemporaryFolder& folder) {
  auto files = PackageFiles(std::string(100'000, 'm'), "classifier", 100);
  testing::WritePackage(folder / "p", files, "classifier", 100);
  return folder / "p";
}

TEST(NoMemory, OpeningAPackageFailsWithoutAllocatingAMessage) {
  const TemporaryFolder folder;
  const std::string path = WrittenPackage(folder);
  int failures = 0;
  bool done = false;
  for (int granted = 0; !done; ++granted) {
    std::optional<NoMemory> none(std::in_place, granted, kLarge);
    const auto package = OpenPackage(path);
    done = none->refusals() == 0;
    none.reset();
    EXPECT_EQ(package.ok(), done);
    if (package.ok()) continue;
    EXPECT_EQ(package.error().code, ErrorCode::out_of_memory);
    EXPECT_EQ(package.error().text(), OutOfMemorySentence());
    ++failures;
  }
  EXPECT_GT(failures, 4);
}

TEST(NoMemory, TheCApiTellsItInItsOwnMemory) {
  const TemporaryFolder folder;
  const std::string path = WrittenPackage(folder);
  for (int granted = 0; granted < 4; ++granted) {
    pl_error error = {};
    std::optional<NoMemory> none(std::in_place, granted, kLarge);
    const int32_t code = pl_check_package(path.c_str(), 1, &error);
    none.reset();
    EXPECT_STREQ(pl_error_name(code), "out_of_memory");
    EXPECT_STREQ(error.message, OutOfMemorySentence());
  }
}

TEST(NoMemory, WhatIsThrownIsToldWithoutAllocating) {
  pl_error error = {};
  const std::string text(200, 'x');
  std::optional<NoMemory> none;  // until after the handler
  const int32_t code = Guarded(&error, [&]() -> Error {
    const std::runtime_error problem(text);
    none.emplace();
    throw problem;
  });
  none.reset();
  EXPECT_EQ(code, static_cast<int32_t>(ErrorCode::internal));
  EXPECT_EQ(error.message, text);
}

TEST(NoMemory, ARunThatCannotPrepareItsPicture) {
  SessionSettings settings;
  settings.threads = 1;
  const auto model = Bytes::CopyOf(ConvertedModel(testing::ColourFeatures()));
  const auto session = Session::Open(model, {1, testing::kSide, testing::kSide, 3}, 3, settings);
  ASSERT_TRUE(session.ok());
  std::vector<float> out(3);
  std::optional<NoMemory> none;  // until after the handler
  const auto fill = [&](float*) -> Error {
    none.emplace();
    throw std::bad_alloc();
  };
  const Error error = session.value()->Run(fill, &out);
  EXPECT_EQ(none->refusals(), 0);
  none.reset();
  EXPECT_EQ(error.code, ErrorCode::out_of_memory);
}

TEST(ErrorInHandler, LeavesTheMessageOutWhereThereIsNoMemory) {
  EXPECT_EQ(ErrorInHandler(ErrorCode::internal, "It failed: ", "oops").message, "It failed: oops");
  const std::string text(100, 'x');
  std::optional<NoMemory> none(std::in_place);
  const Error error = ErrorInHandler(ErrorCode::internal, "It failed: ", text.c_str());
  none.reset();
  EXPECT_EQ(error.code, ErrorCode::internal);
  EXPECT_TRUE(error.message.empty());
}

}  // namespace
}  // namespace pocketlens
