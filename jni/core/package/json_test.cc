#include "core/package/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pocketlens {
namespace {

std::string Refusal(const std::string& text) {
  const Result<Json> json = ParseJson(text, "model.json");
  if (json.ok()) return "";
  EXPECT_EQ(json.error().code, ErrorCode::bad_manifest);
  return json.error().message;
}

std::string Nested(int depth) {
  return "{\"a\":" + std::string(static_cast<size_t>(depth) - 1, '[') +
         std::string(static_cast<size_t>(depth) - 1, ']') + "}";
}

TEST(Json, ReadsEveryKindOfValue) {
  const Result<Json> parsed =
      ParseJson(R"({"n":null,"t":true,"i":-7,"r":2.5,"s":"\u00e9\n","l":[1,[]],"o":{"x":{}}})", "f");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Json& json = parsed.value();
  EXPECT_TRUE(json.at("n").is_null());
  EXPECT_EQ(json.at("t"), true);
  EXPECT_EQ(json.at("i"), -7);
  EXPECT_EQ(json.at("r"), 2.5);
  EXPECT_EQ(json.at("s"), "\xc3\xa9\n");
  ASSERT_EQ(json.at("l").size(), 2u);
  EXPECT_TRUE(json.at("l")[1].is_array());
  EXPECT_TRUE(json.at("o").at("x").is_object());
  EXPECT_FALSE(json.contains("missing"));
}

TEST(JsonFields, WholeNumbersAreThoseWrittenSoThatFit) {
  const Json json = ParseJson(
      R"({"a":9223372036854775807,"b":9223372036854775808,"c":1.0,"d":1e2,"e":-0,)"
      R"("f":-9223372036854775808,"g":18446744073709551616,"h":"1","i":true})", "f").value();
  for (const char* whole : {"a", "e", "f"}) {
    Error error;
    JsonFields(json, "", ErrorCode::bad_recipe, &error).Whole(whole, INT64_MIN, INT64_MAX);
    EXPECT_FALSE(static_cast<bool>(error)) << error.message;
  }
  for (const char* other : {"b", "c", "d", "g", "h", "i"}) {
    Error error;
    JsonFields(json, "", ErrorCode::bad_recipe, &error).Whole(other, INT64_MIN, INT64_MAX);
    EXPECT_EQ(error.code, ErrorCode::bad_recipe) << other;
  }
}

TEST(Json, RefusesWhatIsNoStrictJson) {
  for (const char* bad :
       {"", " {}", "[]", "\"a\"", "\xef\xbb\xbf{}", "{} x", "{}{}", "{'a':1}", "{a:1}", "{\"a\":1,}",
        "{\"a\":[1,]}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}",
        "{\"a\":1.}", "{\"a\":/**/1}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\xff\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":1e999}", "{\"a\":1", "{\"a\"}",
        "{\"a\":tru}"}) {
    EXPECT_NE(Refusal(bad), "") << bad;
  }
  EXPECT_NE(Refusal("{\"a\":1" + std::string(400, '0') + "}"), "");
  EXPECT_NE(Refusal(std::string("{}\0", 3)), "");
  EXPECT_NE(Refusal(std::string("{\"a\":1}\0garbage", 15)), "");
  EXPECT_EQ(Refusal("{} \t\r\n"), "");
}

TEST(Json, RefusesAKeyThatStandsTwice) {
  EXPECT_NE(Refusal(R"({"a":1,"a":1})").find("twice"), std::string::npos);
  EXPECT_NE(Refusal(R"({"o":{"a":1,"b":2,"\u0061":1}})").find("twice"), std::string::npos);
  EXPECT_EQ(Refusal(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"), "");
}

TEST(Json, RefusesDeepNesting) {
  EXPECT_EQ(Refusal(Nested(32)), "");
  EXPECT_NE(Refusal(Nested(33)).find("deep"), std::string::npos);
  EXPECT_NE(Refusal("{\"a\":" + std::string(1'000'000, '[')), "");
  // Lists and objects count alike, and nothing inside what is too deep is looked at.
  EXPECT_EQ(Refusal("{\"a\":[" + std::string(30, '[') + std::string(30, ']') + ",{\"b\":[]}]}"), "");
  EXPECT_EQ(Refusal(Nested(33)), Refusal("{\"a\":" + std::string(32, '[') + "{\"a\":1,\"a\":2}" +
                                        std::string(32, ']') + "}"));
}

TEST(JsonFields, KeepsTheFirstMistake) {
  const Json json = ParseJson(R"({"a":1,"b":"x"})", "f").value();
  Error error;
  const JsonFields fields(json, "place", ErrorCode::bad_recipe, &error);
  EXPECT_EQ(fields.Whole("a", 0, 5), 1);
  EXPECT_FALSE(fields.failed());
  EXPECT_EQ(fields.Whole("b", 0, 5), 0);
  EXPECT_EQ(fields.Whole("a", 0, 5), 0);  // empty after the mistake
  EXPECT_EQ(fields.Text("missing", 5), "");
  EXPECT_EQ(error.code, ErrorCode::bad_recipe);
  EXPECT_EQ(error.message,
            "model.json: \"place.b\" cannot be used. Found \"x\", expected a whole number from 0 to "
            "5.");
}

TEST(JsonFields, ReadsLists) {
  const Json json = ParseJson(R"({"a":[1,2],"b":[1,2.5],"c":[0,9]})", "f").value();
  Error error;
  const JsonFields fields(json, "", ErrorCode::bad_recipe, &error);
  EXPECT_EQ(fields.Wholes("a", 2, 0, 5), (std::vector<int>{1, 2}));
  EXPECT_EQ(fields.Numbers("b", 2, 0, 5), (std::vector<double>{1, 2.5}));
  EXPECT_FALSE(fields.failed());
  EXPECT_EQ(fields.Wholes("c", 2, 0, 5), (std::vector<int>{0, 0}));
  EXPECT_TRUE(fields.failed());
}

TEST(JsonFields, ObjectsUnderObjects) {
  const Json json = ParseJson(R"({"a":{"b":{"c":"d"}},"n":1})", "f").value();
  Error error;
  const JsonFields fields(json, "", ErrorCode::bad_manifest, &error);
  EXPECT_EQ(fields.Object("a").Object("b").Choice("c", {"x", "d"}), 1);
  EXPECT_FALSE(fields.failed());
  fields.Object("n", ErrorCode::bad_recipe).Text("x", 5);
  EXPECT_EQ(error.code, ErrorCode::bad_recipe);
  EXPECT_NE(error.message.find("\"n\""), std::string::npos);
}

}  // namespace
}  // namespace pocketlens
