#include "host/pocketlens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "testing/files.h"
#include "testing/models.h"

namespace {

using pocketlens::testing::ColourClassifier;
using pocketlens::testing::ColourFeatures;
using pocketlens::testing::ColourProbabilities;
using pocketlens::testing::ConvertedModel;
using pocketlens::testing::kOutputs;
using pocketlens::testing::kSide;
using pocketlens::testing::PackageFiles;
using pocketlens::testing::TemporaryFolder;
using pocketlens::testing::WriteFile;
using pocketlens::testing::WritePackage;

constexpr pl_settings kSettings = {1, 0, 0, 1, 0, 0, nullptr};
constexpr uint64_t kInputs = uint64_t{kSide} * kSide * 3;

std::string NameOf(int32_t code) { return pl_error_name(code); }

// An open test package.
class Opened {
 public:
  explicit Opened(const std::string& kind) {
    const bool features = kind == "features";
    const int outputs = features ? 3 : kOutputs;
    const std::string model = ConvertedModel(features ? ColourFeatures() : ColourClassifier());
    WritePackage(folder_ / "p", PackageFiles(model, kind, outputs), kind, outputs);
    pl_error error = {};
    EXPECT_EQ(pl_open((folder_ / "p").c_str(), &kSettings, &handle, &timings, &error), 0)
        << error.message;
  }
  ~Opened() { pl_close(handle); }
  Opened(const Opened&) = delete;

  pl_classifier* handle = nullptr;
  pl_load_timings timings = {};

 private:
  TemporaryFolder folder_;
};

// A picture of one colour, 20x10 RGB.
struct Picture {
  explicit Picture(uint8_t red, uint8_t green = 0, uint8_t blue = 0) : pixels(20 * 10 * 3) {
    for (size_t i = 0; i < pixels.size(); i += 3) {
      pixels[i] = red, pixels[i + 1] = green, pixels[i + 2] = blue;
    }
    frame.format = 1;
    frame.width = 20;
    frame.height = 10;
    frame.planes[0] = {pixels.data(), pixels.size(), 60, 3};
  }
  Picture(const Picture&) = delete;

  std::vector<uint8_t> pixels;
  pl_frame frame = {};
};

pl_recipe Recipe() {
  return {kSide, kSide, 0, 0, kSide, kSide, 1.0 / 255, {0, 0, 0}, {1, 1, 1}, 0, 0};
}

TEST(Static, TextsAreThere) {
  EXPECT_STREQ(pl_version(), "0.1.0");
  EXPECT_NE(std::string(pl_runtime_version()).find("2.0.0"), std::string::npos);
  EXPECT_STREQ(pl_error_name(0), "ok");
  EXPECT_STREQ(pl_error_name(4), "wrong_hash");
  EXPECT_STREQ(pl_error_name(-7), "unknown");
  EXPECT_NE(std::string(pl_error_sentence(4)), "");
  EXPECT_NE(std::string(pl_instruction_set()), "");
}

TEST(Open, SaysWhatItTook) {
  const Opened opened("classifier");
  const pl_load_timings& t = opened.timings;
  EXPECT_GT(t.read_ms, 0);
  EXPECT_GT(t.hash_ms, 0);
  EXPECT_GT(t.build_ms, 0);
  EXPECT_GE(t.total_ms, t.read_ms + t.hash_ms + t.build_ms);
}

TEST(Open, FailsWithANameAndASentence) {
  pl_classifier* handle = reinterpret_cast<pl_classifier*>(1);
  pl_error error = {};
  EXPECT_EQ(NameOf(pl_open("/nowhere", &kSettings, &handle, nullptr, &error)), "missing_file");
  EXPECT_EQ(handle, nullptr);
  EXPECT_EQ(error.code, 1);
  EXPECT_NE(std::string(error.message).find("/nowhere"), std::string::npos);
  // Without anywhere to put the error, too.
  EXPECT_EQ(NameOf(pl_open("/nowhere", &kSettings, &handle, nullptr, nullptr)), "missing_file");
  pl_settings settings = kSettings;
  settings.threads = 0;
  const TemporaryFolder folder;
  WritePackage(folder / "p", PackageFiles(ConvertedModel(ColourFeatures()), "features", 3),
               "features", 3);
  EXPECT_EQ(NameOf(pl_open((folder / "p").c_str(), &settings, &handle, nullptr, &error)),
            "bad_settings");
  EXPECT_EQ(handle, nullptr);
}

TEST(Open, ErrorIsClearedBySuccess) {
  pl_error error = {};
  EXPECT_NE(pl_check_package("/nowhere", 1, &error), 0);
  EXPECT_EQ(pl_check_package("build/test-data/packages/ok.zip", 1, &error), 0) << error.message;
  EXPECT_EQ(error.code, 0);
  EXPECT_STREQ(error.message, "");
}

TEST(Open, LongMessagesEndAtACharactersEnd) {
  pl_error error = {};
  std::string path = "/";
  while (path.size() < 3000) path += "\xe2\x82\xac";  // the euro sign, three bytes
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(NameOf(pl_check_package(path.insert(1, "x").c_str(), 1, &error)), "unreadable_file");
    const std::string message = error.message;
    EXPECT_LT(message.size(), sizeof error.message);
    EXPECT_GT(message.size(), sizeof error.message - 4);
    EXPECT_EQ(message.substr(message.size() - 3), "\xe2\x82\xac");
  }
}

