#include "core/registry.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace pocketlens {
namespace {

TEST(Registry, FindsWhatWasAddedAndNothingElse) {
  Registry<int> registry;
  const int64_t one = registry.Add(std::make_shared<int>(1));
  const int64_t two = registry.Add(std::make_shared<int>(2));
  EXPECT_NE(one, two);
  EXPECT_EQ(*registry.Find(one), 1);
  EXPECT_EQ(*registry.Find(two), 2);
  for (int64_t wrong : {int64_t{0}, int64_t{-1}, two + 1, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(registry.Find(wrong), nullptr);
    EXPECT_EQ(registry.Remove(wrong), nullptr);
  }
}

TEST(Registry, NumbersAreNeverUsedAgain) {
  Registry<int> registry;
  const int64_t first = registry.Add(std::make_shared<int>(1));
  EXPECT_NE(registry.Remove(first), nullptr);
  EXPECT_EQ(registry.Remove(first), nullptr);
  EXPECT_NE(registry.Add(std::make_shared<int>(2)), first);
  EXPECT_EQ(registry.Find(first), nullptr);
}

TEST(Registry, AnObjectInUseOutlivesItsRemoval) {
  Registry<int> registry;
  const int64_t number = registry.Add(std::make_shared<int>(7));
  const std::shared_ptr<int> in_use = registry.Find(number);
  const std::weak_ptr<int> watched = in_use;
  registry.Remove(number);
  EXPECT_EQ(*in_use, 7);
  EXPECT_EQ(watched.use_count(), 1);
}

TEST(Registry, ThreadsAddFindAndRemoveAtOnce) {
  Registry<std::atomic<int>> registry;
  std::atomic<int> removed{0};
  std::vector<std::thread> threads;
  std::atomic<int64_t> newest{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const int64_t number = registry.Add(std::make_shared<std::atomic<int>>(0));
        newest = number;
        if (const auto other = registry.Find(newest)) {
          ++*other;
        }
        removed += registry.Remove(number) != nullptr;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(removed, 2000);
}

}  // namespace
}  // namespace pocketlens
