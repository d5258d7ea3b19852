#include "core/backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "core/classifier.h"
#include "core/package/sha256.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using testing::kOutputs;
using testing::TemporaryFolder;

constexpr int kWidth = 12, kHeight = 9;

std::string ReferencePixels() {
  std::string pixels;
  for (int i = 0; i < kWidth * kHeight * 3; ++i) pixels += static_cast<char>(i * 37 % 251);
  return pixels;
}

Frame FrameOf(const std::string& pixels) {
  Frame frame;
  frame.geometry.format = PixelFormat::rgb888;
  frame.geometry.width = kWidth;
  frame.geometry.height = kHeight;
  frame.planes[0] = {reinterpret_cast<const uint8_t*>(pixels.data()), pixels.size(), kWidth * 3, 3};
  return frame;
}

std::map<std::string, std::string> Files() {
  const std::string model = testing::ConvertedModel(testing::ColourClassifier());
  return testing::PackageFiles(model, "classifier", kOutputs);
}

std::string ReferenceJson(const std::string& hash) {
  return "\"reference\":{\"width\":" + std::to_string(kWidth) + ",\"height\":" +
         std::to_string(kHeight) + ",\"tensor_sha256\":\"" + hash + "\"},";
}

// A package on disk that carries a reference picture; what it must answer is what the real runtime
// says of the package without one.
class Backend : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::WritePackage(folder_ / "plain", Files(), "classifier", kOutputs);
    const auto plain = Open("plain", {});
    std::vector<float> tensor(plain->package().preprocess.output_count());
    ASSERT_FALSE(static_cast<bool>(plain->Preprocess(FrameOf(pixels_), tensor.data())));
    hash_ = Sha256Hex(tensor.data(), tensor.size() * sizeof(float));
    answer_ = plain->Classify(FrameOf(pixels_), 1).value().probabilities;
    auto files = Files();
    files["reference.bin"] =
        pixels_ + std::string(reinterpret_cast<const char*>(answer_.data()), 4 * answer_.size());
    testing::WritePackage(folder_ / "p", files, "classifier", kOutputs, ReferenceJson(hash_));
  }

  std::unique_ptr<Classifier> Open(const std::string& name, const SessionSettings& settings,
                                   const SessionOpener& opener = Session::Open) {
    auto package = OpenPackage(folder_ / name);
    EXPECT_TRUE(package.ok()) << package.error().message;
    auto opened = Classifier::Open(std::move(package).value(), settings, opener);
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return std::move(opened).value();
  }

  // The settings of a GPU, which this machine's runtime has none of.
  SessionSettings Gpu() const {
    SessionSettings settings;
    settings.device = Device::gpu;
    settings.trial_file = folder_ / "trial";
    return settings;
  }

  void ExpectCpu(const Classifier& classifier, const std::string& because) {
    EXPECT_EQ(classifier.backend().used, "CPU float32");
    EXPECT_NE(classifier.backend().reason.find(because), std::string::npos)
        << classifier.backend().reason;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "trial"));
  }

  const TemporaryFolder folder_;
  const std::string pixels_ = ReferencePixels();
  std::string hash_;
  std::vector<float> answer_;
};

// The runtime's own session on the CPU, and in front of it what may be wrong with a backend.
class Faulty : public Session {
 public:
  explicit Faulty(std::unique_ptr<Session> real) : real_(std::move(real)) {}
  double model_build_ms() const override { return real_->model_build_ms(); }
  Error Run(const std::function<Error(float* input)>& fill, std::vector<float>* output,
            std::vector<float>* embedding) override {
    Error error = real_->Run(fill, output, embedding);
    if (crash) std::raise(SIGSEGV);
    if (fail) return {ErrorCode::predict_failed, "The driver has lost the device."};
    for (float& value : *output) value += off;
    if (embedding != nullptr && !embedding->empty()) embedding->back() += embedding_off;
    ++runs;
    return error;
  }

  float off = 0, embedding_off = 0;
  bool fail = false, crash = false;
  int runs = 0;

 private:
  std::unique_ptr<Session> real_;
};

// Opens the faulty backend where a GPU is asked for, and the real CPU otherwise.
SessionOpener WithGpu(const std::function<void(Faulty*)>& how) {
  return [=](const Bytes& model, const std::vector<int64_t>& shape, const ModelOutputs& outputs,
             const SessionSettings& settings) -> Result<std::unique_ptr<Session>> {
    SessionSettings cpu = settings;
    cpu.device = Device::cpu;
    auto real = Session::Open(model, shape, outputs, cpu);
    if (!real.ok() || settings.device != Device::gpu) return real;
    auto faulty = std::make_unique<Faulty>(std::move(real).value());
    how(faulty.get());
    return std::unique_ptr<Session>(std::move(faulty));
  };
}