// What calls ask for: so many labels.
constexpr pl_options Top(int32_t k) { return {k, 0, nullptr, 0, nullptr, 0}; }
constexpr pl_options kTop0 = Top(0), kTop1 = Top(1), kTop2 = Top(2), kTop3 = Top(3), kTop100 = Top(100);

TEST(NullPointers, AreErrorsAndNoCrashes) {
  const Opened opened("classifier");
  const Picture picture(255);
  const pl_recipe recipe = Recipe();
  pl_classifier* handle = nullptr;
  pl_plan* plan = nullptr;
  std::vector<float> values(kInputs);
  pl_label top[2] = {};
  EXPECT_EQ(NameOf(pl_check_package(nullptr, 1, nullptr)), "internal");
  EXPECT_EQ(NameOf(pl_open(nullptr, &kSettings, &handle, nullptr, nullptr)), "internal");
  EXPECT_EQ(NameOf(pl_open("p", nullptr, &handle, nullptr, nullptr)), "internal");
  EXPECT_EQ(NameOf(pl_open("p", &kSettings, nullptr, nullptr, nullptr)), "internal");
  EXPECT_NE(pl_recipe_of(opened.handle, nullptr), 0);
  EXPECT_NE(pl_classify(opened.handle, nullptr, &kTop1, top, nullptr, nullptr, nullptr, nullptr,
                        nullptr, nullptr),
            0);
  EXPECT_NE(pl_classify(opened.handle, &picture.frame, &kTop1, nullptr, nullptr, nullptr, nullptr,
                        nullptr, nullptr, nullptr),
            0);
  EXPECT_NE(pl_classify(opened.handle, &picture.frame, nullptr, top, nullptr, nullptr, nullptr,
                        nullptr, nullptr, nullptr),
            0);
  EXPECT_EQ(pl_classify(opened.handle, &picture.frame, &kTop0, nullptr, nullptr, nullptr, nullptr,
                        nullptr, nullptr, nullptr),
            0);
  EXPECT_NE(pl_run(opened.handle, nullptr, kInputs, values.data(), kOutputs, nullptr), 0);
  EXPECT_NE(pl_run(opened.handle, values.data(), kInputs, nullptr, kOutputs, nullptr), 0);
  EXPECT_NE(pl_features(opened.handle, nullptr, values.data(), 3, nullptr), 0);
  EXPECT_NE(pl_preprocess(nullptr, &picture.frame, 1, values.data(), kInputs, nullptr), 0);
  EXPECT_NE(pl_preprocess(&recipe, nullptr, 1, values.data(), kInputs, nullptr), 0);
  EXPECT_NE(pl_preprocess(&recipe, &picture.frame, 1, nullptr, kInputs, nullptr), 0);
  EXPECT_NE(pl_plan_open(nullptr, &picture.frame, &plan, nullptr), 0);
  EXPECT_NE(pl_plan_open(&recipe, nullptr, &plan, nullptr), 0);
  EXPECT_NE(pl_plan_open(&recipe, &picture.frame, nullptr, nullptr), 0);
  EXPECT_NE(pl_score(opened.handle, nullptr, kOutputs, &kTop0, nullptr, nullptr, nullptr, nullptr), 0);
  EXPECT_NE(pl_describe_model(nullptr, nullptr, 0, nullptr, nullptr), 0);
}

