// The tables of a package: a strict dialect of RFC 4180, so that every reader sees the same cells. The
// rules stand in tools/package/README.md ("CSV rules").
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"

namespace pocketlens {

// A line of a table. `number` is the line's as an editor counts, the header being 1. The cells are
// good until the next line is read.
struct CsvRow {
  int number = 0;
  std::vector<std::string_view> cells;
};

// Reads a table whose first line is exactly `header` and calls `take` for each line after it, which
// has as many cells as the header; an error from `take` ends the reading. Anything that is against the
// rules is an error of `code`, whose message begins with the file's name and the line.
Error ReadCsv(const Bytes& bytes, std::string_view header, const std::string& file, ErrorCode code,
              const std::function<Error(const CsvRow& row)>& take);

// A whole number from 0 to 2^31 - 1 without sign, blanks or leading zeros; -1 when it is none.
int ParseWhole(std::string_view cell);

// A number of the form -?digits[.digits][e[+-]digits] of at most 40 bytes into *value (infinite when
// it is beyond a double); false when the cell has another form. The locale does not matter.
bool ParseNumber(std::string_view cell, double* value);

}  // namespace pocketlens
