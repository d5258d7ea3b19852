#include "core/package/csv.h"

#include <locale.h>
#include <stdlib.h>

#include <algorithm>
#include <deque>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr size_t kLongestNumber = 40;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The "C" locale, whose decimal point is a point. Made once, never freed.
locale_t PlainLocale() {
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return locale;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, ErrorCode code)
      : text_(text), file_(file), code_(code) {}

  // What can be said of the file as a whole.
  Error CheckText() const {
    if (text_.substr(0, 3) == "\xef\xbb\xbf") return Mistake("begins with a byte order mark");
    if (!IsUtf8(text_)) return Mistake("is not UTF-8");
    const auto is_control = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
    };
    bool any_control = false;
    for (const char c : text_) any_control |= is_control(c);  // without a branch: in wide steps
    if (any_control) {
      const auto control = std::find_if(text_.begin(), text_.end(), is_control);
      const auto line = 1 + std::count(text_.begin(), control, '\n');
      return Mistake(", line " + std::to_string(line) + " holds a control character " +
                     Shown({&*control, 1}));
    }
    if (!text_.empty() && text_.back() != '\n') {
      return Mistake("does not end with a line end; it seems to be cut off");
    }
    return {};
  }

  bool AtEnd() const { return text_.empty(); }

  // The next line without its end. Not at the end.
  std::string_view NextLine() {
    const size_t end = text_.find('\n');
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    ++line_;
    return line;
  }

  // Splits a line into cells, but no further than one cell more than `most`. The cells are parts of
  // the line or of this reader, good until the next call.
  Error Split(std::string_view line, size_t most, std::vector<std::string_view>* cells) {
    cells->clear();
    unquoted_.clear();
    if (line.empty()) return LineMistake("is blank", line);
    while (true) {
      cells->emplace_back();
      const bool good = line.front() == '"' ? TakeQuoted(&line, &cells->back())
                                            : TakePlain(&line, &cells->back());
      if (!good) {
        return LineMistake("has damaged quotes (inner quotes are doubled, \"like \"\"this\"\"\")",
                           line);
      }
      if (line.empty() || cells->size() > most) return {};
      line.remove_prefix(1);  // the comma
    }
  }

  Error LineMistake(const std::string& what, std::string_view line) const {
    return Mistake(", line " + std::to_string(line_) + " " + what + ". Found " + Shown(line));
  }

  Error Mistake(const std::string& what) const {
    return {code_, file_ + (what[0] == ',' ? "" : " ") + what + "."};
  }

  int line() const { return line_; }

 private:
  // Takes a cell without quotes up to the comma or the end.
  static bool TakePlain(std::string_view* line, std::string_view* cell) {
    size_t end = 0;
    while (end < line->size() && (*line)[end] != ',') {
      if ((*line)[end++] == '"') return false;
    }
    *cell = line->substr(0, end);
    line->remove_prefix(end);
    return true;
  }

  // Takes a cell in quotes, after which the comma or the end must stand.
  bool TakeQuoted(std::string_view* line, std::string_view* cell) {
    line->remove_prefix(1);
    std::string& text = unquoted_.emplace_back();
    while (true) {
      const size_t quote = line->find('"');
      if (quote == std::string_view::npos) return false;
      text.append(line->substr(0, quote));
      line->remove_prefix(quote + 1);
      if (line->empty() || line->front() == ',') break;
      if (line->front() != '"') return false;
      text.push_back('"');
      line->remove_prefix(1);
    }
    *cell = text;
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  ErrorCode code_;
  int line_ = 0;
  std::deque<std::string> unquoted_;  // the quoted cells of the present line; they never move
};

}  // namespace

Error ReadCsv(const Bytes& bytes, std::string_view header, const std::string& file, ErrorCode code,
              const std::function<Error(const CsvRow& row)>& take) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Reader reader(text, file, code);
  if (Error error = reader.CheckText()) return error;
  const std::string_view first = reader.AtEnd() ? std::string_view() : reader.NextLine();
  if (first != header) {
    return reader.Mistake("has the header " + Shown(first) + ", expected was " + Shown(header));
  }
  const auto width = static_cast<size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  CsvRow row;
  while (!reader.AtEnd()) {
    const std::string_view line = reader.NextLine();
    row.number = reader.line();
    if (Error error = reader.Split(line, width, &row.cells)) return error;
    if (row.cells.size() != width) {
      const std::string found = row.cells.size() > width ? "more" : "fewer";
      return reader.LineMistake("has " + found + " fields than " + std::to_string(width), line);
    }
    if (Error error = take(row)) return error;
  }
  return {};
}

int ParseWhole(std::string_view cell) {
  if (cell.empty() || cell.size() > 10 || (cell[0] == '0' && cell.size() > 1)) return -1;
  int64_t value = 0;
  for (const char c : cell) {
    if (!IsDigit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value <= INT32_MAX ? static_cast<int>(value) : -1;
}

bool ParseNumber(std::string_view cell, double* value) {
  if (cell.size() > kLongestNumber) return false;
  size_t at = 0;
  const auto take = [&](std::string_view any) {
    const bool there = at < cell.size() && any.find(cell[at]) != std::string_view::npos;
    at += there ? 1 : 0;
    return there;
  };
  const auto take_digits = [&] {
    const size_t start = at;
    while (at < cell.size() && IsDigit(cell[at])) ++at;
    return at > start;
  };
  take("-");
  if (!take_digits()) return false;
  if (take(".") && !take_digits()) return false;
  if (take("eE")) {
    take("+-");
    if (!take_digits()) return false;
  }
  if (at != cell.size()) return false;
  *value = strtod_l(std::string(cell).c_str(), nullptr, PlainLocale());
  return true;
}

}  // namespace pocketlens
