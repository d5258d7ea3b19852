// The native methods as Java calls them; jni_fuzz.cc calls them with everything else.
#include <gtest/gtest.h>
#include <jni.h>

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "fuzz/fake_java.h"
#include "testing/files.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

using fuzz::Given;
using fuzz::Java;
using fuzz::Object;
using fuzz::TextOf;

class Edge : public ::testing::Test {
 protected:
  void SetUp() override {
    Java::Get().Reset(1 << 20);
    ASSERT_EQ(JNI_OnLoad(Java::Get().vm(), nullptr), JNI_VERSION_1_6);
    testing::WriteTeachable(folder_ / "p", {{"embedding.bin", testing::ColourSpace()}});
    using OpenFunction = jlong(JNIEnv*, jclass, jstring, jint, jint, jboolean, jint, jstring,
                               jdouble);
    handle_ = Native<OpenFunction>("open")(env_, nullptr, TextOf(folder_ / "p"), 1, 0, 0, 1,
                                         nullptr, 1.0);
    ASSERT_NE(handle_, 0);
  }

  template <class Function>
  static Function* Native(const char* name) {
    return reinterpret_cast<Function*>(Java::Get().Native(name));
  }

  // What `rank` makes of four equal probabilities: 0, or the code of its exception.
  int Rank(float value) {
    Object* const values = Java::Get().New(Object::floats);
    values->float_values.assign(testing::kOutputs, value);
    return Rank(values, 0, nullptr);
  }

  // The same with a least score and a list of allowed labels.
  int Rank(Object* values, float least, Object* allow) {
    using RankFunction = jobject(JNIEnv*, jclass, jlong, jfloatArray, jfloatArray, jint, jfloat,
                                 jobjectArray, jobjectArray);
    const jobject made = Native<RankFunction>("rank")(env_, nullptr, handle_,
                                                      Given<jfloatArray>(values), nullptr, 4, least,
                                                      Given<jobjectArray>(allow), nullptr);
    if (made != nullptr) named_ = fuzz::Taken(fuzz::Taken(made)->arguments.at(0).l)->int_values;
    const Object* const thrown = Java::Get().TakePending();
    EXPECT_EQ(made == nullptr, thrown != nullptr);
    return thrown == nullptr ? 0 : thrown->arguments.at(0).i;
  }

  const testing::TemporaryFolder folder_;
  JNIEnv* const env_ = Java::Get().env();
  jlong handle_ = 0;
  std::vector<jint> named_;  // by the last ranking
};

// A GPU was asked for; the package has no reference picture.
TEST_F(Edge, TellsWhatTheModelRunsOn) {
  using DescribeFunction = jobject(JNIEnv*, jclass, jlong);
  const jobject made = Native<DescribeFunction>("describe")(env_, nullptr, handle_);
  ASSERT_NE(made, nullptr);
  const Object* const texts = fuzz::Taken(fuzz::Taken(made)->arguments.at(0).l);
  ASSERT_EQ(texts->elements.size(), 8u);
  const auto text = [&](size_t i) {
    const auto& characters = texts->elements[i]->characters;
    return std::string(characters.begin(), characters.end());
  };
  EXPECT_EQ(text(5), "GPU float32");
  EXPECT_EQ(text(6), "CPU float32");
  EXPECT_NE(text(7).find("no reference picture"), std::string::npos);
  EXPECT_EQ(fuzz::Taken(made)->arguments.at(2).d, -1);
}

// A mean of frames may leave the unit by rounding as an output may: one rule, CheckProbabilities.
TEST_F(Edge, RanksProbabilitiesByTheRuleOfTheCore) {
  for (const float value : {0.0f, 0.5f, 1.0f, 1.0000001f, -1e-6f}) EXPECT_EQ(Rank(value), 0);
  for (const float value : {1.1f, -0.1f}) {
    EXPECT_EQ(Rank(value), static_cast<int>(ErrorCode::score_not_finite));
  }
}