TEST(Handles, ClosedOnesAndOnesThatNeverWereAreErrors) {
  pl_classifier* stale = nullptr;
  {
    const Opened opened("classifier");
    stale = opened.handle;
  }
  const Picture picture(255);
  pl_error error = {};
  int number = 0;
  for (pl_classifier* handle :
       {stale, static_cast<pl_classifier*>(nullptr), reinterpret_cast<pl_classifier*>(&number)}) {
    EXPECT_EQ(NameOf(pl_classify(handle, &picture.frame, &kTop0, nullptr, nullptr, nullptr, nullptr,
                                 nullptr, nullptr, &error)),
              "closed");
    EXPECT_EQ(NameOf(pl_run(handle, nullptr, 0, nullptr, 0, &error)), "closed");
    EXPECT_EQ(NameOf(pl_label_of(handle, 0, nullptr, nullptr, nullptr, &error)), "closed");
    EXPECT_EQ(pl_output_count(handle), 0);
    EXPECT_EQ(pl_input_count(handle), 0);
    pl_close(handle);  // a second time
  }
  EXPECT_EQ(NameOf(pl_plan_run(nullptr, &picture.frame, nullptr, 0, &error)), "closed");
  pl_plan_close(nullptr);
  // A new handle is never an old one.
  const Opened again("classifier");
  EXPECT_NE(again.handle, stale);
}

TEST(Classify, GivesLabelsHeadlineProbabilitiesAndTimings) {
  const Opened opened("classifier");
  const Picture picture(255);
  pl_label top[3] = {}, headline = {};
  int32_t count = 0;
  float probabilities[kOutputs] = {};
  pl_timings timings = {};
  pl_error error = {};
  ASSERT_EQ(pl_classify(opened.handle, &picture.frame, &kTop3, top, &count, &headline, probabilities,
                        nullptr, &timings, &error),
            0)
      << error.message;
  EXPECT_EQ(count, 3);
  EXPECT_EQ(top[0].index, 0);
  EXPECT_EQ(headline.index, 0);
  const std::vector<double> expected = ColourProbabilities(1, 0, 0);
  for (int i = 0; i < kOutputs; ++i) {
    EXPECT_NEAR(static_cast<double>(probabilities[i]), expected[static_cast<size_t>(i)], 1e-5);
  }
  EXPECT_GT(timings.inference_ms, 0);
  EXPECT_EQ(pl_output_count(opened.handle), kOutputs);
  EXPECT_EQ(pl_input_count(opened.handle), static_cast<int32_t>(kInputs));
}

TEST(Classify, TopIsNeverWrittenBeyondWhatThereIs) {
  const Opened opened("classifier");
  const Picture picture(255);
  pl_label top[100];
  std::memset(top, 0x55, sizeof top);
  int32_t count = 0;
  ASSERT_EQ(pl_classify(opened.handle, &picture.frame, &kTop100, top, &count, nullptr, nullptr, nullptr,
                        nullptr, nullptr),
            0);
  EXPECT_EQ(count, kOutputs);
  EXPECT_EQ(top[kOutputs].index, 0x55555555);
}

