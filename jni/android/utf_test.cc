#include "android/utf.h"

#include <gtest/gtest.h>

namespace pocketlens {
namespace {

using namespace std::string_literals;

TEST(Utf, TurnsEveryLengthThereAndBack) {
  const std::pair<std::string, std::u16string> cases[] = {
      {"", u""},
      {"Cat", u"Cat"},
      {"\xC3\xA9", u"\u00E9"},
      {"\xE7\x8C\xAB", u"\u732B"},
      {"\xF0\x9F\x90\x88", u"\U0001F408"},
      {"\xF4\x8F\xBF\xBF", u"\U0010FFFF"},
      {"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80",
       u"\x7F\u0080\u07FF\u0800\uFFFF\U00010000"},
      {"a\0b"s, u"a\0b"s},
  };
  for (const auto& [utf8, utf16] : cases) {
    EXPECT_EQ(Utf8ToUtf16(utf8), utf16) << utf8;
    EXPECT_EQ(Utf16ToUtf8(utf16), utf8);
  }
}

TEST(Utf, DamagedUtf8BecomesReplacements) {
  EXPECT_EQ(Utf8ToUtf16("\x80"), u"\uFFFD");                      // continuation alone
  EXPECT_EQ(Utf8ToUtf16("a\xC3"), u"a\uFFFD");                    // cut off
  EXPECT_EQ(Utf8ToUtf16("\xC0\xAF"), u"\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(Utf8ToUtf16("\xE0\x80\x80"), u"\uFFFD\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(Utf8ToUtf16("\xED\xA0\x80"), u"\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(Utf8ToUtf16("\xF4\x90\x80\x80"), u"\uFFFD\uFFFD\uFFFD\uFFFD");  // too high
  EXPECT_EQ(Utf8ToUtf16("\xC3z"), u"\uFFFDz");
  EXPECT_EQ(Utf8ToUtf16("\xFF\xFE"), u"\uFFFD\uFFFD");
}

TEST(Utf, LoneSurrogatesBecomeReplacements) {
  const char16_t high[] = {0xD83D, u'x'};
  const char16_t low[] = {0xDC08};
  EXPECT_EQ(Utf16ToUtf8({high, 2}), "\xEF\xBF\xBDx");
  EXPECT_EQ(Utf16ToUtf8({high, 1}), "\xEF\xBF\xBD");
  EXPECT_EQ(Utf16ToUtf8({low, 1}), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace pocketlens
