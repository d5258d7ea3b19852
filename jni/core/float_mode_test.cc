#include "core/float_mode.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/session.h"

namespace pocketlens {
namespace {

float Half(float value) {
  volatile float kept = value;  // the division must happen when the program runs
  return kept / 2;
}

TEST(FloatMode, LoadingTheCoreLeavesDenormalNumbersAsTheyAre) {
  // Without a use of the session neither it nor the runtime would be linked to this program.
  ASSERT_NE(RuntimeVersion(), "");
  EXPECT_GT(Half(std::numeric_limits<float>::min()), 0.0f);
}

#if defined(__SSE2__)
TEST(FloatMode, AnotherLibrarysModeIsUndone) {
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
  EXPECT_EQ(Half(std::numeric_limits<float>::min()), 0.0f);
  KeepDenormals();
  EXPECT_GT(Half(std::numeric_limits<float>::min()), 0.0f);
}
#endif

}  // namespace
}  // namespace pocketlens
