#include "core/package/csv.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>

#include "testing/files.h"

namespace pocketlens {
namespace {

using Lines = std::vector<std::vector<std::string>>;

// The lines of a table with two columns, or the error's message.
Result<Lines> Read(const std::string& text, const std::string& header = "a,b") {
  Lines lines;
  Error error = ReadCsv(Bytes::CopyOf(text), header, "t.csv", ErrorCode::bad_labels,
                        [&](const CsvRow& row) -> Error {
                          lines.emplace_back(row.cells.begin(), row.cells.end());
                          return {};
                        });
  if (error) return error;
  return lines;
}

void ExpectRefused(const std::string& text, const std::string& word) {
  const Result<Lines> lines = Read(text);
  ASSERT_FALSE(lines.ok()) << text;
  EXPECT_EQ(lines.error().code, ErrorCode::bad_labels);
  EXPECT_NE(lines.error().message.find(word), std::string::npos) << lines.error().message;
}

TEST(Csv, PlainLines) {
  EXPECT_EQ(Read("a,b\n").value(), Lines{});
  EXPECT_EQ(Read("a,b\n1,2\n,\n").value(), (Lines{{"1", "2"}, {"", ""}}));
}

TEST(Csv, Quotes) {
  EXPECT_EQ(Read("a,b\n\"x,y\",\"\"\n").value(), (Lines{{"x,y", ""}}));
  EXPECT_EQ(Read("a,b\n\"say \"\"hi\"\"\",z\n").value(), (Lines{{"say \"hi\"", "z"}}));
  EXPECT_EQ(Read("a,b\n\"\"\"\",1\n").value(), (Lines{{"\"", "1"}}));
}

TEST(Csv, OneColumn) { EXPECT_EQ(Read("a\nx\n", "a").value(), (Lines{{"x"}})); }

TEST(Csv, RefusesWholeFiles) {
  ExpectRefused("", "header");
  ExpectRefused("\n", "header");
  ExpectRefused("a;b\n", "header");
  ExpectRefused("a,b", "line end");
  ExpectRefused("a,b\n1,2", "line end");
  ExpectRefused("\xef\xbb\xbf" "a,b\n", "byte order mark");
  ExpectRefused("a,b\n\xff,2\n", "UTF-8");
  ExpectRefused("a,b\r\n1,2\r\n", "line 1 holds a control character");
  ExpectRefused(std::string("a,b\n1,\0\n", 8), "line 2 holds a control character");
  ExpectRefused("a,b\n1,\x7f\n", "control character");
}

TEST(Csv, RefusesLines) {
  ExpectRefused("a,b\n\n", "line 2 is blank");
  ExpectRefused("a,b\n1,2\n\n3,4\n", "line 3 is blank");
  ExpectRefused("a,b\n1\n", "has fewer fields than 2");
  ExpectRefused("a,b\n1,2,3\n", "has more fields than 2");
  ExpectRefused("a,b\n1,2,\n", "has more fields than 2");
  ExpectRefused("a,b\n\"1,2\n", "quotes");
  ExpectRefused("a,b\n\"1\"x,2\n", "quotes");
  ExpectRefused("a,b\nx\"1\",2\n", "quotes");
  ExpectRefused("a,b\n\"1\"\"\",2\"\n", "quotes");
}

TEST(Csv, ErrorOfTheTakerEndsTheReading) {
  int lines = 0;
  const Error error =
      ReadCsv(Bytes::CopyOf("a\n1\n2\n3\n"), "a", "t.csv", ErrorCode::bad_labels,
              [&](const CsvRow& row) -> Error {
                ++lines;
                if (row.number == 3) return {ErrorCode::duplicate_mid, "here"};
                return {};
              });
  EXPECT_EQ(error.code, ErrorCode::duplicate_mid);
  EXPECT_EQ(lines, 2);
}

TEST(ParseWhole, OnlyPlainNumbers) {
  EXPECT_EQ(ParseWhole("0"), 0);
  EXPECT_EQ(ParseWhole("601"), 601);
  EXPECT_EQ(ParseWhole("2147483647"), 2147483647);
  for (const char* bad : {"", "2147483648", "9999999999", "10000000000", "-1", "+1", "01", "00",
                          "1 ", " 1", "1.0", "1e3", "0x1", "\xd9\xa1"}) {
    EXPECT_EQ(ParseWhole(bad), -1) << bad;
  }
}

TEST(ParseNumber, OnlyDecimalNumbers) {
  double value = 0;
  for (const auto& [text, expected] : std::vector<std::pair<const char*, double>>{
           {"0", 0}, {"0.5", 0.5}, {"007", 7}, {"-1.25", -1.25}, {"1e-3", 0.001}, {"2E+2", 200}}) {
    EXPECT_TRUE(ParseNumber(text, &value)) << text;
    EXPECT_EQ(value, expected) << text;
  }
  EXPECT_TRUE(ParseNumber("1e999", &value));
  EXPECT_TRUE(std::isinf(value));
  for (const char* bad : {"", "-", ".", ".5", "5.", "+1", "1e", "1e+", "e5", "nan", "inf", "0x10",
                          "1,5", " 1", "1 ", "--1", "1.2.3",
                          "0.00000000000000000000000000000000000000001"}) {
    EXPECT_FALSE(ParseNumber(bad, &value)) << bad;
  }
}

TEST(ParseNumber, DoesNotMindTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  // Whether or not the machine has this locale, the number must come out the same.
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  double value = 0;
  EXPECT_TRUE(ParseNumber("0.75", &value));
  EXPECT_EQ(value, 0.75);
  std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace pocketlens
