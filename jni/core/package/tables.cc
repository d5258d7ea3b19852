#include "core/package/tables.h"

#include <algorithm>
#include <cfloat>
#include <iterator>
#include <unordered_set>

#include "core/package/csv.h"
#include "core/package/manifest.h"
#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr size_t kLongestName = 400;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != ' ' && name.back() != ' ';
}

Error Mistake(ErrorCode code, const std::string& file, const CsvRow& row, const std::string& what,
              std::string_view found, const std::string& expected) {
  return {code, file + ", line " + std::to_string(row.number) + ": " + what +
                    " cannot be used. Found " + Shown(found) + ", expected " + expected + "."};
}

// The first two cells of a line.
std::string Pair(const CsvRow& row) {
  return std::string(row.cells[0]) + "," + std::string(row.cells[1]);
}

// A share in [0, 1], or -1 for an empty cell; false when the cell is neither.
bool ParseShare(std::string_view cell, float* out) {
  *out = -1;
  if (cell.empty()) return true;
  double value = 0;
  if (!ParseNumber(cell, &value) || !(value >= 0 && value <= 1)) return false;
  *out = static_cast<float>(value);
  return true;
}

bool ParseStatus(std::string_view cell, ThresholdStatus* out) {
  static constexpr std::string_view names[] = {"calibrated", "pooled", "default", "silent"};
  const auto* const found = std::find(std::begin(names), std::end(names), cell);
  if (found == std::end(names)) return false;
  *out = static_cast<ThresholdStatus>(found - std::begin(names));
  return true;
}

// The cells of a threshold line from the third on.
Error ReadThreshold(const CsvRow& row, Label* label) {
  const auto bad = [&](ErrorCode code, const char* what, size_t cell, const char* expected) {
    return Mistake(code, kThresholdsFile, row, what, row.cells[cell], expected);
  };
  double threshold = 0;
  if (!ParseNumber(row.cells[2], &threshold)) {
    return bad(ErrorCode::bad_thresholds, "the threshold", 2, "a number between 0 and 1");
  }
  // As a float, which is what scores are computed with, it must be a normal number and below 1.
  label->threshold = threshold > 0 && threshold < 1 ? static_cast<float>(threshold) : 0.0f;
  if (!(label->threshold >= FLT_MIN && label->threshold < 1)) {
    return bad(ErrorCode::threshold_out_of_range, "the threshold", 2, "above 0 and below 1");
  }
  if (!ParseStatus(row.cells[3], &label->status)) {
    return bad(ErrorCode::bad_thresholds, "the status", 3,
               "calibrated, pooled, default or silent");
  }
  float* const shares[] = {&label->precision, &label->recall, &label->f1};
  for (size_t i = 0; i < 3; ++i) {
    if (!ParseShare(row.cells[4 + i], shares[i])) {
      return bad(ErrorCode::bad_thresholds, "precision, recall or f1", 4 + i,
                 "nothing, or a number from 0 to 1");
    }
  }
  label->support = row.cells[7].empty() ? -1 : ParseWhole(row.cells[7]);
  if (!row.cells[7].empty() && label->support < 0) {
    return bad(ErrorCode::bad_thresholds, "the support", 7, "nothing, or a whole number");
  }
  return {};
}

// Takes away labels without parents until none is left; what stays stands in or below a cycle.
bool HasCycle(const std::vector<Label>& labels) {
  std::vector<size_t> parents;
  std::vector<int> free;
  for (size_t i = 0; i < labels.size(); ++i) {
    parents.push_back(labels[i].parents.size());
    if (parents[i] == 0) free.push_back(static_cast<int>(i));
  }
  size_t gone = 0;
  while (!free.empty()) {
    const auto label = static_cast<size_t>(free.back());
    free.pop_back();
    ++gone;
    for (const int child : labels[label].children) {
      if (--parents[static_cast<size_t>(child)] == 0) free.push_back(child);
    }
  }
  return gone != labels.size();
}

}  // namespace

bool IsMid(std::string_view mid) {
  const auto good = [&](std::string_view rest, size_t longest, bool dash) {
    return !rest.empty() && rest.size() <= longest &&
           std::all_of(rest.begin(), rest.end(), [dash](char c) {
             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' ||
                    (dash && c == '-');
           });
  };
  if (mid.substr(0, 3) == "/m/" || mid.substr(0, 3) == "/g/") return good(mid.substr(3), 60, false);
  return mid.substr(0, 4) == "own/" && good(mid.substr(4), 100, true);
}

