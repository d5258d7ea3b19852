// Preprocessing against hashes that LiteCV, Pillow and numpy gave (tests/data/preprocess/hashes.csv), so
// that a machine without them is held to the same bits. Runs in the repository root.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/preprocess/plan.h"
#include "core/preprocess/reference.h"
#include "core/preprocess/testing.h"
#include "core/package/sha256.h"

namespace pocketlens {
namespace {

// Byte k is a mixture of the bits of k and the seed; tests/native/pictures.py makes the same.
std::vector<uint8_t> Noise(uint32_t seed, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint32_t n = 0; n < count; ++n) {
    uint32_t k = (n + seed * 0x9E3779B9u) * 0x85EBCA6Bu;
    k = (k ^ (k >> 15)) * 0xC2B2AE35u;
    bytes[n] = static_cast<uint8_t>((k ^ (k >> 13)) >> 8);
  }
  return bytes;
}

using Row = std::map<std::string, std::string>;

std::vector<Row> ReadTable(const std::string& path) {
  std::ifstream file(path);
  const auto cells = [](const std::string& line) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) parts.push_back(cell);
    return parts;
  };
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (size_t k = 0; k < names.size() && k < values.size(); ++k) row[names[k]] = values[k];
    rows.push_back(row);
  }
  return rows;
}

// A picture of the table and its memory.
class Stored {
 public:
  explicit Stored(const Row& row) {
    FrameGeometry& g = frame_.geometry;
    const std::string format = row.at("format");
    g.width = std::stoi(row.at("width"));
    g.height = std::stoi(row.at("height"));
    g.rotation = std::stoi(row.at("rotation"));
    g.mirror = row.at("mirror") == "1";
    g.matrix = row.at("matrix") == "bt709" ? YuvMatrix::bt709 : YuvMatrix::bt601;
    g.range = row.at("range") == "limited" ? YuvRange::limited : YuvRange::full;
    if (const std::string& region = row.at("region"); !region.empty()) {
      std::istringstream numbers(region);
      numbers >> g.region.x >> g.region.y >> g.region.width >> g.region.height;
    }
    const auto seed = static_cast<uint32_t>(std::stoul(row.at("seed")));
    const size_t pixels = size_t{1} * g.width * g.height;
    if (format == "rgba" || format == "rgb") {
      const int channels = static_cast<int>(format.size());
      g.format = format == "rgba" ? PixelFormat::rgba8888 : PixelFormat::rgb888;
      planes_[0] = Noise(seed, pixels * channels);
      frame_.planes[0] = {planes_[0].data(), planes_[0].size(), g.width * channels, channels};
      return;
    }
    g.format = PixelFormat::yuv420;
    const int across = ChromaSide(g.width), down = ChromaSide(g.height);
    const size_t samples = size_t{1} * across * down;
    planes_[0] = Noise(seed, pixels);
    frame_.planes[0] = {planes_[0].data(), pixels, g.width, 1};
    planes_[1] = Noise(seed + 1, samples);
    planes_[2] = Noise(seed + 2, samples);
    if (format == "i420") {
      frame_.planes[1] = {planes_[1].data(), samples, across, 1};
      frame_.planes[2] = {planes_[2].data(), samples, across, 1};
      return;
    }
    for (size_t k = 0; k < samples; ++k) {
      interleaved_.push_back(planes_[2][k]);
      interleaved_.push_back(planes_[1][k]);
    }
    frame_.planes[1] = {interleaved_.data() + 1, 2 * samples - 1, 2 * across, 2};
    frame_.planes[2] = {interleaved_.data(), 2 * samples - 1, 2 * across, 2};
  }
  Stored(const Stored&) = delete;
  Stored& operator=(const Stored&) = delete;

  const Frame& frame() const { return frame_; }

 private:
  Frame frame_;
  std::vector<uint8_t> planes_[3], interleaved_;
};

std::string HashOf(const std::vector<float>& tensor) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
                "the hashes are of little-endian floats");
  return Sha256Hex(tensor.data(), tensor.size() * sizeof(float));
}

TEST(PreprocessGolden, EveryPathGivesTheOraclesBits) {
  const std::vector<Row> rows = ReadTable("tests/data/preprocess/hashes.csv");
  ASSERT_GE(rows.size(), 28u) << "tests run in the repository's root";
  for (const Row& row : rows) {
    PreprocessRecipe recipe = testing::DemoRecipe();
    for (int k = 0; k < 3; ++k) {
      if (row.at("interpolation") == kInterpolations[k]) {
        recipe.interpolation = static_cast<Interpolation>(k);
      }
    }
    const Stored stored(row);
    const std::string name = row.at("format") + " " + row.at("width") + " x " + row.at("height") +
                             " " + row.at("interpolation");
    std::vector<float> tensor(recipe.output_count());
    ASSERT_FALSE(PreprocessReference(recipe, stored.frame(), tensor.data()));
    EXPECT_EQ(HashOf(tensor), row.at("sha256")) << "reference: " << name;
    for (const char* set : {BestInstructionSet(), "portable"}) {
      auto plan = PreprocessPlan::Make(recipe, stored.frame().geometry, set);
      ASSERT_TRUE(plan.ok());
      std::fill(tensor.begin(), tensor.end(), 0.0f);
      ASSERT_FALSE(plan.value()->Run(stored.frame(), tensor.data()));
      EXPECT_EQ(HashOf(tensor), row.at("sha256")) << set << ": " << name;
    }
  }
}

}  // namespace
}  // namespace pocketlens