TEST_F(Backend, ThePlainOneIsNotChecked) {
  const auto classifier = Open("p", {});
  EXPECT_EQ(classifier->backend().asked, "CPU float32");
  EXPECT_EQ(classifier->backend().used, "CPU float32");
  EXPECT_EQ(classifier->backend().difference, -1);
  EXPECT_EQ(classifier->backend().embedding_difference, -1);
  EXPECT_EQ(classifier->backend().reason, "");
}

// The real runtime, asked for half precision: on a processor without it, it calculates as ever.
TEST_F(Backend, HalfPrecisionRunsWhereItIsRight) {
  SessionSettings settings;
  settings.enable_fp16 = true;
  const auto classifier = Open("p", settings);
  const BackendReport& told = classifier->backend();
  EXPECT_EQ(told.asked, "CPU float16");
  EXPECT_GE(told.difference, 0);
  EXPECT_EQ(told.used, told.difference <= 1e-4 ? "CPU float16" : "CPU float32");
}

// The real runtime of a desk has neither.
TEST_F(Backend, OneThatCannotBeBuiltGivesWayToTheCpu) {
  for (const Device device : {Device::gpu, Device::npu}) {
    SessionSettings settings = Gpu();
    settings.device = device;
    const auto classifier = Open("p", settings);
    const BackendReport& told = classifier->backend();
    if (told.used == "CPU float32") ExpectCpu(*classifier, "It could not be ");
    EXPECT_EQ(classifier->Classify(FrameOf(pixels_), 1).value().probabilities, answer_);
  }
  const auto refused = [](const Bytes& model, const std::vector<int64_t>& shape,
                          const ModelOutputs& outputs, const SessionSettings& settings)
      -> Result<std::unique_ptr<Session>> {
    if (settings.device == Device::cpu) return Session::Open(model, shape, outputs, settings);
    return Error{ErrorCode::model_build_failed, "There is no libOpenCL.so."};
  };
  ExpectCpu(*Open("p", Gpu(), refused), "It could not be built: There is no libOpenCL.so.");
}

TEST_F(Backend, OneWithinTheToleranceIsUsed) {
  const auto classifier = Open("p", Gpu(), WithGpu([](Faulty* gpu) { gpu->off = 5e-5f; }));
  EXPECT_EQ(classifier->backend().used, "GPU float32");
  EXPECT_NEAR(classifier->backend().difference, 5e-5, 1e-6);
  EXPECT_EQ(classifier->backend().reason, "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trial"));
  const auto found = classifier->Classify(FrameOf(pixels_), 1).value().probabilities;
  EXPECT_NEAR(found[0], answer_[0] + 5e-5f, 1e-6);  // it really runs
}

TEST_F(Backend, OneThatIsOffGivesWayToTheCpu) {
  const auto classifier = Open("p", Gpu(), WithGpu([](Faulty* gpu) { gpu->off = 0.01f; }));
  ExpectCpu(*classifier, "off by 0.01, the package allows 0.0001");
  EXPECT_NEAR(classifier->backend().difference, 0.01, 1e-6);
  EXPECT_EQ(classifier->Classify(FrameOf(pixels_), 1).value().probabilities, answer_);
}

// Probabilities may be right where the second output is not: it is compared for itself, by the share
// of its largest number.
TEST_F(Backend, OneWhoseEmbeddingIsOffGivesWayToTheCpu) {
  const auto bytes = [](const std::vector<float>& floats) {
    return std::string(reinterpret_cast<const char*>(floats.data()), 4 * floats.size());
  };
  testing::WriteTeachable(folder_ / "t", {});
  const auto told = Open("t", {})->Classify(FrameOf(pixels_), 1).value();
  std::map<std::string, std::string> files = {{"reference.bin",
                                               pixels_ + bytes(told.probabilities)}};
  testing::WriteTeachable(folder_ / "untold", files, ReferenceJson(hash_));
  files["reference.embedding.bin"] = bytes(told.embedding);
  testing::WriteTeachable(folder_ / "told", files, ReferenceJson(hash_));
  float largest = 0;
  for (const float value : told.embedding) largest = std::max(largest, std::abs(value));
  ASSERT_GT(largest, 0);
  const auto with = [&](const std::string& name, float share) {
    return Open(name, Gpu(), WithGpu([=](Faulty* gpu) { gpu->embedding_off = share * largest; }));
  };
  const auto near = with("told", 5e-5f);
  EXPECT_EQ(near->backend().used, "GPU float32");
  EXPECT_NEAR(near->backend().embedding_difference, 5e-5, 2e-6);
  const auto far = with("told", 0.01f);
  ExpectCpu(*far, "the embedding is off by 0.01, the package allows 0.0001");
  EXPECT_LT(far->backend().difference, 1e-6);
  EXPECT_EQ(far->Classify(FrameOf(pixels_), 1).value().embedding, told.embedding);
  const auto unknown = with("untold", 0.01f);
  EXPECT_EQ(unknown->backend().used, "GPU float32");
  EXPECT_EQ(unknown->backend().embedding_difference, -1) << "it is said that nothing was checked";
}

