#include "core/preprocess/reference.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/frame/yuv.h"
#include "core/preprocess/plan.h"
#include "core/preprocess/testing.h"

namespace pocketlens {
namespace {

using testing::DemoRecipe;
using testing::Picture;
using testing::Random;

TEST(CheckRecipe, TakesTheDemoRecipe) { EXPECT_FALSE(CheckRecipe(DemoRecipe())); }

struct RecipeCase {
  const char* name;
  void (*damage)(PreprocessRecipe*);
};

class CheckRecipeRefuses : public ::testing::TestWithParam<RecipeCase> {};

TEST_P(CheckRecipeRefuses, BadRecipe) {
  PreprocessRecipe recipe = DemoRecipe();
  GetParam().damage(&recipe);
  const Error error = CheckRecipe(recipe);
  EXPECT_EQ(error.code, ErrorCode::bad_recipe);
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(PreprocessPlan::Make(recipe, FrameGeometry{PixelFormat::rgb888, 4, 4}).error().code,
            ErrorCode::bad_recipe);
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int kMaxInt = std::numeric_limits<int>::max();

INSTANTIATE_TEST_SUITE_P(
    All, CheckRecipeRefuses,
    ::testing::Values(
        RecipeCase{"InterpolationUnknown",
                   [](PreprocessRecipe* r) { r->interpolation = static_cast<Interpolation>(3); }},
        RecipeCase{"PillowTwoSides",
                   [](PreprocessRecipe* r) {
                     r->interpolation = Interpolation::pillow_bicubic;
                     r->resize_height = 260;
                     r->crop_y = 18;
                   }},
        RecipeCase{"PillowCropAside",
                   [](PreprocessRecipe* r) {
                     r->interpolation = Interpolation::pillow_bilinear;
                     r->crop_x = 15;
                   }},
        RecipeCase{"ResizeWidthZero", [](PreprocessRecipe* r) { r->resize_width = 0; }},
        RecipeCase{"ResizeHeightNegative", [](PreprocessRecipe* r) { r->resize_height = -1; }},
        RecipeCase{"ResizeTooWide",
                   [](PreprocessRecipe* r) { r->resize_width = kMaxResizeSide + 1; }},
        RecipeCase{"ResizeHuge", [](PreprocessRecipe* r) { r->resize_height = kMaxInt; }},
        RecipeCase{"CropEmpty", [](PreprocessRecipe* r) { r->crop_width = 0; }},
        RecipeCase{"CropNegativeHeight", [](PreprocessRecipe* r) { r->crop_height = -224; }},
        RecipeCase{"CropLeftOfPicture", [](PreprocessRecipe* r) { r->crop_x = -1; }},
        RecipeCase{"CropAbovePicture", [](PreprocessRecipe* r) { r->crop_y = -1; }},
        RecipeCase{"CropOneTooFarRight", [](PreprocessRecipe* r) { r->crop_x = 33; }},
        RecipeCase{"CropOneTooFarDown", [](PreprocessRecipe* r) { r->crop_y = 33; }},
        RecipeCase{"CropOverflows",
                   [](PreprocessRecipe* r) { r->crop_x = r->crop_width = kMaxInt; }},
        RecipeCase{"ScaleZero", [](PreprocessRecipe* r) { r->scale = 0; }},
        RecipeCase{"ScaleNegative", [](PreprocessRecipe* r) { r->scale = -1; }},
        RecipeCase{"ScaleNan", [](PreprocessRecipe* r) { r->scale = kNan; }},
        RecipeCase{"ScaleHuge", [](PreprocessRecipe* r) { r->scale = 1e300; }},
        RecipeCase{"MeanNan", [](PreprocessRecipe* r) { r->mean[1] = kNan; }},
        RecipeCase{"MeanInfinite", [](PreprocessRecipe* r) { r->mean[2] = kInfinity; }},
        RecipeCase{"StdZero", [](PreprocessRecipe* r) { r->stddev[0] = 0; }},
        RecipeCase{"StdNan", [](PreprocessRecipe* r) { r->stddev[0] = kNan; }},
        RecipeCase{"StdInfinite", [](PreprocessRecipe* r) { r->stddev[2] = kInfinity; }},
        RecipeCase{"StdTiny", [](PreprocessRecipe* r) { r->stddev[2] = 1e-45f; }},
        RecipeCase{"OrderUnknown",
                   [](PreprocessRecipe* r) { r->order = static_cast<ChannelOrder>(2); }}),
    [](const auto& info) { return info.param.name; });

struct FrameCase {
  const char* name;
  PixelFormat format;
  void (*damage)(Frame*);
  const char* word;  // must stand in the message
  ErrorCode code = ErrorCode::bad_frame;
};

class CheckFrameRefuses : public ::testing::TestWithParam<FrameCase> {};

TEST_P(CheckFrameRefuses, BadFrame) {
  Random random(7);
  Picture picture(&random, FrameGeometry{GetParam().format, 9, 7});
  ASSERT_FALSE(CheckFrame(picture.frame()));
  Frame frame = picture.frame();
  GetParam().damage(&frame);
  const Error error = CheckFrame(frame);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_NE(error.message.find(GetParam().word), std::string::npos) << error.message;

  std::vector<float> out(DemoRecipe().output_count(), -7.0f);
  EXPECT_EQ(PreprocessReference(DemoRecipe(), frame, out.data()).code, GetParam().code);
  auto plan = PreprocessPlan::Make(DemoRecipe(), picture.frame().geometry);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan.value()->Run(frame, out.data()).code, ErrorCode::bad_frame);
  for (float value : out) ASSERT_EQ(value, -7.0f) << "a refused frame left something in the output";
}

constexpr PixelFormat kRgba = PixelFormat::rgba8888, kRgb = PixelFormat::rgb888,
                      kYuv = PixelFormat::yuv420;

INSTANTIATE_TEST_SUITE_P(
    All, CheckFrameRefuses,
    ::testing::Values(
        FrameCase{"FormatUnknown", kRgba,
                  [](Frame* f) { f->geometry.format = static_cast<PixelFormat>(3); }, "number 3",
                  ErrorCode::unsupported_format},
        FrameCase{"FormatNegative", kRgba,
                  [](Frame* f) { f->geometry.format = static_cast<PixelFormat>(-1); }, "number -1",
                  ErrorCode::unsupported_format},
        FrameCase{"WidthZero", kRgba, [](Frame* f) { f->geometry.width = 0; }, "0 x 7"},
        FrameCase{"HeightNegative", kYuv, [](Frame* f) { f->geometry.height = -7; }, "9 x -7"},
        FrameCase{"TooWide", kRgb, [](Frame* f) { f->geometry.width = kMaxFrameSide + 1; },
                  "32769"},
        FrameCase{"TooHigh", kRgb, [](Frame* f) { f->geometry.height = kMaxInt; }, "2147483647"},
        FrameCase{"RotationOdd", kRgb, [](Frame* f) { f->geometry.rotation = 45; }, "45"},
        FrameCase{"RotationNegative", kRgb, [](Frame* f) { f->geometry.rotation = -90; }, "-90"},
        FrameCase{"RotationFull", kRgb, [](Frame* f) { f->geometry.rotation = 360; }, "360"},
        FrameCase{"MatrixUnknown", kYuv,
                  [](Frame* f) { f->geometry.matrix = static_cast<YuvMatrix>(2); }, "matrix"},
        FrameCase{"RangeUnknown", kYuv,
                  [](Frame* f) { f->geometry.range = static_cast<YuvRange>(-1); }, "range"},
        FrameCase{"SitingUnknown", kYuv,
                  [](Frame* f) { f->geometry.siting = static_cast<ChromaSiting>(2); }, "siting"},
        FrameCase{"RegionTooFarRight", kRgb,
                  [](Frame* f) { f->geometry.region = {5, 0, 5, 7}; }, "5 x 7 pixels at 5, 0"},
        FrameCase{"RegionTooFarDown", kYuv,
                  [](Frame* f) { f->geometry.region = {0, 3, 9, 5}; }, "upright picture has 9 x 7"},
        FrameCase{"RegionOfTheTurnedPicture", kYuv,
                  [](Frame* f) {
                    f->geometry.rotation = 90;
                    f->geometry.region = {0, 0, 9, 7};
                  },
                  "upright picture has 7 x 9"},
        FrameCase{"RegionNegative", kRgba,
                  [](Frame* f) { f->geometry.region = {-1, 0, 3, 3}; }, "at -1, 0"},
        FrameCase{"RegionEmpty", kRgb, [](Frame* f) { f->geometry.region = {1, 1, 0, 3}; },
                  "must have pixels"},
        FrameCase{"RegionOverflows", kRgb,
                  [](Frame* f) { f->geometry.region = {kMaxInt, 1, kMaxInt, 3}; }, "2147483647"},
        FrameCase{"NoData", kRgba, [](Frame* f) { f->planes[0].data = nullptr; }, "no data"},
        FrameCase{"NoChroma", kYuv, [](Frame* f) { f->planes[2].data = nullptr; }, "V plane"},
        FrameCase{"RgbaPixelStride", kRgba, [](Frame* f) { f->planes[0].pixel_stride = 3; },
                  "needs 4"},
        FrameCase{"RgbPixelStride", kRgb, [](Frame* f) { f->planes[0].pixel_stride = 4; },
                  "needs 3"},
        FrameCase{"YPixelStrideZero", kYuv, [](Frame* f) { f->planes[0].pixel_stride = 0; },
                  "1 or 2"},
        FrameCase{"UPixelStrideThree", kYuv, [](Frame* f) { f->planes[1].pixel_stride = 3; },
                  "U plane"},
        FrameCase{"VPixelStrideNegative", kYuv, [](Frame* f) { f->planes[2].pixel_stride = -1; },
                  "V plane"},
        FrameCase{"RowStrideShort", kRgba, [](Frame* f) { f->planes[0].row_stride = 35; }, "36"},
        FrameCase{"RowStrideNegative", kRgb, [](Frame* f) { f->planes[0].row_stride = -27; },
                  "-27"},
        FrameCase{"URowStrideShort", kYuv,
                  [](Frame* f) {
                    f->planes[1].row_stride = 4;
                    f->planes[1].pixel_stride = 1;
                  },
                  "U plane"},
        FrameCase{"OneByteShort", kRgba,
                  [](Frame* f) { f->planes[0].size = 6u * f->planes[0].row_stride + 35; }, "252"},
        FrameCase{"Empty", kRgb, [](Frame* f) { f->planes[0].size = 0; }, "0 bytes"},
        FrameCase{"VOneByteShort", kYuv,
                  [](Frame* f) {
                    const Plane& p = f->planes[2];
                    f->planes[2].size = 3u * p.row_stride + 4u * p.pixel_stride;
                  },
                  "V plane"}),
    [](const auto& info) { return info.param.name; });

TEST(CheckFrame, TakesAnUnpaddedLastRow) {
  std::vector<uint8_t> bytes(2 * 100 + 9 * 4);
  Frame frame{FrameGeometry{kRgba, 9, 3}, {{bytes.data(), bytes.size(), 100, 4}, {}, {}}};
  EXPECT_FALSE(CheckFrame(frame));
}

TEST(PreprocessPlan, RefusesAnotherGeometry) {
  Random random(3);
  Picture picture(&random, FrameGeometry{kRgb, 40, 30});
  FrameGeometry other = picture.frame().geometry;
  other.mirror = !other.mirror;
  auto plan = PreprocessPlan::Make(DemoRecipe(), other);
  ASSERT_TRUE(plan.ok());
  std::vector<float> out(DemoRecipe().output_count());
  EXPECT_EQ(plan.value()->Run(picture.frame(), out.data()).code, ErrorCode::bad_frame);
}

TEST(PreprocessPlan, RefusesABadGeometryAndAnUnknownInstructionSet) {
  const FrameGeometry flat{kRgb, 40, 0};
  EXPECT_EQ(PreprocessPlan::Make(DemoRecipe(), flat).error().code, ErrorCode::bad_frame);
  const FrameGeometry good{kRgb, 40, 30};
  EXPECT_EQ(PreprocessPlan::Make(DemoRecipe(), good, "mmx").error().code, ErrorCode::bad_settings);
}

TEST(PreprocessPlan, SaysWhatItIs) {
  const FrameGeometry geometry{kYuv, 40, 30, 90, true, YuvMatrix::bt709, YuvRange::limited};
  auto plan = PreprocessPlan::Make(DemoRecipe(), geometry);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan.value()->geometry() == geometry);
  EXPECT_EQ(plan.value()->recipe().crop_x, 16);
  EXPECT_STREQ(plan.value()->instruction_set(), BestInstructionSet());
}

// A picture of one colour is that colour everywhere, whatever is done to it on the way.
TEST(PreprocessReference, KeepsAPlainColour) {
  std::vector<uint8_t> bytes(31 * 17 * 3);
  for (size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<uint8_t>(10 + 100 * (k % 3));
  const FrameGeometry geometry{kRgb, 31, 17, 270, true};
  Frame frame{geometry, {{bytes.data(), bytes.size(), 93, 3}, {}, {}}};
  for (ChannelOrder order : {ChannelOrder::rgb, ChannelOrder::bgr}) {
    PreprocessRecipe recipe = DemoRecipe();
    recipe.order = order;
    std::vector<float> out(recipe.output_count());
    ASSERT_FALSE(PreprocessReference(recipe, frame, out.data()));
    for (size_t k = 0; k < out.size(); ++k) {
      const int c = static_cast<int>(k % 3);
      const int colour = 10 + 100 * (order == ChannelOrder::rgb ? c : 2 - c);
      const float scaled = static_cast<float>(colour * (1.0 / 255));
      ASSERT_EQ(out[k], (scaled - recipe.mean[c]) / recipe.stddev[c]) << k;
    }
  }
}

// By hand: rows first, 3 times the own sample and the one beside, then columns in the same way; the
// rounding is 8 in even and 7 in odd columns, and at the edges a sample is beside itself.
TEST(InterpolatedChroma, IsLibjpegTurbosFancyUpsampling) {
  const uint8_t samples[] = {100, 140, 180, 60, 100, 140};
  const Plane plane{samples, sizeof samples, 3, 1};
  const int expected[4][5] = {{100, 110, 130, 150, 170},
                              {90, 100, 120, 140, 160},
                              {70, 80, 100, 120, 140},
                              {60, 70, 90, 110, 130}};
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_EQ(InterpolatedChromaAt(plane, 5, 4, {x, y}), expected[y][x]) << x << ", " << y;
    }
  }
}

