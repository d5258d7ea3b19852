// A classifier that is taught, and one that knows what it does not know, on the real runtime.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/classifier.h"
#include "core/teaching/vectors.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::ColourSpace;
using testing::ConvertedModel;
using testing::kOutputs;
using testing::PackageFiles;
using testing::Picture;
using testing::TemporaryFolder;
using testing::WritePackage;

std::unique_ptr<Classifier> Open(std::unique_ptr<Package> package) {
  SessionSettings settings;
  settings.threads = 1;
  auto classifier = Classifier::Open(std::move(package), settings);
  EXPECT_TRUE(classifier.ok()) << classifier.error().message;
  return std::move(classifier).value();
}

std::unique_ptr<Package> Colours() {
  const std::string model = ConvertedModel(testing::ColourClassifier());
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles(model, "classifier", kOutputs), "classifier", kOutputs);
  auto package = OpenPackage(folder / "p");
  EXPECT_TRUE(package.ok()) << package.error().message;
  return std::move(package).value();
}

std::unique_ptr<Package> Teachable(const std::map<std::string, std::string>& more = {}) {
  const TemporaryFolder folder;
  testing::WriteTeachable(folder / "p", more);
  auto package = OpenPackage(folder / "p");
  EXPECT_TRUE(package.ok()) << package.error().message;
  return std::move(package).value();
}

TEST(Classifier, IsTaughtWithPicturesAndNamesThem) {
  const auto classifier = Open(Teachable({{"embedding.bin", ColourSpace()}}));
  const auto labels = TaughtLabels::Make(classifier->package().space).value();
  const Picture red(12, 9, {250, 20, 10}), blue(12, 9, {10, 30, 240});
  const auto before = classifier->Classify(red.frame, 9).value();
  const auto added = classifier->Teach(labels.get(), "Fire", red.frame);
  ASSERT_TRUE(added.ok()) << added.error().message;
  EXPECT_EQ(added.value().taught->pictures.size(), 1u);
  ASSERT_FALSE(classifier->UseTaught(labels));
  const auto found = classifier->Classify(red.frame, 9).value();
  EXPECT_EQ(found.headline.index, kOutputs) << "the first taught label";
  EXPECT_EQ(found.taught->labels[0]->mid, "own/fire");
  EXPECT_EQ(found.labels.size(), before.labels.size() + 1);
  EXPECT_EQ(found.probabilities, before.probabilities);
  EXPECT_NE(classifier->Classify(blue.frame, 9).value().headline.index, kOutputs);
  Classification mean;
  mean.probabilities = found.probabilities;
  mean.embedding = found.embedding;
  ASSERT_FALSE(classifier->Rank(&mean, 9));
  EXPECT_EQ(mean.headline.index, kOutputs);
  EXPECT_EQ(mean.headline.score, found.headline.score);
  EXPECT_EQ(mean.labels.size(), found.labels.size());
  ASSERT_FALSE(classifier->Rank(&mean, 9, {found.headline.score, {}}));
  for (const ScoredLabel& label : mean.labels) EXPECT_GE(label.score, found.headline.score);
  mean.embedding[3] = std::nanf("");
  EXPECT_EQ(classifier->Rank(&mean, 9).code, ErrorCode::score_not_finite);
  mean.embedding.resize(3);
  EXPECT_EQ(classifier->Rank(&mean, 9).code, ErrorCode::bad_embedding);
  mean.embedding.clear();
  ASSERT_FALSE(classifier->Rank(&mean, 9));
  EXPECT_EQ(mean.headline.index, before.headline.index) << "nothing taught is looked for";
  ASSERT_TRUE(classifier->Teach(labels.get(), "label 2", blue.frame).ok());
  EXPECT_EQ(labels->state()->labels[1]->mid, "own/label-2") << "a label of the package";
  EXPECT_EQ(classifier->Classify(blue.frame, 9).value().headline.index, kOutputs + 1);
  ASSERT_FALSE(labels->Rename("own/fire", "Flame"));
  EXPECT_EQ(classifier->Teach(labels.get(), "FLAME", red.frame).value().taught->mid, "own/fire");
  ASSERT_FALSE(classifier->UseTaught(nullptr));
  const auto after = classifier->Classify(red.frame, 9).value();
  EXPECT_EQ(after.headline.index, before.headline.index);
  EXPECT_EQ(after.taught, nullptr);
}

// The columns from `first` on of a picture that is redder to the right, `width` of them.
std::vector<uint8_t> Slope(int first, int width, int height) {
  std::vector<uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) {
    const int x = first + i % width;
    pixels.insert(pixels.end(), {static_cast<uint8_t>(x * 9), 40, static_cast<uint8_t>(i % 251), 255});
  }
  return pixels;
}