TEST(Score, IsWhatClassifySays) {
  const Opened opened("classifier");
  const Picture picture(10, 250, 30);
  pl_label top[2] = {}, headline = {}, top2[2] = {}, headline2 = {};
  float probabilities[kOutputs] = {};
  int32_t count = 0;
  ASSERT_EQ(pl_classify(opened.handle, &picture.frame, &kTop2, top, &count, &headline, probabilities,
                        nullptr, nullptr, nullptr),
            0);
  ASSERT_EQ(pl_score(opened.handle, probabilities, kOutputs, &kTop2, top2, &count, &headline2, nullptr),
            0);
  EXPECT_EQ(std::memcmp(top, top2, sizeof top), 0);
  EXPECT_EQ(std::memcmp(&headline, &headline2, sizeof headline), 0);
  EXPECT_EQ(NameOf(pl_score(opened.handle, probabilities, 3, &kTop0, nullptr, nullptr, nullptr, nullptr)),
            "bad_settings");
  probabilities[1] = std::nanf("");
  EXPECT_EQ(NameOf(pl_score(opened.handle, probabilities, kOutputs, &kTop0, nullptr, nullptr, nullptr,
                            nullptr)),
            "score_not_finite");
}

TEST(Options, NameOnlyWhatTheyAllow) {
  const Opened opened("classifier");
  const float probabilities[kOutputs] = {0.9f, 0.8f, 0.6f};
  const auto named = [&](const pl_options& options) {
    pl_label top[kOutputs] = {}, headline = {};
    int32_t count = 0;
    pl_error error = {};
    EXPECT_EQ(pl_score(opened.handle, probabilities, kOutputs, &options, top, &count, &headline,
                       &error),
              0)
        << error.message;
    std::vector<int> indices = {headline.index};
    for (int32_t i = 0; i < count; ++i) indices.push_back(top[i].index);
    return indices;
  };
  const char *first[] = {"own/label-0"}, *two[] = {"own/label-1", "own/label-2"};
  EXPECT_EQ(named({9, 0.7f, nullptr, 0, nullptr, 0}), (std::vector<int>{0, 0, 1}));
  EXPECT_EQ(named({9, 0, nullptr, 0, first, 1})[0], 1);
  EXPECT_EQ(named({9, 0, two, 2, nullptr, 0}), (std::vector<int>{1, 1, 2}));
  EXPECT_EQ(named({9, 0, two, 2, two, 1}), (std::vector<int>{2, 2}));
  EXPECT_EQ(named({9, 0, first, 1, first, 1}), (std::vector<int>{-1}));
}

TEST(Options, BadOnesAreErrors) {
  const Opened opened("classifier");
  const Picture picture(255);
  const char *unknown[] = {"own/label-0", "Zebra"}, *hole[] = {nullptr};
  pl_label top[2] = {};
  pl_error error = {};
  const auto name_of = [&](const pl_options& options) {
    return NameOf(pl_classify(opened.handle, &picture.frame, &options, top, nullptr, nullptr,
                              nullptr, nullptr, nullptr, &error));
  };
  EXPECT_EQ(name_of({2, 0, unknown, 2, nullptr, 0}), "unknown_label");
  EXPECT_NE(std::string(error.message).find("\"Zebra\""), std::string::npos) << error.message;
  EXPECT_EQ(name_of({2, 0, nullptr, 0, unknown, 2}), "unknown_label");
  EXPECT_EQ(name_of({2, 1.5f, nullptr, 0, nullptr, 0}), "bad_settings");
  EXPECT_EQ(name_of({2, std::nanf(""), nullptr, 0, nullptr, 0}), "bad_settings");
  EXPECT_EQ(name_of({2, 0, hole, 1, nullptr, 0}), "internal");
  EXPECT_EQ(name_of({2, 0, nullptr, 1, nullptr, 0}), "internal");
}

TEST(Region, IsTheWholePictureCutToIt) {
  const Opened opened("classifier");
  Picture picture(255);
  const auto answer = [&](int32_t unit, double x, double y, double width, double height) {
    picture.frame.region_unit = unit;
    const double region[] = {x, y, width, height};
    std::copy(region, region + 4, picture.frame.region);
    return NameOf(pl_classify(opened.handle, &picture.frame, &kTop0, nullptr, nullptr, nullptr,
                              nullptr, nullptr, nullptr, nullptr));
  };
  EXPECT_EQ(answer(1, 0, 0, 2, 2), "ok");
  EXPECT_EQ(answer(2, 0.5, 0.5, 0.5, 0.5), "ok");
  EXPECT_EQ(answer(1, 0, 0, 2000, 2), "bad_frame");
  EXPECT_EQ(answer(2, 0.5, 0.5, 0.6, 0.5), "bad_frame");
  EXPECT_EQ(answer(7, 0, 0, 1, 1), "bad_frame");
}