TEST_F(Edge, RanksWhatACallAllows) {
  Object* const values = Java::Get().New(Object::floats);
  values->float_values = {0.9f, 0.8f, 0.7f, 0.1f};
  EXPECT_EQ(Rank(values, 0, nullptr), 0);
  EXPECT_EQ(named_, (std::vector<jint>{0, 1, 2, 3}));
  EXPECT_EQ(Rank(values, 0.75f, nullptr), 0);
  EXPECT_EQ(named_, (std::vector<jint>{0, 1}));
  EXPECT_EQ(Rank(values, 2, nullptr), static_cast<int>(ErrorCode::bad_settings));
  Object* const allow = Java::Get().New(Object::objects);
  Object* const label = Java::Get().New(Object::text);
  label->characters = u"own/label-2";
  allow->elements = {label};
  EXPECT_EQ(Rank(values, 0, allow), 0);
  EXPECT_EQ(named_, (std::vector<jint>{2}));
  label->characters = u"Zebra";
  EXPECT_EQ(Rank(values, 0, allow), static_cast<int>(ErrorCode::unknown_label));
  allow->elements = {nullptr};  // Kotlin's types do not allow it, Java's do
  EXPECT_EQ(Rank(values, 0, allow), static_cast<int>(ErrorCode::unknown_label));
}

// A bitmap of one colour.
Object* Bitmap(uint8_t red, uint8_t green, uint8_t blue) {
  Object* const made = Java::Get().New(Object::bitmap);
  made->info.width = made->info.height = testing::kSide;
  made->info.stride = testing::kSide * 4;
  made->info.format = ANDROID_BITMAP_FORMAT_RGBA_8888;
  made->size = size_t{testing::kSide} * testing::kSide * 4;
  made->memory = std::make_unique<uint8_t[]>(made->size);
  for (size_t i = 0; i < made->size; i += 4) {
    made->memory[i] = red, made->memory[i + 1] = green, made->memory[i + 2] = blue;
    made->memory[i + 3] = 255;
  }
  return made;
}

TEST_F(Edge, TeachesAndNamesWhatWasTaught) {
  using OnClassifier = jlong(JNIEnv*, jclass, jlong);
  using TeachFunction = jobject(JNIEnv*, jclass, jlong, jlong, jstring, jobject, jint, jboolean,
                                jdoubleArray);
  using UseFunction = void(JNIEnv*, jclass, jlong, jlong);
  using ClassifyFunction = jobject(JNIEnv*, jclass, jlong, jobject, jint, jboolean, jdoubleArray,
                                   jint, jfloat, jobjectArray, jobjectArray);
  const jlong set = Native<OnClassifier>("empty")(env_, nullptr, handle_);
  ASSERT_NE(set, 0);
  const auto red = Given<jobject>(Bitmap(250, 20, 10));
  const jobject told = Native<TeachFunction>("teachBitmap")(env_, nullptr, handle_, set,
                                                            TextOf("Fire"), red, 0, 0, nullptr);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(fuzz::Taken(fuzz::Taken(told)->arguments[0].l)->elements[0]->characters, u"own/fire");
  EXPECT_EQ(fuzz::Taken(told)->arguments[1].i, 1);
  Native<UseFunction>("use")(env_, nullptr, handle_, set);
  const auto classify = [&] {
    return fuzz::Taken(Native<ClassifyFunction>("classifyBitmap")(
        env_, nullptr, handle_, red, 0, 0, nullptr, 9, 0, nullptr, nullptr));
  };
  const Object* const seen = classify();
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->arguments[2].i, testing::kOutputs) << "the headline is the first taught label";
  EXPECT_EQ(fuzz::Taken(seen->arguments[10].l)->float_values.size(), 16u) << "the embedding";
  EXPECT_EQ(seen->arguments[11].d, -1) << "what the package knows, it does not say";
  EXPECT_EQ(fuzz::Taken(seen->arguments[12].l)->int_values,
            (std::vector<jint>{testing::kOutputs, testing::kOutputs}));
  EXPECT_EQ(fuzz::Taken(seen->arguments[13].l)->elements[1]->characters, u"Fire");
  using OnSet = void(JNIEnv*, jclass, jlong);
  Native<OnSet>("closeSet")(env_, nullptr, set);
  EXPECT_EQ(classify()->arguments[2].i, testing::kOutputs) << "who uses it goes on";
  Native<UseFunction>("use")(env_, nullptr, handle_, set);
  const Object* const thrown = Java::Get().TakePending();
  ASSERT_NE(thrown, nullptr);
  EXPECT_EQ(thrown->arguments[0].i, static_cast<int>(ErrorCode::closed));
  Native<UseFunction>("use")(env_, nullptr, handle_, 0);
  EXPECT_LT(classify()->arguments[2].i, testing::kOutputs);
}

}  // namespace
}  // namespace pocketlens
