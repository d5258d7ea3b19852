#include "core/model_version.h"

#include <gtest/gtest.h>

#include "core/session.h"
#include "testing/models.h"

namespace pocketlens {
namespace {

// A real model whose version text, which has the same length, is exchanged.
std::string ModelOf(const std::string& version) {
  std::string model = testing::ConvertedModel(testing::ColourFeatures());
  const std::string present = "MindSpore Lite 2.0.0";
  const std::string wanted = "MindSpore Lite " + version;
  EXPECT_EQ(wanted.size(), present.size());
  const size_t at = model.find(present);
  EXPECT_NE(at, std::string::npos);
  return model.replace(at, wanted.size(), wanted);
}

Result<std::unique_ptr<Session>> Open(const std::string& model) {
  return Session::Open(Bytes::CopyOf(model), {1, testing::kSide, testing::kSide, 3}, 3, {});
}

TEST(ParseLiteVersion, FindsThreeNumbers) {
  EXPECT_EQ(ParseLiteVersion("MindSpore Lite 2.0.0"), (LiteVersion{2, 0, 0}));
  EXPECT_EQ(ParseLiteVersion("MindSpore Lite 2.10.0.rc1"), (LiteVersion{2, 10, 0}));
  EXPECT_EQ(ParseLiteVersion("1.3.12-lite"), (LiteVersion{1, 3, 12}));
  for (const char* none : {"", "MindSpore Lite", "2", "2.", "2.1", "2.1.", "2,1,0"}) {
    EXPECT_EQ(ParseLiteVersion(none), std::nullopt) << none;
  }
  EXPECT_LT(*ParseLiteVersion("2.9.0"), *ParseLiteVersion("2.10.0"));
}

TEST(ModelVersion, IsTheConvertersOwn) {
  EXPECT_EQ(ModelVersion(ModelOf("2.0.0")), "MindSpore Lite 2.0.0");
  EXPECT_EQ(ModelVersion(""), std::nullopt);
  EXPECT_EQ(ModelVersion("no model at all, only a text"), std::nullopt);
}

TEST(HasHalfWeights, TellsHowTheConverterStoredThem) {
  EXPECT_TRUE(HasHalfWeights(testing::ConvertedModel(testing::ColourFeatures(), "float16")));
  EXPECT_FALSE(HasHalfWeights(testing::ConvertedModel(testing::ColourFeatures())));
  EXPECT_FALSE(HasHalfWeights("no model at all, only a text"));
}

TEST(ModelVersion, ReadsNothingBeyondADamagedFile) {
  const std::string model = ModelOf("2.0.0");
  for (size_t length = 0; length < 300; ++length) {
    (void)ModelVersion(std::string(model.substr(0, length)));
    (void)HasHalfWeights(std::string(model.substr(0, length)));
  }
  for (size_t at = 0; at < 120; ++at) {
    for (const char value : {'\0', '\x7f', '\xff'}) {
      std::string damaged = model;
      damaged[at] = value;
      (void)ModelVersion(damaged);
      (void)HasHalfWeights(damaged);
    }
  }
}

TEST(CheckModelVersion, RefusesWhatIsNewerThanTheRuntime) {
  EXPECT_TRUE(Open(ModelOf("2.0.0")).ok());
  EXPECT_TRUE(Open(ModelOf("1.9.9")).ok());
  for (const char* newer : {"2.0.1", "2.9.0", "3.0.0"}) {
    const auto refused = Open(ModelOf(newer));
    ASSERT_FALSE(refused.ok()) << newer;
    EXPECT_EQ(refused.error().code, ErrorCode::model_too_new);
    EXPECT_NE(refused.error().message.find(newer), std::string::npos) << refused.error().message;
    EXPECT_NE(refused.error().message.find("on MindSpore Lite 2.0.0"), std::string::npos);
  }
  EXPECT_FALSE(static_cast<bool>(CheckModelVersion(ModelOf("2.9.0"), "MindSpore Lite 2.10.0")));
  EXPECT_FALSE(static_cast<bool>(CheckModelVersion(ModelOf("2.9.0"), "no number")));
}

}  // namespace
}  // namespace pocketlens
