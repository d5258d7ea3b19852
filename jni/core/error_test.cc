#include "core/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pocketlens {
namespace {

struct Row {
  int number;
  const char* name;
  const char* sentence;
};

constexpr Row kRows[] = {
#define POCKETLENS_ERROR(number, name, sentence) {number, #name, sentence},
#include "core/error_codes.inc"
#undef POCKETLENS_ERROR
};

TEST(Error, EveryCodeHasItsOwnNumberNameAndSentence) {
  std::set<int> numbers;
  std::set<std::string> names, sentences;
  for (const Row& row : kRows) {
    EXPECT_GT(row.number, 0) << row.name;
    EXPECT_TRUE(numbers.insert(row.number).second) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(sentences.insert(row.sentence).second) << row.name;
    EXPECT_EQ(std::string(row.sentence).back(), '.') << row.name;
    EXPECT_STREQ(ErrorName(static_cast<ErrorCode>(row.number)), row.name);
    EXPECT_STREQ(ErrorSentence(static_cast<ErrorCode>(row.number)), row.sentence);
  }
}

// Released numbers never change; new ones are added to this list.
TEST(Error, ReleasedNumbersStay) {
  EXPECT_EQ(static_cast<int>(ErrorCode::missing_file), 1);
  EXPECT_EQ(static_cast<int>(ErrorCode::wrong_hash), 4);
  EXPECT_EQ(static_cast<int>(ErrorCode::bad_archive), 16);
  EXPECT_EQ(static_cast<int>(ErrorCode::model_build_failed), 20);
  EXPECT_EQ(static_cast<int>(ErrorCode::bad_frame), 30);
  EXPECT_EQ(static_cast<int>(ErrorCode::closed), 40);
}

TEST(Error, NumbersThatAreNoCode) {
  EXPECT_STREQ(ErrorName(ErrorCode::ok), "ok");
  EXPECT_STREQ(ErrorName(static_cast<ErrorCode>(-1)), "unknown");
  EXPECT_STREQ(ErrorName(static_cast<ErrorCode>(9999)), "unknown");
  EXPECT_NE(ErrorSentence(static_cast<ErrorCode>(9999)), nullptr);
}

TEST(Error, IsTrueWhenItIsOne) {
  EXPECT_FALSE(static_cast<bool>(Error{}));
  EXPECT_TRUE(static_cast<bool>(Error{ErrorCode::internal, ""}));
}

TEST(Error, TellsItsCodesSentenceWhereItHasNoMessage) {
  const Error silent{ErrorCode::closed, {}};
  EXPECT_EQ(silent.text().data(), ErrorSentence(ErrorCode::closed));
  const Error spoken{ErrorCode::closed, "The door is closed."};
  EXPECT_EQ(spoken.text().data(), spoken.message.data());
}

TEST(Result, HoldsAValueOrAnError) {
  Result<std::string> good(std::string("value"));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good.value(), "value");
  const std::string moved = std::move(good).value();
  EXPECT_EQ(moved, "value");
  const Result<std::string> bad(Error{ErrorCode::closed, "why"});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::closed);
  EXPECT_EQ(bad.error().message, "why");
}

}  // namespace
}  // namespace pocketlens
