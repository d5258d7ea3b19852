#include "android/exceptions.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "fuzz/fake_java.h"
#include "testing/no_memory.h"

namespace pocketlens {
namespace {

using fuzz::Java;
using fuzz::Object;
using testing::NoMemory;

// The ClassifierException that is pending, as code and text.
std::pair<int, std::string> Pending() {
  const Object* const thrown = Java::Get().TakePending();
  if (thrown == nullptr || thrown->arguments.size() != 2) return {-1, "no ClassifierException"};
  const Object* const text = fuzz::Taken(thrown->arguments[1].l);
  if (text == nullptr) return {thrown->arguments[0].i, "null"};
  return {thrown->arguments[0].i, {text->characters.begin(), text->characters.end()}};
}

std::pair<int, std::string> Told(ErrorCode code, const std::string& text) {
  return {static_cast<int>(code), text};
}

class Exceptions : public ::testing::Test {
 protected:
  void SetUp() override {
    Java::Get().Reset(1 << 20);
    ASSERT_EQ(JNI_OnLoad(Java::Get().vm(), nullptr), JNI_VERSION_1_6);
  }
  JNIEnv* const env_ = Java::Get().env();
};

TEST_F(Exceptions, CarryCodeAndText) {
  ThrowToJava(env_, ErrorCode::bad_frame, "The picture is empty.");
  EXPECT_EQ(Pending(), Told(ErrorCode::bad_frame, "The picture is empty."));
  ThrowToJava(env_, ErrorCode::closed, {});
  EXPECT_EQ(Pending(), Told(ErrorCode::closed, ErrorSentence(ErrorCode::closed)));
}

TEST_F(Exceptions, HaveTheCodesSentenceWhereNoMemoryIsLeftForATextOfTheirOwn) {
  const std::string text(100, 'x');
  {
    const NoMemory none(0, 0, 1);
    ThrowToJava(env_, ErrorCode::bad_frame, text);
    EXPECT_EQ(none.refusals(), 1);
  }
  EXPECT_EQ(Pending(), Told(ErrorCode::bad_frame, ErrorSentence(ErrorCode::bad_frame)));
}

TEST_F(Exceptions, AreAllThatLeavesANativeMethod) {
  const auto thrown_by = [&](const auto& body) {
    EXPECT_EQ(Guarded(env_, 7, body), 7);
    return Pending();
  };
  EXPECT_EQ(thrown_by([]() -> int { throw std::bad_alloc(); }),
            Told(ErrorCode::out_of_memory, ErrorSentence(ErrorCode::out_of_memory)));
  EXPECT_EQ(thrown_by([]() -> int { throw std::runtime_error("oops"); }),
            Told(ErrorCode::internal, "The native core failed unexpectedly: oops"));
  EXPECT_EQ(thrown_by([]() -> int { throw 1; }),
            Told(ErrorCode::internal, ErrorSentence(ErrorCode::internal)));
  EXPECT_EQ(thrown_by([]() -> int { throw Thrown{{ErrorCode::closed, "It is closed."}}; }),
            Told(ErrorCode::closed, "It is closed."));
}

TEST_F(Exceptions, LeaveJavasOwnWherePendingOrWhereJavaHasNoMemory) {
  Java::Get().Reset(0);
  ThrowToJava(env_, ErrorCode::bad_frame, "The picture is empty.");
  const Object* const thrown = Java::Get().TakePending();
  ASSERT_NE(thrown, nullptr);
  EXPECT_TRUE(thrown->arguments.empty());  // Java's OutOfMemoryError
}

}  // namespace
}  // namespace pocketlens