TEST(Label, OnesThereAreAndOnesThereAreNot) {
  const Opened opened("classifier");
  const char *mid = nullptr, *name = nullptr;
  float threshold = 0;
  pl_error error = {};
  ASSERT_EQ(pl_label_of(opened.handle, 2, &mid, &name, &threshold, &error), 0);
  EXPECT_STREQ(mid, "own/label-2");
  EXPECT_STREQ(name, "Label 2");
  EXPECT_EQ(threshold, 0.5f);
  EXPECT_EQ(NameOf(pl_label_of(opened.handle, -1, &mid, &name, &threshold, &error)), "bad_settings");
  EXPECT_EQ(NameOf(pl_label_of(opened.handle, kOutputs, &mid, &name, &threshold, &error)),
            "bad_settings");
}

TEST(Run, TakesATensorOfTheRightSize) {
  const Opened opened("classifier");
  std::vector<float> input(kInputs, 0.0f), output(kOutputs);
  EXPECT_EQ(pl_run(opened.handle, input.data(), kInputs, output.data(), kOutputs, nullptr), 0);
  EXPECT_NEAR(static_cast<double>(output[0]), ColourProbabilities(0, 0, 0)[0], 1e-5);
  EXPECT_EQ(NameOf(pl_run(opened.handle, input.data(), kInputs - 1, output.data(), kOutputs,
                          nullptr)),
            "input_mismatch");
  EXPECT_EQ(NameOf(pl_run(opened.handle, input.data(), kInputs, output.data(), kOutputs + 1,
                          nullptr)),
            "bad_settings");
}

TEST(Features, TheVectorOfAFrame) {
  const Opened opened("features");
  const Picture red(255), teal(0, 128, 255);
  std::vector<float> out(3);
  pl_error error = {};
  ASSERT_EQ(pl_features(opened.handle, &red.frame, out.data(), 3, &error), 0) << error.message;
  EXPECT_NEAR(out[0], 1, 1e-5);
  EXPECT_NEAR(out[2], -1, 1e-5);
  ASSERT_EQ(pl_features(opened.handle, &teal.frame, out.data(), 3, &error), 0) << error.message;
  EXPECT_NEAR(out[0], -1, 1e-5);
  EXPECT_NEAR(out[2], 1, 1e-5);
  EXPECT_EQ(NameOf(pl_features(opened.handle, &red.frame, out.data(), 2, &error)), "bad_settings");
  EXPECT_EQ(NameOf(pl_score(opened.handle, out.data(), 3, &kTop0, nullptr, nullptr, nullptr, &error)),
            "wrong_kind");
}

TEST(Preprocess, ReferencePlanAndRecipeAgree) {
  const Opened opened("classifier");
  pl_recipe recipe = {};
  ASSERT_EQ(pl_recipe_of(opened.handle, &recipe), 0);
  EXPECT_EQ(recipe.crop_width, kSide);
  EXPECT_EQ(recipe.scale, 1.0 / 255);
  Picture picture(0);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = static_cast<uint8_t>(i * 37);
  }
  std::vector<float> reference(kInputs), fast(kInputs), kept(kInputs);
  pl_error error = {};
  ASSERT_EQ(pl_preprocess(&recipe, &picture.frame, 0, reference.data(), kInputs, &error), 0);
  ASSERT_EQ(pl_preprocess(&recipe, &picture.frame, 1, fast.data(), kInputs, &error), 0);
  pl_plan* plan = nullptr;
  ASSERT_EQ(pl_plan_open(&recipe, &picture.frame, &plan, &error), 0) << error.message;
  ASSERT_EQ(pl_plan_run(plan, &picture.frame, kept.data(), kInputs, &error), 0);
  EXPECT_EQ(NameOf(pl_plan_run(plan, &picture.frame, kept.data(), 5, &error)), "bad_settings");
  pl_plan_close(plan);
  EXPECT_EQ(fast, reference);
  EXPECT_EQ(kept, reference);
  EXPECT_EQ(NameOf(pl_preprocess(&recipe, &picture.frame, 2, fast.data(), kInputs, &error)),
            "bad_settings");
  EXPECT_EQ(NameOf(pl_preprocess(&recipe, &picture.frame, 1, fast.data(), 3, &error)),
            "bad_settings");
}

