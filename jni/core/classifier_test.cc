#include "core/classifier.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "core/package/file.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::ConvertedModel;
using testing::kOutputs;
using testing::kSide;
using testing::PackageFiles;
using testing::Picture;
using testing::TemporaryFolder;
using testing::WritePackage;

std::unique_ptr<Package> OpenFiles(const std::map<std::string, std::string>& files,
                                   const std::string& kind, int outputs) {
  const TemporaryFolder folder;
  WritePackage(folder / "p", files, kind, outputs);
  auto package = OpenPackage(folder / "p");
  EXPECT_TRUE(package.ok()) << package.error().message;
  return std::move(package).value();
}

std::unique_ptr<Package> Colours() {
  const std::string model = ConvertedModel(testing::ColourClassifier());
  return OpenFiles(PackageFiles(model, "classifier", kOutputs), "classifier", kOutputs);
}

std::unique_ptr<Package> Features() {
  const std::string model = ConvertedModel(testing::ColourFeatures());
  return OpenFiles(PackageFiles(model, "features", 3), "features", 3);
}

std::unique_ptr<Classifier> Open(std::unique_ptr<Package> package) {
  SessionSettings settings;
  settings.threads = 1;
  auto classifier = Classifier::Open(std::move(package), settings);
  EXPECT_TRUE(classifier.ok()) << classifier.error().message;
  return std::move(classifier).value();
}

void ExpectColour(const std::vector<float>& found, const std::vector<int>& colour) {
  const auto expected =
      testing::ColourProbabilities(colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found[i]), expected[i], 1e-5);
  }
}

const std::vector<int> kRed = {255, 0, 0};
const std::vector<int> kTeal = {10, 200, 130};

TEST(Classifier, PictureInLabelsOut) {
  const auto classifier = Open(Colours());
  const Picture picture(37, 21, kRed);
  const auto result = classifier->Classify(picture.frame, 2);
  ASSERT_TRUE(result.ok()) << result.error().message;
  const Classification& found = result.value();
  ExpectColour(found.probabilities, kRed);
  ASSERT_EQ(found.labels.size(), 2u);
  EXPECT_EQ(found.labels[0].index, 0);  // red's own output
  EXPECT_EQ(found.labels[0].probability, found.probabilities[0]);
  EXPECT_EQ(found.headline.index, 0);
  EXPECT_GT(found.timings.preprocess_ms, 0);
  EXPECT_GT(found.timings.inference_ms, 0);
  EXPECT_GE(found.timings.scores_ms, 0);
  EXPECT_EQ(classifier->package().model, nullptr);  // its bytes are let go
}

TEST(Classifier, PreprocessIsWhatClassifyFeeds) {
  const auto classifier = Open(Colours());
  const Picture picture(30, 40, kTeal);
  std::vector<float> tensor(static_cast<size_t>(kSide) * kSide * 3);
  ASSERT_FALSE(static_cast<bool>(classifier->Preprocess(picture.frame, tensor.data())));
  const auto outputs = classifier->RunTensor(tensor.data(), tensor.size());
  ASSERT_TRUE(outputs.ok());
  EXPECT_EQ(outputs.value(), classifier->Classify(picture.frame, 0).value().probabilities);
  EXPECT_FLOAT_EQ(tensor[1], 200.0f / 255);
}

TEST(Classifier, TensorsOfAnotherSizeAreRefused) {
  const auto classifier = Open(Colours());
  std::vector<float> tensor(static_cast<size_t>(kSide) * kSide * 3 + 1);
  EXPECT_EQ(classifier->RunTensor(tensor.data(), tensor.size()).error().code,
            ErrorCode::input_mismatch);
  EXPECT_EQ(classifier->RunTensor(tensor.data(), tensor.size() - 2).error().code,
            ErrorCode::input_mismatch);
  EXPECT_EQ(classifier->RunTensor(nullptr, tensor.size() - 1).error().code,
            ErrorCode::input_mismatch);
  EXPECT_TRUE(classifier->RunTensor(tensor.data(), tensor.size() - 1).ok());
}

