#include "core/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>

#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::ConvertedModel;
using testing::kOutputs;
using testing::kSide;
using testing::OnnxGraph;
using testing::OnnxType;

const std::vector<int64_t> kShape = {1, kSide, kSide, 3};
constexpr size_t kPixels = static_cast<size_t>(kSide) * kSide;

Result<std::unique_ptr<Session>> OpenGraph(const OnnxGraph& graph,
                                           const ModelOutputs& outputs = kOutputs,
                                           const std::vector<int64_t>& shape = kShape) {
  SessionSettings settings;
  settings.threads = 1;
  return Session::Open(Bytes::CopyOf(ConvertedModel(graph)), shape, outputs, settings);
}

std::string ErrorOf(const Result<std::unique_ptr<Session>>& session) {
  return session.ok() ? "ok" : ErrorName(session.error().code);
}

// Fills a picture with one colour.
Error FillColour(float* input, const std::vector<double>& colour) {
  for (size_t i = 0; i < kPixels * 3; ++i) input[i] = static_cast<float>(colour[i % 3]);
  return {};
}

// The session's answer for a picture of one colour.
std::vector<float> RunColour(Session* session, const std::vector<double>& colour) {
  std::vector<float> out;
  const Error error =
      session->Run([&](float* input) { return FillColour(input, colour); }, &out);
  EXPECT_FALSE(static_cast<bool>(error)) << error.message;
  return out;
}

void ExpectColour(const std::vector<float>& found, const std::vector<double>& colour) {
  const std::vector<double> expected =
      testing::ColourProbabilities(colour[0], colour[1], colour[2]);
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found[i]), expected[i], 1e-5) << i;
  }
}

const std::vector<double> kRed = {1, 0, 0};
const std::vector<double> kOlive = {0.5, 0.6, 0.1};

TEST(Session, RunsTheRealRuntime) {
  const auto session = OpenGraph(testing::ColourClassifier());
  ASSERT_TRUE(session.ok()) << session.error().message;
  ExpectColour(RunColour(session.value().get(), kRed), kRed);
  ExpectColour(RunColour(session.value().get(), kOlive), kOlive);
  ExpectColour(RunColour(session.value().get(), kRed), kRed);
  EXPECT_GT(session.value()->model_build_ms(), 0.0);
}

TEST(Session, RefusesAnotherInputThanTheRecipes) {
  const OnnxGraph graph = testing::ColourClassifier();
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs, {1, kSide, kSide + 1, 3})), "input_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs, {1, 3, kSide, kSide})), "input_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs, {1, kSide, kSide, 1})), "input_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs, {2, kSide, kSide, 3})), "bad_recipe");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs, {1, kSide * kSide * 3})), "bad_recipe");
}

TEST(Session, RefusesAnotherOutputThanTheRecipes) {
  const OnnxGraph graph = testing::ColourClassifier();
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs + 1)), "output_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, kOutputs - 1)), "output_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, 0)), "bad_recipe");
  const auto refused = OpenGraph(graph, 601);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("601"), std::string::npos);
  EXPECT_NE(refused.error().message.find("(1, 4)"), std::string::npos) << refused.error().message;
}

