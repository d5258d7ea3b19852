#include "core/package/text.h"

#include <gtest/gtest.h>

namespace pocketlens {
namespace {

TEST(IsUtf8, TakesWhatUnicodeAllows) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain"));
  EXPECT_TRUE(IsUtf8("\x7f"));
  EXPECT_TRUE(IsUtf8("\xc2\x80\xdf\xbf"));                          // U+0080, U+07FF
  EXPECT_TRUE(IsUtf8("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"));      // U+0800, U+D7FF, U+E000
  EXPECT_TRUE(IsUtf8("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));          // U+10000, U+10FFFF
  EXPECT_TRUE(IsUtf8(std::string_view("a\0b", 3)));
}

TEST(IsUtf8, RefusesWhatItDoesNot) {
  for (const char* bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x", "\xe0\x9f\xbf",
                          "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82", "\xe2\x82x"}) {
    EXPECT_FALSE(IsUtf8(bad)) << Shown(bad);
  }
}

TEST(Utf8Prefix, NeverCutsACharacter) {
  const std::string text = "ab\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";  // ab, e acute, euro, a face
  const size_t expected[] = {0, 1, 2, 2, 4, 4, 4, 7, 7, 7, 7, 11};
  for (size_t most = 0; most <= text.size(); ++most) {
    EXPECT_EQ(Utf8Prefix(text, most), expected[most]) << most;
    EXPECT_TRUE(IsUtf8(std::string_view(text).substr(0, Utf8Prefix(text, most))));
  }
  EXPECT_EQ(Utf8Prefix(text, 100), text.size());
}

TEST(Shown, IsOneSafeLine) {
  EXPECT_EQ(Shown("plain"), "\"plain\"");
  EXPECT_EQ(Shown("\xc3\xa9"), "\"\xc3\xa9\"");
  EXPECT_EQ(Shown("a\nb\"c\\\x7f\xff"), R"("a\x0ab\x22c\x5c\x7f\xff")");
}

TEST(Shown, IsCut) {
  const std::string shown = Shown(std::string(1000, 'x'));
  EXPECT_LT(shown.size(), 100u);
  EXPECT_EQ(shown.substr(shown.size() - 4), "...\"");
}

}  // namespace
}  // namespace pocketlens