TEST_F(Backend, OneThatCannotBeRunGivesWayToTheCpu) {
  ExpectCpu(*Open("p", Gpu(), WithGpu([](Faulty* gpu) { gpu->fail = true; })),
            "It could not be run: The driver has lost the device.");
}

TEST_F(Backend, IsNotTriedWithoutAReferencePicture) {
  ExpectCpu(*Open("plain", Gpu(), WithGpu([](Faulty*) {})), "no reference picture");
}

TEST_F(Backend, IsNotTriedWhereTheTrialCannotBeNoted) {
  SessionSettings settings = Gpu();
  settings.trial_file = folder_ / "nowhere/trial";
  ExpectCpu(*Open("p", settings, WithGpu([](Faulty*) {})), "was not risked");
}

// Run by the test below in a process of its own.
TEST(BackendChild, DISABLED_Crashes) {
  const std::string folder = std::getenv("POCKETLENS_FOLDER");
  SessionSettings settings;
  settings.device = Device::gpu;
  settings.trial_file = folder + "/trial";
  auto package = OpenPackage(folder + "/p");
  const auto crash = WithGpu([](Faulty* gpu) { gpu->crash = true; });
  (void)Classifier::Open(std::move(package).value(), settings, crash);
}

TEST_F(Backend, OneThatEndedTheProcessIsNotTriedAgain) {
  const std::string command =
      "POCKETLENS_FOLDER='" + folder_.path().string() + "' " +
      std::filesystem::read_symlink("/proc/self/exe").string() +
      " --gtest_also_run_disabled_tests --gtest_filter=BackendChild.DISABLED_Crashes >/dev/null 2>&1";
  const int status = std::system(command.c_str());
  EXPECT_NE(status, 0);
  ASSERT_TRUE(std::filesystem::exists(folder_ / "trial"));
  const auto good = WithGpu([](Faulty*) {});
  for (int again = 0; again < 2; ++again) {  // it stays so
    const auto classifier = Open("p", Gpu(), good);
    EXPECT_EQ(classifier->backend().used, "CPU float32");
    EXPECT_NE(classifier->backend().reason.find("ended the process"), std::string::npos);
  }
  // Another package, or another runtime, is another trial.
  testing::WriteFile(folder_ / "trial", "GPU float32 on something else");
  EXPECT_EQ(Open("p", Gpu(), good)->backend().used, "GPU float32");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trial"));
}

TEST_F(Backend, ARunAtOpeningWhereOneIsAskedFor) {
  for (const bool warm_up : {false, true}) {
    Faulty* counted = nullptr;
    const auto count = [&](const Bytes& model, const std::vector<int64_t>& shape,
                           const ModelOutputs& outputs, const SessionSettings& settings)
      -> Result<std::unique_ptr<Session>> {
      auto real = Session::Open(model, shape, outputs, settings);
      auto faulty = std::make_unique<Faulty>(std::move(real).value());
      counted = faulty.get();
      return std::unique_ptr<Session>(std::move(faulty));
    };
    SessionSettings settings;
    settings.warm_up = warm_up;
    const auto classifier = Open("plain", settings, count);
    EXPECT_EQ(counted->runs, warm_up ? 1 : 0);
  }
}

TEST_F(Backend, AReferenceOfAnotherTensorIsTheErrorOfThePackage) {
  auto files = Files();
  files["reference.bin"] = pixels_ + std::string(4 * kOutputs, '\0');
  testing::WritePackage(folder_ / "q", files, "classifier", kOutputs,
                        ReferenceJson(std::string(64, 'a')));
  auto package = OpenPackage(folder_ / "q");
  ASSERT_TRUE(package.ok()) << package.error().message;
  const auto refused = Classifier::Open(std::move(package).value(), Gpu(), WithGpu([](Faulty*) {}));
  EXPECT_EQ(refused.error().code, ErrorCode::bad_reference);
  EXPECT_NE(refused.error().message.find(hash_), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace pocketlens