TEST(Classifier, TeachesTheRegionAndNothingElse) {
  const auto classifier = Open(Teachable({{"embedding.bin", ColourSpace()}}));
  const auto labels = TaughtLabels::Make(classifier->package().space).value();
  for (const auto& [rotation, mirror] : {std::pair(0, false), {0, true}, {90, false}, {270, true}}) {
    const bool turned = rotation % 180 != 0;
    std::vector<uint8_t> whole = Slope(0, 24, 10), part;
    Frame frame;
    frame.geometry.width = 24, frame.geometry.height = 10;
    frame.geometry.rotation = rotation, frame.geometry.mirror = mirror;
    frame.planes[0] = {whole.data(), whole.size(), 24 * 4, 4};
    frame.geometry.region = turned ? Region{1, 2, 7, 11} : Region{2, 1, 11, 7};
    const Region& region = frame.geometry.region;
    for (int y = 0; y < region.height; ++y) {
      for (int x = 0; x < region.width; ++x) {
        const Place place = StoredPlace(frame.geometry, region.x + x, region.y + y);
        const auto from = whole.begin() + (place.y * 24 + place.x) * 4;
        part.insert(part.end(), from, from + 4);
      }
    }
    Frame cut;
    cut.geometry.width = region.width, cut.geometry.height = region.height;
    cut.planes[0] = {part.data(), part.size(), region.width * 4, 4};
    ASSERT_TRUE(classifier->Teach(labels.get(), "Region", frame).ok());
    ASSERT_TRUE(classifier->Teach(labels.get(), "Cut", cut).ok());
    const auto state = labels->state();
    EXPECT_EQ(state->labels[0]->pictures.back(), state->labels[1]->pictures.back())
        << rotation << " " << mirror;
  }
}

TEST(Classifier, TeachesTheSmallestPicture) {
  const auto classifier = Open(Teachable({{"embedding.bin", ColourSpace()}}));
  const auto labels = TaughtLabels::Make(classifier->package().space).value();
  const Picture dot(1, 1, {250, 20, 10});
  EXPECT_TRUE(classifier->Teach(labels.get(), "Dot", dot.frame).ok());
  Frame none = dot.frame;
  none.geometry.width = 0;
  EXPECT_EQ(classifier->Teach(labels.get(), "Dot", none).error().code, ErrorCode::bad_frame);
}

TEST(Classifier, CannotBeTaughtWithoutAnEmbedding) {
  const Picture red(12, 9, {250, 20, 10});
  EXPECT_EQ(Open(Colours())->Embed(red.frame).error().code, ErrorCode::no_embedding);
  const auto classifier = Open(Teachable());
  EXPECT_TRUE(classifier->Embed(red.frame).ok());
  EXPECT_EQ(classifier->package().space, nullptr);
  const auto labels =
      TaughtLabels::Make(std::make_shared<const Embedding>(
                             ReadEmbedding(Bytes::CopyOf(ColourSpace()),
                                           Teachable()->embedding).value())).value();
  EXPECT_EQ(classifier->Teach(labels.get(), "Fire", red.frame).error().code,
            ErrorCode::no_embedding);
  EXPECT_EQ(classifier->UseTaught(labels).code, ErrorCode::no_embedding);
  std::string other = ColourSpace();
  other[64 + 16 * 4] ^= 1;  // a scale
  const auto another = Open(Teachable({{"embedding.bin", other}}));
  EXPECT_EQ(another->UseTaught(labels).code, ErrorCode::other_embedding);
}

TEST(Classifier, HasNoHeadlineForWhatItDoesNotKnow) {
  const Picture red(12, 9, {250, 20, 10}), blue(12, 9, {10, 30, 240});
  const std::string space = ColourSpace();
  const auto plain = Open(Teachable({{"embedding.bin", space}}));
  const auto embedding = plain->Embed(red.frame).value();
  const Vector vector = Project(*plain->package().space, embedding.data());
  std::string known = "PLKNOWN\n";
  const uint32_t words[] = {1, 16, 1};
  known.append(reinterpret_cast<const char*>(words), sizeof words);
  const float threshold = 0.9f;
  known.append(reinterpret_cast<const char*>(&threshold), sizeof threshold);
  for (size_t i = 0; i < 32; ++i) {
    known.push_back(static_cast<char>(
        std::stoi(plain->package().space->id.substr(2 * i, 2), nullptr, 16)));
  }
  known.append(reinterpret_cast<const char*>(vector.data()), vector.size());
  const auto gated = Open(Teachable({{"embedding.bin", space}, {"known.bin", known}}));
  const auto before = plain->Classify(blue.frame, 9).value();
  ASSERT_GE(before.headline.index, 0) << "it would be named";
  EXPECT_EQ(before.familiarity, -1);
  const auto stranger = gated->Classify(blue.frame, 9).value();
  EXPECT_EQ(stranger.headline.index, -1);
  EXPECT_LT(stranger.familiarity, 0.5f);
  EXPECT_EQ(stranger.probabilities, before.probabilities);
  const auto friendly = gated->Classify(red.frame, 9).value();
  EXPECT_FLOAT_EQ(friendly.familiarity, 1);
  EXPECT_EQ(friendly.headline.index, plain->Classify(red.frame, 9).value().headline.index);
}

}  // namespace
}  // namespace pocketlens
