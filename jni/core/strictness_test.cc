#include "core/strictness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pocketlens {
namespace {

TEST(StricterThreshold, MultipliesTheOdds) {
  EXPECT_FLOAT_EQ(StricterThreshold(0.5f, 2), 2.0f / 3);
  EXPECT_FLOAT_EQ(StricterThreshold(0.5f, 0.5), 1.0f / 3);
  EXPECT_FLOAT_EQ(StricterThreshold(0.2f, 2), 1.0f / 3);    // odds 1/4 -> 1/2
  EXPECT_FLOAT_EQ(StricterThreshold(0.75f, 0.5), 0.6f);     // odds 3 -> 1.5
}

TEST(StricterThreshold, OneChangesNothing) {
  for (float t : {0.01f, 0.1f, 0.3333333f, 0.5f, 0.96f, 0.9999999f}) {
    EXPECT_EQ(StricterThreshold(t, 1), t);
  }
}

TEST(StricterThreshold, KeepsOrderAndStaysInside) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const float huge = std::nextafter(1.0f, 0.0f);
  for (double factor : {0.001, 0.5, 2.0, 1000.0}) {
    float last = 0;
    for (float t : {tiny, 1e-30f, 1e-7f, 0.01f, 0.5f, 0.99f, huge}) {
      const float moved = StricterThreshold(t, factor);
      EXPECT_GT(moved, 0.0f);
      EXPECT_LT(moved, 1.0f);
      EXPECT_GE(moved, last);
      last = moved;
    }
  }
}

TEST(ApplyStrictness, MovesEveryLabelAndRefusesNonsense) {
  Package package;
  package.labels.resize(2);
  package.labels[0].threshold = 0.5f;
  package.labels[1].threshold = 0.2f;
  ASSERT_FALSE(ApplyStrictness(2, &package));
  EXPECT_FLOAT_EQ(package.labels[0].threshold, 2.0f / 3);
  EXPECT_FLOAT_EQ(package.labels[1].threshold, 1.0f / 3);
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (double factor : {0.0, -1.0, 1e9, none}) {
    EXPECT_EQ(ApplyStrictness(factor, &package).code, ErrorCode::bad_settings);
  }
  EXPECT_FLOAT_EQ(package.labels[0].threshold, 2.0f / 3);
}

}  // namespace
}  // namespace pocketlens