TEST(InterpolatedChroma, IsOnlyForYuvThatAsksForItAndIsWideEnough) {
  FrameGeometry g{kYuv, 5, 1};
  EXPECT_FALSE(InterpolatesChroma(g));
  g.siting = ChromaSiting::interpolated;
  EXPECT_TRUE(InterpolatesChroma(g));
  g.width = 4;
  EXPECT_FALSE(InterpolatesChroma(g));
  EXPECT_FALSE(InterpolatesChroma({kRgb, 5, 1, 0, false, {}, {}, ChromaSiting::interpolated}));
}

// Without resizing or normalisation the output is the picture itself: shows where each rotation and
// mirroring puts the corners. Stored:  0 1 2
//                                      3 4 5
TEST(PreprocessReference, TurnsClockwiseThenMirrors) {
  const struct {
    int rotation;
    bool mirror;
    std::vector<float> upright;
  } cases[] = {
      {0, false, {0, 1, 2, 3, 4, 5}},   {0, true, {2, 1, 0, 5, 4, 3}},
      {90, false, {3, 0, 4, 1, 5, 2}},  {90, true, {0, 3, 1, 4, 2, 5}},
      {180, false, {5, 4, 3, 2, 1, 0}}, {180, true, {3, 4, 5, 0, 1, 2}},
      {270, false, {2, 5, 1, 4, 0, 3}}, {270, true, {5, 2, 4, 1, 3, 0}},
  };
  std::vector<uint8_t> bytes;
  for (uint8_t v = 0; v < 6; ++v) bytes.insert(bytes.end(), 3, v);
  for (const auto& c : cases) {
    const bool turned = c.rotation % 180 != 0;
    PreprocessRecipe recipe;
    recipe.resize_width = recipe.crop_width = turned ? 2 : 3;
    recipe.resize_height = recipe.crop_height = turned ? 3 : 2;
    recipe.scale = 1;
    const FrameGeometry geometry{kRgb, 3, 2, c.rotation, c.mirror};
    Frame frame{geometry, {{bytes.data(), 18, 9, 3}, {}, {}}};
    std::vector<float> out(18);
    ASSERT_FALSE(PreprocessReference(recipe, frame, out.data()));
    for (int k = 0; k < 18; ++k) EXPECT_EQ(out[k], c.upright[k / 3]) << c.rotation << c.mirror << k;
  }
}