TEST(Classifier, ABadFrameIsRefusedAndTheNextOneWorks) {
  const auto classifier = Open(Colours());
  const Picture picture(16, 16, kTeal);
  Frame cut = picture.frame;
  cut.planes[0].size -= 1;
  EXPECT_EQ(classifier->Classify(cut, 1).error().code, ErrorCode::bad_frame);
  Frame empty;
  EXPECT_EQ(classifier->Classify(empty, 1).error().code, ErrorCode::bad_frame);
  ExpectColour(classifier->Classify(picture.frame, 1).value().probabilities, kTeal);
}

TEST(Classifier, ManyGeometriesOneAfterTheOther) {
  const auto classifier = Open(Colours());
  for (int round = 0; round < 2; ++round) {
    for (int side = 1; side < 40; side += 3) {
      const Picture picture(side, 41 - side, kTeal);
      ExpectColour(classifier->Classify(picture.frame, 1).value().probabilities, kTeal);
    }
  }
}

TEST(Classifier, ThreadsWithTheirOwnGeometries) {
  const auto classifier = Open(Colours());
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      const std::vector<int> colour = {static_cast<int>(60 * t), 100, 255 - static_cast<int>(t)};
      const auto number = static_cast<int>(t);
      for (int i = 0; i < 40; ++i) {
        const Picture picture(10 + i % 7, 12 + number, colour);
        const auto result = classifier->Classify(picture.frame, 1);
        const auto expected = testing::ColourProbabilities(colour[0] / 255.0, colour[1] / 255.0,
                                                           colour[2] / 255.0);
        if (!result.ok() ||
            std::abs(static_cast<double>(result.value().probabilities[0]) - expected[0]) > 1e-5) {
          ++wrong[t];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Classifier, ClosedWhileOthersUseIt) {
  const auto classifier = Open(Colours());
  const Picture picture(16, 16, kRed);
  std::vector<std::thread> threads;
  std::vector<int> odd(3, 0);
  for (size_t t = 0; t < odd.size(); ++t) {
    threads.emplace_back([&, t] {
      while (true) {
        const auto result = classifier->Classify(picture.frame, 1);
        if (result.ok()) continue;
        if (result.error().code != ErrorCode::closed) ++odd[t];
        return;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  classifier->Close();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(odd, std::vector<int>(3, 0));
  classifier->Close();
  EXPECT_EQ(classifier->RunTensor(nullptr, 0).error().code, ErrorCode::input_mismatch);
  EXPECT_EQ(classifier->Features(picture.frame).error().code, ErrorCode::wrong_kind);
  EXPECT_EQ(classifier->package().outputs, kOutputs);
}

TEST(Classifier, AClosedOneLetsARunningCallEnd) {
  const auto classifier = Open(Features());
  const Picture picture(1200, 900, kRed);  // takes a while
  std::atomic<bool> begun{false};
  Result<std::vector<float>> last = Error{ErrorCode::closed, {}};
  std::thread runner([&] {
    while (true) {
      begun = true;
      auto found = classifier->Features(picture.frame);
      if (!found.ok()) {
        EXPECT_EQ(found.error().code, ErrorCode::closed);
        return;
      }
      last = std::move(found);
    }
  });
  while (!begun) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  classifier->Close();
  EXPECT_EQ(classifier->Features(picture.frame).error().code, ErrorCode::closed);
  runner.join();
  ASSERT_TRUE(last.ok());
  EXPECT_NEAR(last.value()[0], 1, 1e-5);
}

TEST(Classifier, FeaturesOfPictures) {
  const auto classifier = Open(Features());
  for (int i = 0; i < 37; ++i) {
    const Picture picture(9 + i % 5, 8, {i * 6, 255, i});
    const auto vector = classifier->Features(picture.frame);
    ASSERT_TRUE(vector.ok()) << vector.error().message;
    ASSERT_EQ(vector.value().size(), 3u);
    EXPECT_NEAR(vector.value()[0], 2 * static_cast<float>(i) * 6 / 255 - 1, 1e-5);
    EXPECT_NEAR(vector.value()[1], 1, 1e-5);
    EXPECT_NEAR(vector.value()[2], 2 * static_cast<float>(i) / 255 - 1, 1e-5);
  }
  Picture cut(9, 8, kRed);
  cut.frame.planes[0].size = 3;
  EXPECT_EQ(classifier->Features(cut.frame).error().code, ErrorCode::bad_frame);
}

TEST(Classifier, KindsAreNotMixed) {
  const Picture picture(16, 16, kRed);
  EXPECT_EQ(Open(Features())->Classify(picture.frame, 1).error().code, ErrorCode::wrong_kind);
  EXPECT_EQ(Open(Colours())->Features(picture.frame).error().code, ErrorCode::wrong_kind);
}

TEST(Classifier, OutputsThatAreNoProbabilitiesAreRefused) {
  // A graph without activation in a package that says it is a classifier: logits from -1 to 1.
  const std::string model = ConvertedModel(testing::ColourFeatures());
  const auto classifier = Open(OpenFiles(PackageFiles(model, "classifier", 3), "classifier", 3));
  const Picture black(16, 16, {0, 0, 0});
  const auto refused = classifier->Classify(black.frame, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::score_not_finite);
  EXPECT_NE(refused.error().message.find("softmax"), std::string::npos);
}

TEST(Classifier, AModelThatDoesNotFitItsRecipe) {
  const std::string model = ConvertedModel(testing::ColourClassifier());
  auto package = OpenFiles(PackageFiles(model, "classifier", 5), "classifier", 5);
  EXPECT_EQ(Classifier::Open(std::move(package), {}).error().code, ErrorCode::output_mismatch);
  package = Colours();
  package->preprocess.crop_width -= 1;
  EXPECT_EQ(Classifier::Open(std::move(package), {}).error().code, ErrorCode::input_mismatch);
  package = OpenFiles(PackageFiles("no model", "features", 3), "features", 3);
  EXPECT_EQ(Classifier::Open(std::move(package), {}).error().code, ErrorCode::model_build_failed);
  package = Colours();
  package->preprocess.stddev[1] = 0;
  EXPECT_EQ(Classifier::Open(std::move(package), {}).error().code, ErrorCode::bad_recipe);
  EXPECT_EQ(Classifier::Open(nullptr, {}).error().code, ErrorCode::missing_file);
  package = Colours();
  package->model.reset();
  EXPECT_EQ(Classifier::Open(std::move(package), {}).error().code, ErrorCode::missing_file);
}

// Another model of the same size, written into the file after its hash was found right, by a program
// that has the file mapped shared: nothing in the file's times or size tells of it.
TEST(Classifier, AModelFileWrittenToAfterTheCheckChangesNothing) {
  const TemporaryFolder folder;
  const std::string model = ConvertedModel(testing::ColourFeatures());
  WritePackage(folder / "p", PackageFiles(model, "features", 3), "features", 3);
  const FileDescriptor fd(open((folder / "p/model.ms").c_str(), O_RDWR));
  void* const shared = mmap(nullptr, model.size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto package = OpenPackage(folder / "p");
  ASSERT_TRUE(package.ok()) << package.error().message;
  std::memset(shared, 0, model.size());
  const auto classifier = Open(std::move(package).value());
  munmap(shared, model.size());
  const Picture picture(16, 16, kRed);
  const auto vector = classifier->Features(picture.frame);
  ASSERT_TRUE(vector.ok()) << vector.error().message;
  EXPECT_NEAR(vector.value()[0], 1, 1e-5);
  EXPECT_NEAR(vector.value()[1], -1, 1e-5);
}

}  // namespace
}  // namespace pocketlens