TEST(Preprocess, NumbersOutsideOfTheEnumsAreRefused) {
  const pl_recipe recipe = Recipe();
  std::vector<float> out(kInputs);
  for (const int32_t bad : {-1, 3, 99}) {
    Picture picture(1);
    picture.frame.format = bad;
    EXPECT_NE(pl_preprocess(&recipe, &picture.frame, 1, out.data(), kInputs, nullptr), 0);
    EXPECT_NE(pl_preprocess(&recipe, &picture.frame, 0, out.data(), kInputs, nullptr), 0);
  }
  Picture picture(1);
  picture.frame.siting = 2;
  pl_error error;
  EXPECT_NE(pl_preprocess(&recipe, &picture.frame, 1, out.data(), kInputs, &error), 0);
  EXPECT_STREQ(pl_error_name(error.code), "bad_frame");
  picture.frame.siting = 0;
  picture.frame.rotation = 45;
  EXPECT_NE(pl_preprocess(&recipe, &picture.frame, 1, out.data(), kInputs, nullptr), 0);
  pl_recipe odd = recipe;
  odd.order = 7;
  const Picture good(1);
  EXPECT_EQ(NameOf(pl_preprocess(&odd, &good.frame, 1, out.data(), kInputs, nullptr)),
            "bad_recipe");
}

TEST(Describe, JsonOfABareModel) {
  const TemporaryFolder folder;
  WriteFile(folder / "m.ms", ConvertedModel(ColourClassifier()));
  uint64_t needed = 0;
  pl_error error = {};
  ASSERT_EQ(pl_describe_model((folder / "m.ms").c_str(), nullptr, 0, &needed, &error), 0)
      << error.message;
  std::string json(needed, 'x');
  ASSERT_EQ(pl_describe_model((folder / "m.ms").c_str(), json.data(), needed, &needed, &error), 0);
  EXPECT_EQ(json.find("{\"inputs\":[{\"name\":\"picture\",\"shape\":[1,8,8,3],\"dtype\":\"float32\"}]"),
            0u)
      << json;
  // One byte too few: nothing is written.
  std::string small(needed - 1, 'x');
  ASSERT_EQ(pl_describe_model((folder / "m.ms").c_str(), small.data(), needed - 1, &needed, &error),
            0);
  EXPECT_EQ(small, std::string(needed - 1, 'x'));
  EXPECT_EQ(NameOf(pl_describe_model("/nowhere", nullptr, 0, &needed, &error)), "missing_file");
  EXPECT_EQ(NameOf(pl_describe_model("Makefile", nullptr, 0, &needed, &error)),
            "model_build_failed");
}

TEST(Sha256, HexDigitsAndAnEnd) {
  char hex[65] = {};
  pl_sha256(reinterpret_cast<const uint8_t*>("abc"), 3, hex);
  EXPECT_STREQ(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  pl_sha256(nullptr, 0, hex);
  EXPECT_STREQ(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Threads, OpenUseAndCloseAtOnce) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(3, 0);
  ConvertedModel(ColourClassifier());  // made once, before the threads
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 4; ++i) {
        const Opened opened("classifier");
        const Picture picture(255);
        pl_label headline = {};
        if (pl_classify(opened.handle, &picture.frame, &kTop0, nullptr, nullptr, &headline, nullptr,
                        nullptr, nullptr, nullptr) != 0 ||
            headline.index != 0) {
          ++wrong[t];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(3, 0));
}

}  // namespace
