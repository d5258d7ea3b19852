// The fast path against the reference: every value, bit for bit, on random geometries.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/preprocess/plan.h"
#include "core/preprocess/reference.h"
#include "core/preprocess/testing.h"

namespace pocketlens {
namespace {

using testing::DemoRecipe;
using testing::Picture;
using testing::Random;
using testing::YuvLayout;

constexpr float kUntouched = -12345.0f;

std::vector<const char*> InstructionSets() {
  std::vector<const char*> sets = {"portable"};
  if (std::strcmp(BestInstructionSet(), "portable") != 0) sets.push_back(BestInstructionSet());
  return sets;
}

std::string Describe(const PreprocessRecipe& r, const Frame& f) {
  const FrameGeometry& g = f.geometry;
  std::ostringstream s;
  s << "format " << static_cast<int>(g.format) << ", " << g.width << " x " << g.height
    << ", rotation " << g.rotation << ", mirror " << g.mirror << ", matrix "
    << static_cast<int>(g.matrix) << ", range " << static_cast<int>(g.range) << ", region "
    << g.region.x << "," << g.region.y << "," << g.region.width << "," << g.region.height
    << "; resize "
    << r.resize_width << " x " << r.resize_height << ", crop " << r.crop_x << "," << r.crop_y << ","
    << r.crop_width << "," << r.crop_height << ", order " << static_cast<int>(r.order) << ", scale "
    << r.scale;
  for (const Plane& p : f.planes) s << "; strides " << p.row_stride << "/" << p.pixel_stride;
  return s.str();
}

// Runs the plan of every instruction set; each output must equal the reference, and nothing beside
// it may be touched.
void ExpectEqualsReference(const PreprocessRecipe& recipe, const Frame& frame) {
  const size_t count = recipe.output_count(), margin = 64;
  std::vector<float> expected(count);
  ASSERT_FALSE(PreprocessReference(recipe, frame, expected.data()));
  for (const char* set : InstructionSets()) {
    auto plan = PreprocessPlan::Make(recipe, frame.geometry, set);
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    ASSERT_STREQ(plan.value()->instruction_set(), set);
    std::vector<float> out(count + 2 * margin, kUntouched);
    ASSERT_FALSE(plan.value()->Run(frame, out.data() + margin));
    if (std::memcmp(&out[margin], expected.data(), count * sizeof(float)) != 0) {
      size_t k = 0;
      while (std::memcmp(&out[margin + k], &expected[k], sizeof(float)) == 0) ++k;
      FAIL() << set << " differs at value " << k << ": " << out[margin + k] << " instead of "
             << expected[k] << "; " << Describe(recipe, frame);
    }
    for (size_t k = 0; k < margin; ++k) {
      ASSERT_EQ(out[k], kUntouched)
          << set << " wrote before the output; " << Describe(recipe, frame);
      ASSERT_EQ(out[margin + count + k], kUntouched)
          << set << " wrote behind the output; " << Describe(recipe, frame);
    }
  }
}

int RandomSide(Random* random) {
  switch (random->Of(0, 5)) {
    case 0:
      return random->Of(1, 4);
    case 1:
      return random->Of(1, 40);
    case 2:
      return random->Of(200, 300);
    case 3:
      return random->Of(1, 64) * 16;
    default:
      return random->Of(1, 700);
  }
}

Region RandomRegion(Random* random, const FrameGeometry& g) {
  const Region whole = RegionOf(g);
  const int x = random->Of(0, whole.width - 1), y = random->Of(0, whole.height - 1);
  return {x, y, random->Of(1, whole.width - x), random->Of(1, whole.height - y)};
}

FrameGeometry RandomGeometry(Random* random) {
  FrameGeometry g;
  g.format = static_cast<PixelFormat>(random->Of(0, 2));
  g.width = RandomSide(random);
  g.height = RandomSide(random);
  g.rotation = 90 * random->Of(0, 3);
  g.mirror = random->Chance(50);
  g.matrix = static_cast<YuvMatrix>(random->Of(0, 1));
  g.range = static_cast<YuvRange>(random->Of(0, 1));
  g.siting = static_cast<ChromaSiting>(random->Of(0, 1));
  if (random->Chance(40)) g.region = RandomRegion(random, g);
  return g;
}

PreprocessRecipe RandomRecipe(Random* random) {
  PreprocessRecipe r = DemoRecipe();
  r.resize_width = random->Of(1, random->Chance(20) ? 330 : 90);
  r.resize_height = random->Of(1, random->Chance(20) ? 330 : 90);
  r.crop_width = random->Of(1, r.resize_width);
  r.crop_height = random->Of(1, r.resize_height);
  r.crop_x = random->Of(0, r.resize_width - r.crop_width);
  r.crop_y = random->Of(0, r.resize_height - r.crop_height);
  r.order = static_cast<ChannelOrder>(random->Of(0, 1));
  if (random->Chance(50)) {  // another normalisation, for which no trick is known to be exact
    r.scale = random->Of(1, 1000) / 777.0;
    for (int c = 0; c < 3; ++c) {
      r.mean[c] = static_cast<float>(random->Of(-300, 300)) / 7.0f;
      r.stddev[c] = static_cast<float>(random->Of(1, 300)) / (random->Chance(90) ? 11.0f : -11.0f);
    }
  }
  return r;
}

Picture RandomPicture(Random* random, const FrameGeometry& geometry) {
  const auto layout = static_cast<YuvLayout>(random->Of(0, 3));
  const int luma_stride = random->Chance(90) ? 1 : 2;
  return Picture(random, geometry, layout, luma_stride, random->Chance(50) ? random->Of(1, 70) : 0);
}

TEST(PreprocessPlanEqualsReference, OnRandomPicturesWithTheDemoRecipe) {
  Random random(20240601);
  for (int n = 0; n < 60; ++n) {
    const FrameGeometry geometry = RandomGeometry(&random);
    ASSERT_NO_FATAL_FAILURE(
        ExpectEqualsReference(DemoRecipe(), RandomPicture(&random, geometry).frame()));
  }
}

TEST(PreprocessPlanEqualsReference, OnRandomPicturesWithRandomRecipes) {
  Random random(20240602);
  for (int n = 0; n < 300; ++n) {
    const FrameGeometry geometry = RandomGeometry(&random);
    const PreprocessRecipe recipe = RandomRecipe(&random);
    ASSERT_NO_FATAL_FAILURE(
        ExpectEqualsReference(recipe, RandomPicture(&random, geometry).frame()));
  }
}

// The upright picture's pixels, RGB: the reference's steps, of which none changes a value.
std::vector<uint8_t> UprightPixels(const Frame& frame, int width, int height) {
  PreprocessRecipe recipe;
  recipe.resize_width = recipe.crop_width = width;
  recipe.resize_height = recipe.crop_height = height;
  recipe.scale = 1;
  std::vector<float> values(recipe.output_count());
  EXPECT_FALSE(PreprocessReference(recipe, frame, values.data()));
  return {values.begin(), values.end()};
}

// Goldens and Pillow itself say what is right (golden_test.cc, tests/native/test_pillow_parity.py)
// for RGB; every other frame must give what its upright pixels give.
TEST(ResizedAsPillowDoes, EqualsTheUprightRgbPicture) {
  Random random(20261127);
  for (int n = 0; n < 150; ++n) {
    PreprocessRecipe recipe = RandomRecipe(&random);
    recipe.interpolation = static_cast<Interpolation>(random.Of(1, 2));
    recipe.resize_height = recipe.resize_width;
    recipe.crop_width = random.Of(1, recipe.resize_width);
    recipe.crop_height = random.Of(1, recipe.resize_width);
    recipe.crop_x = CentredCrop(recipe.resize_width, recipe.crop_width);
    recipe.crop_y = CentredCrop(recipe.resize_width, recipe.crop_height);
    FrameGeometry geometry = RandomGeometry(&random);
    geometry.width = geometry.width % 200 + 1;
    geometry.height = geometry.height % 200 + 1;
    geometry.region = {};
    if (n % 2 == 0) geometry.region = RandomRegion(&random, geometry);
    const Picture picture = RandomPicture(&random, geometry);

    const bool turned = geometry.rotation % 180 != 0;
    FrameGeometry upright{PixelFormat::rgb888, turned ? geometry.height : geometry.width,
                          turned ? geometry.width : geometry.height};
    upright.region = geometry.region;
    Frame whole = picture.frame();
    whole.geometry.region = {};
    const std::vector<uint8_t> rgb =
        UprightPixels(whole, upright.width, upright.height);
    const Frame same{upright, {{rgb.data(), rgb.size(), 3 * upright.width, 3}, {}, {}}};
    std::vector<float> expected(recipe.output_count()), got(recipe.output_count());
    for (const auto& [frame, out] : {std::pair(&same, &expected), {&picture.frame(), &got}}) {
      auto plan = PreprocessPlan::Make(recipe, frame->geometry);
      ASSERT_TRUE(plan.ok()) << plan.error().message;
      ASSERT_FALSE(plan.value()->Run(*frame, out->data()));
    }
    ASSERT_EQ(std::memcmp(expected.data(), got.data(), got.size() * sizeof(float)), 0)
        << Describe(recipe, picture.frame());
  }
}

// A recipe with a small output, so that many pictures can be tried.
PreprocessRecipe SmallRecipe() {
  PreprocessRecipe recipe = DemoRecipe();
  recipe.resize_width = recipe.resize_height = 64;
  recipe.crop_x = recipe.crop_y = 4;
  recipe.crop_width = 57;
  recipe.crop_height = 56;
  return recipe;
}

// Every format, matrix, range, memory layout, luma stride, rotation and mirroring, at sides that
// take every path: nearest neighbours, shared rows, odd sides, more than one load of 16 bytes.
TEST(PreprocessPlanEqualsReference, OnEveryCombination) {
  Random random(20240603);
  const int sides[][2] = {{320, 17}, {97, 131}, {64, 64}, {33, 192}, {19, 3}, {1, 1}};
  const auto each_way = [&](FrameGeometry g, YuvLayout layout, int luma_stride) {
    for (const auto& side : sides) {
      for (int way = 0; way < 8; ++way) {
        g.width = side[0];
        g.height = side[1];
        g.rotation = 90 * (way % 4);
        g.mirror = way >= 4;
        const Picture picture(&random, g, layout, luma_stride, way % 3 * 5);
        ASSERT_NO_FATAL_FAILURE(ExpectEqualsReference(SmallRecipe(), picture.frame()));
      }
    }
  };
  each_way(FrameGeometry{PixelFormat::rgba8888}, YuvLayout::planar, 1);
  each_way(FrameGeometry{PixelFormat::rgb888}, YuvLayout::planar, 1);
  FrameGeometry g{PixelFormat::yuv420};
  for (YuvMatrix matrix : {YuvMatrix::bt601, YuvMatrix::bt709}) {
    for (YuvRange range : {YuvRange::full, YuvRange::limited}) {
      for (YuvLayout layout :
           {YuvLayout::planar, YuvLayout::nv21, YuvLayout::nv12, YuvLayout::apart}) {
        g.matrix = matrix;
        g.range = range;
        for (int luma_stride : {1, 2}) each_way(g, layout, luma_stride);
      }
    }
  }
  g.siting = ChromaSiting::interpolated;
  for (YuvRange range : {YuvRange::full, YuvRange::limited}) {
    g.range = range;
    for (YuvLayout layout : {YuvLayout::planar, YuvLayout::nv21}) each_way(g, layout, 1);
  }
}

// All sides of 1 to 20, where every border case meets every other.
TEST(PreprocessPlanEqualsReference, OnAllSmallSides) {
  Random random(20240604);
  PreprocessRecipe recipe = DemoRecipe();
  recipe.resize_width = 23;
  recipe.resize_height = 29;
  recipe.crop_x = recipe.crop_y = 0;
  recipe.crop_width = 23;
  recipe.crop_height = 29;
  for (int width = 1; width <= 20; ++width) {
    for (int height = 1; height <= 20; ++height) {
      for (int format = 0; format < 3; ++format) {
        FrameGeometry g = RandomGeometry(&random);
        g.format = static_cast<PixelFormat>(format);
        g.width = width;
        g.height = height;
        g.region = {};
        if (random.Chance(30)) g.region = RandomRegion(&random, g);
        ASSERT_NO_FATAL_FAILURE(ExpectEqualsReference(recipe, RandomPicture(&random, g).frame()));
      }
    }
  }
}

// Every value of every component, through the vector path: 256 x 256 chroma values, and luma values
// that run over them.
TEST(PreprocessPlanEqualsReference, OnEveryChromaValue) {
  PreprocessRecipe recipe = DemoRecipe();
  recipe.resize_width = recipe.resize_height = 512;
  recipe.crop_x = recipe.crop_y = 0;
  recipe.crop_width = recipe.crop_height = 512;
  std::vector<uint8_t> luma(512 * 512), u(256 * 256), v(256 * 256);
  for (int k = 0; k < 256 * 256; ++k) {
    u[k] = static_cast<uint8_t>(k);
    v[k] = static_cast<uint8_t>(k >> 8);
  }
  for (int round = 0; round < 8; ++round) {
    Random random(round);
    random.Fill(&luma);
    FrameGeometry g{PixelFormat::yuv420, 512, 512};
    g.matrix = static_cast<YuvMatrix>(round & 1);
    g.range = static_cast<YuvRange>(round >> 1 & 1);
    g.siting = static_cast<ChromaSiting>(round >> 2 & 1);
    const Frame frame{g,
                      {{luma.data(), luma.size(), 512, 1},
                       {u.data(), u.size(), 256, 1},
                       {v.data(), v.size(), 256, 1}}};
    ASSERT_NO_FATAL_FAILURE(ExpectEqualsReference(recipe, frame));
  }
}

TEST(PreprocessPlanEqualsReference, OnTwelveMegapixels) {
  Random random(20240605);
  for (PixelFormat format : {PixelFormat::rgba8888, PixelFormat::rgb888, PixelFormat::yuv420}) {
    const FrameGeometry g{format, 4000, 3000, format == PixelFormat::rgb888 ? 270 : 0, false};
    const Picture picture(&random, g, YuvLayout::nv21);
    ASSERT_NO_FATAL_FAILURE(ExpectEqualsReference(DemoRecipe(), picture.frame()));
  }
}

TEST(PreprocessPlanEqualsReference, OnLongThinPicturesAndLargeOutputs) {
  Random random(20240606);
  PreprocessRecipe large = DemoRecipe();  // several tiles across
  large.resize_width = large.crop_width = 1000;
  large.resize_height = large.crop_height = 600;
  large.crop_x = large.crop_y = 0;
  const int sides[][2] = {{kMaxFrameSide, 2}, {1, kMaxFrameSide}, {600, 400}};
  for (const auto& side : sides) {
    for (int format = 0; format < 3; ++format) {
      for (int rotation : {0, 90}) {
        const FrameGeometry g{static_cast<PixelFormat>(format), side[0], side[1], rotation, true};
        const Picture picture(&random, g, YuvLayout::planar);
        ASSERT_NO_FATAL_FAILURE(ExpectEqualsReference(large, picture.frame()));
      }
    }
  }
}

}  // namespace
}  // namespace pocketlens
