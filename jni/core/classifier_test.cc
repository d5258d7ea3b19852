#include "core/classifier.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
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
using testing::TemporaryFolder;
using testing::WritePackage;

// A picture of one colour, of any size.
struct Picture {
  Picture(int width, int height, const std::vector<int>& colour)
      : pixels(static_cast<size_t>(width) * height * 4) {
    for (size_t i = 0; i < pixels.size(); ++i) {
      pixels[i] = i % 4 == 3 ? 255 : static_cast<uint8_t>(colour[i % 4]);
    }
    frame.geometry.width = width;
    frame.geometry.height = height;
    frame.planes[0] = {pixels.data(), pixels.size(), width * 4, 4};
  }
  Picture(const Picture&) = delete;

  std::vector<uint8_t> pixels;
  Frame frame;
};

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
  EXPECT_EQ(classifier->Features({}).error().code, ErrorCode::wrong_kind);
  EXPECT_EQ(classifier->package().outputs, kOutputs);
}

TEST(Classifier, FeaturesInBatches) {
  const auto classifier = Open(Features());
  std::vector<std::unique_ptr<Picture>> pictures;
  std::vector<Frame> frames;
  for (int i = 0; i < 37; ++i) {
    pictures.push_back(std::make_unique<Picture>(9 + i % 5, 8, std::vector<int>{i * 6, 255, i}));
    frames.push_back(pictures.back()->frame);
  }
  const auto vectors = classifier->Features(frames);
  ASSERT_TRUE(vectors.ok()) << vectors.error().message;
  ASSERT_EQ(vectors.value().size(), frames.size() * 3);
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(vectors.value()[3 * i], 2 * static_cast<float>(i) * 6 / 255 - 1, 1e-5);
    EXPECT_NEAR(vectors.value()[3 * i + 1], 1, 1e-5);
    EXPECT_NEAR(vectors.value()[3 * i + 2], 2 * static_cast<float>(i) / 255 - 1, 1e-5);
  }
  EXPECT_TRUE(classifier->Features({}).value().empty());
  frames[20].planes[0].size = 3;
  EXPECT_EQ(classifier->Features(frames).error().code, ErrorCode::bad_frame);
}

TEST(Classifier, KindsAreNotMixed) {
  const Picture picture(16, 16, kRed);
  EXPECT_EQ(Open(Features())->Classify(picture.frame, 1).error().code, ErrorCode::wrong_kind);
  EXPECT_EQ(Open(Colours())->Features({picture.frame}).error().code, ErrorCode::wrong_kind);
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

TEST(Classifier, AModelFileWrittenToAfterTheCheckIsRefused) {
  // Large enough to be mapped: many outputs of the same three means.
  constexpr int kMany = 20'000;
  testing::OnnxGraph graph;
  graph.Input("picture", {1, 3, kSide, kSide})
      .Floats("weights", {3, kMany}, std::vector<float>(3 * kMany, 0.5f))
      .Floats("bias", {kMany}, std::vector<float>(kMany, 0.0f))
      .Node("GlobalAveragePool", {"picture"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Node("Gemm", {"means", "weights", "bias"}, {"features"})
      .Output("features", {1, kMany});
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles(ConvertedModel(graph), "features", kMany), "features",
               kMany);
  auto package = OpenPackage(folder / "p");
  ASSERT_TRUE(package.ok()) << package.error().message;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the file system's clock is coarse
  const FileDescriptor fd(open((folder / "p/model.ms").c_str(), O_WRONLY));
  const auto end = static_cast<off_t>(package.value()->model->size()) - 1;
  const uint8_t same = package.value()->model->data()[end];
  ASSERT_EQ(pwrite(fd.get(), &same, 1, end), 1);
  EXPECT_EQ(Classifier::Open(std::move(package).value(), {}).error().code, ErrorCode::wrong_hash);
}

}  // namespace
}  // namespace pocketlens