// A region is what is left when the converted, upright picture is cut to it: at every offset, with
// chroma whose blocks it cuts through, turned and mirrored, in both ways to resize.
TEST(PreprocessReference, CutsARegionOutOfTheUprightPicture) {
  Random random(5);
  PreprocessRecipe upright;  // leaves the pixels as they are
  upright.scale = 1;
  PreprocessRecipe recipe = DemoRecipe();
  recipe.resize_width = recipe.resize_height = 12;
  recipe.crop_x = recipe.crop_y = 2;
  recipe.crop_width = recipe.crop_height = 8;
  for (int n = 0; n < 400; ++n) {
    FrameGeometry g{static_cast<PixelFormat>(n % 3), random.Of(1, 19), random.Of(1, 19)};
    g.rotation = 90 * random.Of(0, 3);
    g.mirror = random.Chance(50);
    g.siting = static_cast<ChromaSiting>(random.Of(0, 1));
    const Picture picture(&random, g, random.Chance(50) ? testing::YuvLayout::nv21
                                                        : testing::YuvLayout::planar);
    const Region whole = RegionOf(g);
    upright.resize_width = upright.crop_width = whole.width;
    upright.resize_height = upright.crop_height = whole.height;
    std::vector<float> pixels(upright.output_count());
    ASSERT_FALSE(PreprocessReference(upright, picture.frame(), pixels.data()));

    Frame part = picture.frame();
    Region& r = part.geometry.region;
    r.x = random.Of(0, whole.width - 1);
    r.y = random.Of(0, whole.height - 1);
    r.width = random.Of(1, whole.width - r.x);
    r.height = random.Of(1, whole.height - r.y);
    std::vector<uint8_t> cut;
    for (int y = r.y; y < r.y + r.height; ++y) {
      for (int k = 3 * r.x; k < 3 * (r.x + r.width); ++k) {
        cut.push_back(static_cast<uint8_t>(pixels[3 * whole.width * y + k]));
      }
    }
    const Frame alone{FrameGeometry{kRgb, r.width, r.height},
                      {{cut.data(), cut.size(), 3 * r.width, 3}, {}, {}}};
    recipe.interpolation = static_cast<Interpolation>(n % 2 * 2);
    std::vector<float> expected(recipe.output_count()), found(recipe.output_count());
    ASSERT_FALSE(PreprocessReference(recipe, alone, expected.data()));
    ASSERT_FALSE(PreprocessReference(recipe, part, found.data()));
    ASSERT_EQ(expected, found) << n;
  }
}

}  // namespace
}  // namespace pocketlens
