// One plan in several threads. A program of its own: the thread sanitizer need not run the rest.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "core/preprocess/plan.h"
#include "core/preprocess/reference.h"
#include "core/preprocess/testing.h"

namespace pocketlens {
namespace {

using testing::DemoRecipe;
using testing::Picture;
using testing::Random;

TEST(PreprocessPlan, RunsInSeveralThreadsAtOnce) {
  Random random(11);
  const Picture picture(&random, FrameGeometry{PixelFormat::yuv420, 641, 481, 90, true});
  auto plan = PreprocessPlan::Make(DemoRecipe(), picture.frame().geometry);
  ASSERT_TRUE(plan.ok());
  std::vector<std::vector<float>> out(4, std::vector<float>(DemoRecipe().output_count()));
  std::vector<std::thread> threads;
  for (auto& o : out) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        std::fill(o.begin(), o.end(), -1.0f);
        if (plan.value()->Run(picture.frame(), o.data())) std::abort();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  std::vector<float> expected(DemoRecipe().output_count());
  ASSERT_FALSE(PreprocessReference(DemoRecipe(), picture.frame(), expected.data()));
  for (const auto& o : out) {
    EXPECT_EQ(std::memcmp(o.data(), expected.data(), o.size() * sizeof(float)), 0);
  }
}

}  // namespace
}  // namespace pocketlens