Result<LabelTable> ReadLabels(const Bytes& bytes, int outputs) {
  LabelTable table;
  const auto take = [&](const CsvRow& row) -> Error {
    const std::string_view mid = row.cells[1];
    const std::string_view name = row.cells[2];
    const auto bad = [&](ErrorCode code, const char* what, std::string_view found,
                         const std::string& expected) {
      return Mistake(code, kLabelsFile, row, what, found, expected);
    };
    const auto place = static_cast<int>(table.labels.size());
    if (place == kMostLabels) {
      return bad(ErrorCode::too_large, "the number of labels", std::to_string(place),
                 "no more labels");
    }
    if (ParseWhole(row.cells[0]) != place) {
      return bad(ErrorCode::bad_labels, "the index", row.cells[0], std::to_string(place));
    }
    if (!IsMid(mid)) {
      return bad(ErrorCode::bad_labels, "the MID", mid,
                 "/m/ or /g/ and letters, digits, '_' in lower case, or own/ and a slug");
    }
    if (!table.places.emplace(mid, place).second) {
      return bad(ErrorCode::duplicate_mid, "the MID", mid, "each MID once");
    }
    if (!IsName(name)) {
      return bad(ErrorCode::bad_labels, "the name", name,
                 "1 to 400 bytes without a space at either end");
    }
    Label label;
    label.mid = mid;
    label.name = name;
    table.labels.push_back(std::move(label));
    return {};
  };
  if (Error error = ReadCsv(bytes, "index,mid,name", kLabelsFile, ErrorCode::bad_labels, take)) {
    return error;
  }
  if (table.labels.size() != static_cast<size_t>(outputs)) {
    return Error{ErrorCode::label_count_mismatch,
                 "labels.csv has " + std::to_string(table.labels.size()) +
                     " labels, the model has " + std::to_string(outputs) +
                     " outputs. Make the package with the class list the model was trained on."};
  }
  return table;
}

Error ReadThresholds(const Bytes& bytes, std::vector<Label>* labels) {
  size_t place = 0;
  const auto take = [&](const CsvRow& row) -> Error {
    if (place == labels->size() || ParseWhole(row.cells[0]) != static_cast<int>(place) ||
        row.cells[1] != (*labels)[place].mid) {
      return Mistake(ErrorCode::bad_thresholds, kThresholdsFile, row, "index and MID",
                     Pair(row), "those of labels.csv, line by line");
    }
    return ReadThreshold(row, &(*labels)[place++]);
  };
  if (Error error = ReadCsv(bytes, "index,mid,threshold,status,precision,recall,f1,support",
                            kThresholdsFile, ErrorCode::bad_thresholds, take)) {
    return error;
  }
  if (place != labels->size()) {
    return {ErrorCode::bad_thresholds, "thresholds.csv has " + std::to_string(place) +
                                           " lines, labels.csv has " +
                                           std::to_string(labels->size()) + "."};
  }
  return {};
}

Error ReadHierarchy(const Bytes& bytes, LabelTable* table) {
  std::unordered_set<uint64_t> pairs;
  const auto place_of = [&](std::string_view mid) {
    const auto found = table->places.find(std::string(mid));
    return found == table->places.end() ? -1 : found->second;
  };
  const auto take = [&](const CsvRow& row) -> Error {
    const int parent = place_of(row.cells[0]);
    const int child = place_of(row.cells[1]);
    const auto bad = [&](ErrorCode code, const char* expected) {
      return Mistake(code, kHierarchyFile, row, "the pair", Pair(row), expected);
    };
    if (pairs.size() == static_cast<size_t>(kMostLabels)) {
      return bad(ErrorCode::too_large, "no more than 100000 lines");
    }
    if (parent < 0 || child < 0 || parent == child) {
      return bad(ErrorCode::bad_hierarchy, "two different MIDs of labels.csv");
    }
    const uint64_t pair = static_cast<uint64_t>(parent) << 32 | static_cast<uint64_t>(child);
    if (!pairs.insert(pair).second) return bad(ErrorCode::bad_hierarchy, "each pair once");
    table->labels[static_cast<size_t>(parent)].children.push_back(child);
    table->labels[static_cast<size_t>(child)].parents.push_back(parent);
    return {};
  };
  if (Error error =
          ReadCsv(bytes, "parent,child", kHierarchyFile, ErrorCode::bad_hierarchy, take)) {
    return error;
  }
  if (HasCycle(table->labels)) {
    return {ErrorCode::bad_hierarchy,
            "hierarchy.csv leads in a circle; no label may be its own ancestor."};
  }
  return {};
}

Result<std::vector<std::string>> ReadNames(const Bytes& bytes, const LabelTable& table,
                                           const std::string& file) {
  std::vector<std::string> names(table.labels.size());
  size_t next = 0;  // where the line stands if the table has the labels' order, as ours have
  const auto take = [&](const CsvRow& row) -> Error {
    size_t place = next;
    if (place >= names.size() || table.labels[place].mid != row.cells[0]) {
      const auto found = table.places.find(std::string(row.cells[0]));
      if (found == table.places.end()) {
        return Mistake(ErrorCode::bad_names, file, row, "the MID", row.cells[0],
                       "a MID of labels.csv");
      }
      place = static_cast<size_t>(found->second);
    }
    if (!names[place].empty()) {
      return Mistake(ErrorCode::duplicate_mid, file, row, "the MID", row.cells[0],
                     "each MID once");
    }
    if (!IsName(row.cells[1])) {
      return Mistake(ErrorCode::bad_names, file, row, "the name", row.cells[1],
                     "1 to 400 bytes without a space at either end");
    }
    names[place] = row.cells[1];
    next = place + 1;
    return {};
  };
  if (Error error = ReadCsv(bytes, "mid,name", file, ErrorCode::bad_names, take)) return error;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) names[i] = table.labels[i].name;
  }
  return names;
}

}  // namespace pocketlens
