#include "core/frame/region.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pocketlens {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A stored picture of 30 x 20 that stands upright as 20 x 30.
FrameGeometry Turned() {
  FrameGeometry geometry{PixelFormat::rgb888, 30, 20};
  geometry.rotation = 90;
  return geometry;
}

Region Pixels(const RegionRequest& request) {
  const Result<Region> region = PixelsOf(request, Turned());
  EXPECT_TRUE(region.ok()) << region.error().message;
  return region.value();
}

TEST(PixelsOf, TakesPixelsOfTheUprightPicture) {
  EXPECT_EQ(Pixels({}), Region{});
  EXPECT_EQ(Pixels({RegionUnit::pixels, 3, 10, 17, 20}), (Region{3, 10, 17, 20}));
}

TEST(PixelsOf, TakesSharesToTheNearestEdge) {
  EXPECT_EQ(Pixels({RegionUnit::shares, 0, 0, 1, 1}), (Region{0, 0, 20, 30}));
  EXPECT_EQ(Pixels({RegionUnit::shares, 0.1, 0.2, 0.5, 0.5}), (Region{2, 6, 10, 15}));
  EXPECT_EQ(Pixels({RegionUnit::shares, 0.124, 0, 0.251, 0.05}), (Region{2, 0, 6, 2}));
  EXPECT_EQ(Pixels({RegionUnit::shares, 0.1, 0.7, 0.9, 0.3}), (Region{2, 21, 18, 9}));
}

TEST(PixelsOf, LeavesAtLeastAPixel) {
  EXPECT_EQ(Pixels({RegionUnit::shares, 0.5, 0.5, 1e-6, 1e-6}), (Region{10, 15, 1, 1}));
  EXPECT_EQ(Pixels({RegionUnit::shares, 0.999999, 0.999999, 1e-6, 1e-6}), (Region{19, 29, 1, 1}));
}

TEST(PixelsOf, RefusesWhatIsNoRegion) {
  const RegionRequest bad[] = {
      {RegionUnit::pixels, 0, 0, 0, 5},         {RegionUnit::pixels, 0, 0, 21, 5},
      {RegionUnit::pixels, 0, 29, 5, 2},        {RegionUnit::pixels, -1, 0, 5, 5},
      {RegionUnit::pixels, 0.5, 0, 5, 5},       {RegionUnit::pixels, 0, 0, 1e300, 5},
      {RegionUnit::pixels, kNan, 0, 5, 5},      {RegionUnit::shares, 0, 0, 0, 1},
      {RegionUnit::shares, 0.5, 0, 0.6, 1},     {RegionUnit::shares, 0, -0.1, 1, 1},
      {RegionUnit::shares, 0, 0, 100, 100},     {RegionUnit::shares, 0, 0, 1, kNan},
      {static_cast<RegionUnit>(3), 0, 0, 1, 1}, {static_cast<RegionUnit>(-1), 0, 0, 1, 1}};
  for (const RegionRequest& request : bad) {
    const Result<Region> region = PixelsOf(request, Turned());
    ASSERT_FALSE(region.ok()) << request.x << " " << request.width;
    EXPECT_EQ(region.error().code, ErrorCode::bad_frame);
    EXPECT_NE(region.error().message.find("egion"), std::string::npos);
  }
}

TEST(PixelsOf, SaysWhatWasAsked) {
  const Result<Region> region = PixelsOf({RegionUnit::shares, 0.5, 0, 0.75, 1}, Turned());
  ASSERT_FALSE(region.ok());
  EXPECT_NE(region.error().message.find("0.75 x 1 at 0.5, 0"), std::string::npos)
      << region.error().message;
}

}  // namespace
}  // namespace pocketlens
