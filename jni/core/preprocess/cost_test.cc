// What a Run() may cost: no heap, at most 16 KiB of stack, tables of at most 64 KiB.
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/preprocess/plan.h"
#include "core/preprocess/testing.h"

// Sanitizers bring their own allocator and larger stack frames.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define POCKETLENS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define POCKETLENS_SANITIZED 1
#endif
#endif

namespace {
std::atomic<int> allocations{0};
}

#ifndef POCKETLENS_SANITIZED
// glibc's own names for what stands behind malloc; new, calloc and std::vector end here too.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  ++allocations;
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;
}
}
#endif

namespace pocketlens {
namespace {

using testing::DemoRecipe;
using testing::Picture;
using testing::Random;
using testing::YuvLayout;

#ifndef POCKETLENS_SANITIZED
struct Case {
  std::string name;
  PreprocessRecipe recipe;
  std::unique_ptr<Picture> picture;
  std::unique_ptr<PreprocessPlan> plan;
  std::vector<float> out;

  void Run() {
    if (plan->Run(picture->frame(), out.data())) std::abort();
  }
};

// Every path of every instruction set: formats, layouts that can and cannot be gathered, upright
// and turned, shared rows and not, one and several tiles.
std::vector<Case> Cases() {
  Random random(1);
  PreprocessRecipe large = DemoRecipe();
  large.resize_width = large.resize_height = large.crop_width = large.crop_height = 300;
  large.crop_x = large.crop_y = 0;
  std::vector<Case> cases;
  const auto add = [&](const char* set, const PreprocessRecipe& recipe, FrameGeometry geometry,
                       YuvLayout layout) {
    for (int rotation : {0, 90}) {
      geometry.rotation = rotation;
      auto picture = std::make_unique<Picture>(&random, geometry, layout);
      auto plan = PreprocessPlan::Make(recipe, geometry, set);
      ASSERT_TRUE(plan.ok());
      const std::string name =
          std::string(set) + ", format " + std::to_string(static_cast<int>(geometry.format)) +
          ", layout " + std::to_string(static_cast<int>(layout)) + ", " +
          std::to_string(geometry.width) + " x " + std::to_string(geometry.height) + ", rotation " +
          std::to_string(rotation);
      cases.push_back({name, recipe, std::move(picture), std::move(plan).value(),
                       std::vector<float>(recipe.output_count())});
    }
  };
  for (const char* set : {BestInstructionSet(), "portable"}) {
    for (const PreprocessRecipe& recipe : {DemoRecipe(), large}) {
      const int sides[][2] = {{640, 480}, {1280, 96}, {200, 200}, {2, 2}};
      for (const auto& side : sides) {
        FrameGeometry g{PixelFormat::rgba8888, side[0], side[1]};
        add(set, recipe, g, YuvLayout::planar);
        g.format = PixelFormat::rgb888;
        add(set, recipe, g, YuvLayout::planar);
        g.format = PixelFormat::yuv420;
        for (YuvRange range : {YuvRange::full, YuvRange::limited}) {
          g.range = range;
          for (YuvLayout layout : {YuvLayout::planar, YuvLayout::nv21, YuvLayout::apart}) {
            add(set, recipe, g, layout);
          }
        }
        g.siting = ChromaSiting::interpolated;
        for (YuvLayout layout : {YuvLayout::planar, YuvLayout::nv21}) add(set, recipe, g, layout);
      }
    }
  }
  return cases;
}

// Bytes of stack that `work` touches, on a stack of its own that was filled with a pattern.
size_t StackOf(const std::function<void()>& work) {
  constexpr size_t kSize = 1 << 20;
  constexpr uint8_t kPattern = 0xa5;
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };
  const std::unique_ptr<uint8_t, Free> stack(
      static_cast<uint8_t*>(std::aligned_alloc(4096, kSize)));
  std::fill_n(stack.get(), kSize, kPattern);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack.get(), kSize);
  pthread_t thread;
  const auto start = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  void* argument = const_cast<void*>(static_cast<const void*>(&work));
  if (pthread_create(&thread, &attributes, start, argument) != 0) std::abort();
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  const uint8_t* end = stack.get() + kSize;
  return static_cast<size_t>(end - std::find_if(stack.get(), stack.get() + kSize,
                                                [](uint8_t b) { return b != kPattern; }));
}

TEST(PreprocessCost, RunAllocatesNothing) {
  const int before_all = allocations;
  const std::unique_ptr<int> counted = std::make_unique<int>(1);
  ASSERT_GT(allocations, before_all) << "this test does not see allocations";
  for (Case& c : Cases()) {
    const int before = allocations;
    c.Run();
    EXPECT_EQ(allocations, before) << c.name;
  }
}

TEST(PreprocessCost, RunStaysWithin16KiBOfStack) {
  StackOf([] {});  // the first thread also finds library functions
  const size_t thread_alone = StackOf([] {});
  const size_t with_1000 = StackOf([] {
    volatile uint8_t bytes[1000];
    for (volatile uint8_t& b : bytes) b = 1;
  });
  ASSERT_GE(with_1000, thread_alone + 900) << "this test does not see the stack";
  size_t most = 0;
  for (Case& c : Cases()) {
    c.Run();  // the dynamic linker has found everything
    const size_t used = StackOf([&] { c.Run(); }) - thread_alone;
    EXPECT_LE(used, size_t{16} * 1024) << c.name;
    most = std::max(most, used);
  }
  std::printf("most stack of a run: %zu bytes\n", most);
}
#endif

TEST(PreprocessCost, TablesStayWithin64KiBForTheDemoRecipe) {
  size_t most = 0;
  const std::pair<PixelFormat, ChromaSiting> kinds[] = {
      {PixelFormat::rgba8888, {}},
      {PixelFormat::rgb888, {}},
      {PixelFormat::yuv420, ChromaSiting::shared},
      {PixelFormat::yuv420, ChromaSiting::interpolated},
  };
  for (const auto& [format, siting] : kinds) {
    for (int rotation : {0, 90}) {
      for (int width : {1, 16, 100, 256, 640, 1000, 1280, 1920, 2300, 4000, kMaxFrameSide}) {
        FrameGeometry g{format, width, width, rotation};
        g.siting = siting;
        auto plan = PreprocessPlan::Make(DemoRecipe(), g);
        ASSERT_TRUE(plan.ok());
        EXPECT_LE(plan.value()->table_bytes(), size_t{64} * 1024) << static_cast<int>(format) << " " << width;
        most = std::max(most, plan.value()->table_bytes());
      }
    }
  }
  std::printf("largest tables: %zu bytes\n", most);
}

}  // namespace
}  // namespace pocketlens
