// The demo package itself through the core: what small test models cannot show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "core/classifier.h"

namespace pocketlens {
namespace {

std::string PackagePath() {
  const char* set = std::getenv("POCKETLENS_TEST_PACKAGE");
  return set != nullptr ? set : "build/packages/mobilenetv2-openimages";
}

class DemoPackage : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(std::filesystem::exists(PackagePath()))
        << "There is no package at " << PackagePath() << ". Make it first, with `make demo` or\n"
        << ".venv/bin/python -m tools convert --model models/mobilenetv2-openimages\n"
        << "or name another classifier package in POCKETLENS_TEST_PACKAGE.";
  }

  static std::unique_ptr<Classifier> Open() {
    auto package = OpenPackage(PackagePath());
    EXPECT_TRUE(package.ok()) << package.error().message;
    if (!package.ok()) return nullptr;
    SessionSettings settings;
    settings.threads = 1;
    auto classifier = Classifier::Open(std::move(package).value(), settings);
    EXPECT_TRUE(classifier.ok()) << classifier.error().message;
    return classifier.ok() ? std::move(classifier).value() : nullptr;
  }
};

// A picture that differs by `seed` and is no single colour.
struct Picture {
  Picture(int width, int height, uint32_t seed) : pixels(static_cast<size_t>(width) * height * 4) {
    for (size_t i = 0; i < pixels.size(); ++i) {
      pixels[i] = static_cast<uint8_t>((i * (seed * 2 + 1) >> 7) ^ (i >> 12));
    }
    frame.geometry.width = width;
    frame.geometry.height = height;
    frame.planes[0] = {pixels.data(), pixels.size(), width * 4, 4};
  }
  Picture(const Picture&) = delete;

  std::vector<uint8_t> pixels;
  Frame frame;
};

TEST_F(DemoPackage, EveryLabelHasAProbability) {
  const auto classifier = Open();
  ASSERT_NE(classifier, nullptr);
  const Package& package = classifier->package();
  ASSERT_EQ(package.labels.size(), static_cast<size_t>(package.outputs));
  const Picture picture(640, 480, 3);
  const auto result = classifier->Classify(picture.frame, package.outputs);
  ASSERT_TRUE(result.ok()) << result.error().message;
  const auto& labels = result.value().labels;
  EXPECT_FALSE(labels.empty());
  EXPECT_TRUE(std::is_sorted(labels.begin(), labels.end(), [](const auto& a, const auto& b) {
    return a.score > b.score;
  }));
  const auto& p = result.value().probabilities;
  EXPECT_NE(*std::max_element(p.begin(), p.end()), *std::min_element(p.begin(), p.end()));
}

TEST_F(DemoPackage, TheSamePictureGivesTheSameBits) {
  const auto classifier = Open();
  ASSERT_NE(classifier, nullptr);
  const Picture a(640, 480, 1), b(300, 500, 2);
  const auto first = classifier->Classify(a.frame, 1).value().probabilities;
  const auto other = classifier->Classify(b.frame, 1).value().probabilities;
  EXPECT_NE(first, other);
  EXPECT_EQ(classifier->Classify(a.frame, 1).value().probabilities, first);
  // Another session, opened anew.
  EXPECT_EQ(Open()->Classify(a.frame, 1).value().probabilities, first);
}

TEST_F(DemoPackage, FourThreadsShareAClassifier) {
  const auto classifier = Open();
  ASSERT_NE(classifier, nullptr);
  std::vector<std::unique_ptr<Picture>> pictures;
  std::vector<std::vector<float>> expected;
  for (uint32_t i = 0; i < 4; ++i) {
    pictures.push_back(std::make_unique<Picture>(200 + 50 * static_cast<int>(i), 150, i));
    expected.push_back(classifier->Classify(pictures[i]->frame, 1).value().probabilities);
  }
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < 6; ++i) {
        const size_t which = (t + i) % pictures.size();
        const auto result = classifier->Classify(pictures[which]->frame, 1);
        if (!result.ok() || result.value().probabilities != expected[which]) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST_F(DemoPackage, LeavesNoModelBytesBehind) {
  const auto classifier = Open();
  ASSERT_NE(classifier, nullptr);
  EXPECT_EQ(classifier->package().model, nullptr);
}

}  // namespace
}  // namespace pocketlens