TEST(Session, RefusesAnIntegerOutput) {
  OnnxGraph graph;
  graph.Input("picture", {1, 3, kSide, kSide})
      .Node("GlobalAveragePool", {"picture"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Node("ArgMax", {"means"}, {"best"}, {{"axis", 1}, {"keepdims", 1}})
      .Output("best", {1, 1}, OnnxType::int64);
  EXPECT_EQ(ErrorOf(OpenGraph(graph, 1)), "output_mismatch");
}

TEST(Session, RefusesTwoInputsAndTwoOutputs) {
  OnnxGraph inputs;
  inputs.Input("picture", {1, 3, kSide, kSide})
      .Input("other", {1, 3, kSide, kSide})
      .Node("Add", {"picture", "other"}, {"sum"})
      .Node("GlobalAveragePool", {"sum"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Output("means", {1, 3});
  EXPECT_EQ(ErrorOf(OpenGraph(inputs, 3)), "input_mismatch");
  OnnxGraph outputs;
  outputs.Input("picture", {1, 3, kSide, kSide})
      .Node("GlobalAveragePool", {"picture"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Node("Sigmoid", {"means"}, {"probabilities"})
      .Node("Relu", {"means"}, {"more"})
      .Output("probabilities", {1, 3})
      .Output("more", {1, 3});
  EXPECT_EQ(ErrorOf(OpenGraph(outputs, 3)), "output_mismatch");
}

TEST(Session, GivesTheEmbeddingBesideTheValuesWhateverTheirOrder) {
  const auto alone = OpenGraph(testing::ColourClassifier());
  ASSERT_TRUE(alone.ok()) << alone.error().message;
  for (const bool first : {false, true}) {
    const auto session = OpenGraph(testing::ColourTeacher(first),
                                   {kOutputs, "embedding", testing::kEmbedded});
    ASSERT_TRUE(session.ok()) << session.error().message;
    std::vector<float> values, embedding = {1, 2, 3};
    const auto fill = [](float* input) { return FillColour(input, kOlive); };
    ASSERT_FALSE(session.value()->Run(fill, &values, &embedding)) << first;
    EXPECT_EQ(values, RunColour(alone.value().get(), kOlive)) << "to the last bit";
    const std::vector<double> expected = testing::ColourEmbedding(0.5, 0.6, 0.1);
    ASSERT_EQ(embedding.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(embedding[i]), expected[i], 1e-5) << i;
    }
    EXPECT_EQ(RunColour(session.value().get(), kOlive), values) << "without asking for it";
  }
  std::vector<float> values, embedding = {1, 2, 3};
  ASSERT_FALSE(alone.value()->Run([](float* input) { return FillColour(input, kRed); }, &values,
                                  &embedding));
  EXPECT_TRUE(embedding.empty()) << "a model without one";
}

TEST(Session, RefusesAnotherEmbeddingThanTheManifests) {
  const OnnxGraph graph = testing::ColourTeacher();
  EXPECT_EQ(ErrorOf(OpenGraph(graph)), "output_mismatch") << "two outputs, one is told of";
  EXPECT_EQ(ErrorOf(OpenGraph(graph, {kOutputs, "vector", 16})), "output_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, {kOutputs, "embedding", 15})), "output_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(graph, {kOutputs + 1, "embedding", 16})), "output_mismatch");
  EXPECT_EQ(ErrorOf(OpenGraph(testing::ColourClassifier(), {kOutputs, "embedding", 16})),
            "output_mismatch");
}

TEST(Session, RefusesSettingsThatCannotBe) {
  const auto model = Bytes::CopyOf(ConvertedModel(testing::ColourClassifier()));
  const auto open = [&](int threads, int affinity) {
    SessionSettings settings;
    settings.threads = threads;
    settings.affinity = affinity;
    return ErrorOf(Session::Open(model, kShape, kOutputs, settings));
  };
  EXPECT_EQ(open(0, 0), "bad_settings");
  EXPECT_EQ(open(-3, 0), "bad_settings");
  EXPECT_EQ(open(65, 0), "bad_settings");
  EXPECT_EQ(open(1, 3), "bad_settings");
  EXPECT_EQ(open(1, -1), "bad_settings");
  EXPECT_EQ(open(2, 1), "ok");
}

TEST(Session, RefusesBytesThatAreNoModel) {
  const std::string model = ConvertedModel(testing::ColourClassifier());
  const auto open = [&](const std::string& bytes) {
    return ErrorOf(Session::Open(Bytes::CopyOf(bytes), kShape, kOutputs, {}));
  };
  EXPECT_EQ(open(""), "model_build_failed");
  EXPECT_EQ(open("x"), "model_build_failed");
  EXPECT_EQ(open(std::string(10'000, 'x')), "model_build_failed");
  EXPECT_EQ(open(model.substr(0, model.size() / 2)), "model_build_failed");
  EXPECT_EQ(open(model), "ok");
}

TEST(Session, AFillThatFailsLeavesItAsItWas) {
  const auto session = OpenGraph(testing::ColourClassifier());
  std::vector<float> out;
  const Error error = session.value()->Run(
      [](float*) { return Error{ErrorCode::bad_frame, "no picture"}; }, &out);
  EXPECT_EQ(error.code, ErrorCode::bad_frame);
  EXPECT_EQ(error.message, "no picture");
  ExpectColour(RunColour(session.value().get(), kOlive), kOlive);
}

// What goes wrong with a picture is not the runtime's fault and does not carry its name.
TEST(Session, AFillThatThrowsIsAnError) {
  const auto session = OpenGraph(testing::ColourClassifier());
  std::vector<float> out;
  const Error error =
      session.value()->Run([](float*) -> Error { throw std::runtime_error("oops"); }, &out);
  EXPECT_EQ(error.code, ErrorCode::internal);
  EXPECT_EQ(error.message, "The picture could not be prepared: oops");
  const Error unknown = session.value()->Run([](float*) -> Error { throw 7; }, &out);
  EXPECT_EQ(unknown.code, ErrorCode::internal);
  EXPECT_EQ(unknown.message.find("MindSpore"), std::string::npos) << unknown.message;
  EXPECT_EQ(session.value()->Run([](float*) -> Error { throw std::bad_alloc(); }, &out).code,
            ErrorCode::out_of_memory);
  ExpectColour(RunColour(session.value().get(), kOlive), kOlive);
}

TEST(Session, AnOutputThatIsNoNumberIsRefusedAndTheNextRunWorks) {
  const auto session = OpenGraph(testing::ColourFeatures(), 3);
  ASSERT_TRUE(session.ok()) << session.error().message;
  std::vector<float> out;
  const auto fill_nan = [](float* input) -> Error {
    std::fill(input, input + kPixels * 3, std::numeric_limits<float>::quiet_NaN());
    return {};
  };
  EXPECT_EQ(session.value()->Run(fill_nan, &out).code, ErrorCode::score_not_finite);
  out = RunColour(session.value().get(), {0.25, 0.5, 1});
  EXPECT_NEAR(out[0], -0.5, 1e-5);
  EXPECT_NEAR(out[1], 0, 1e-5);
  EXPECT_NEAR(out[2], 1, 1e-5);
}

TEST(Session, ManyThreadsShareOne) {
  const auto session = OpenGraph(testing::ColourClassifier());
  const std::vector<float> red = RunColour(session.value().get(), kRed);
  const std::vector<float> olive = RunColour(session.value().get(), kOlive);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const bool odd = (i + static_cast<int>(t)) % 2 != 0;
        std::vector<float> out;
        const Error error = session.value()->Run(
            [&](float* input) { return FillColour(input, odd ? kRed : kOlive); }, &out);
        if (error || out != (odd ? red : olive)) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Session, ManySessionsAtOnce) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(3, 0);
  const auto model = Bytes::CopyOf(ConvertedModel(testing::ColourClassifier()));
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        auto session = Session::Open(model, kShape, kOutputs, {});
        std::vector<float> out;
        if (!session.ok() ||
            session.value()->Run([](float* input) { return FillColour(input, kRed); }, &out)) {
          ++wrong[t];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(3, 0));
}

// The runtime by itself fails at the second time, or computes with memory that was freed.
TEST(Session, WeightsOf16BitsAreOpenedAgainAndAgain) {
  const Bytes model = Bytes::CopyOf(ConvertedModel(testing::ColourClassifier(), "float16"));
  for (int turn = 0; turn < 5; ++turn) {
    ASSERT_TRUE(DescribeModel(model, {}).ok());
    const auto session = Session::Open(model, kShape, kOutputs, {});
    ASSERT_TRUE(session.ok()) << session.error().message;
    const std::vector<double> colour = {0.9, 0.1, 0.4};
    const std::vector<float> found = RunColour(session.value().get(), colour);
    const std::vector<double> expected = testing::ColourProbabilities(0.9, 0.1, 0.4);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(found[i]), expected[i], 1e-3) << turn << " " << i;
    }
  }
}

TEST(DescribeModel, SaysWhatAModelTakesAndGives) {
  const auto model = Bytes::CopyOf(ConvertedModel(testing::ColourClassifier()));
  const auto described = DescribeModel(model, {});
  ASSERT_TRUE(described.ok()) << described.error().message;
  const auto& [inputs, outputs] = described.value();
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_EQ(inputs[0].name, "picture");
  EXPECT_EQ(inputs[0].shape, kShape);
  EXPECT_EQ(inputs[0].dtype, "float32");
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].shape, (std::vector<int64_t>{1, kOutputs}));
  EXPECT_EQ(DescribeModel(Bytes::CopyOf("no model"), {}).error().code,
            ErrorCode::model_build_failed);
}

TEST(RuntimeVersion, NamesTheRuntime) {
  EXPECT_NE(RuntimeVersion().find("2.0.0"), std::string::npos) << RuntimeVersion();
}

}  // namespace
}  // namespace pocketlens
