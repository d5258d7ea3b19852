// The label, threshold, hierarchy and name tables of a package, by the rules of tools/package/README.md.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "core/package/package.h"

namespace pocketlens {

// The labels of a package and where each MID stands.
struct LabelTable {
  std::vector<Label> labels;
  std::unordered_map<std::string, int> places;
};

// Whether a text has the form of a label's id: /m/…, /g/… or own/….
bool IsMid(std::string_view mid);

// labels.csv of a model with `outputs` outputs: bad_labels, duplicate_mid, too_large,
// label_count_mismatch.
Result<LabelTable> ReadLabels(const Bytes& bytes, int outputs);

// thresholds.csv into the labels: bad_thresholds, threshold_out_of_range.
Error ReadThresholds(const Bytes& bytes, std::vector<Label>* labels);

// hierarchy.csv into the labels' parents and children: bad_hierarchy, too_large.
Error ReadHierarchy(const Bytes& bytes, LabelTable* table);

// A table of translated names, in the labels' order; labels without a translation keep their own
// name. bad_names, duplicate_mid.
Result<std::vector<std::string>> ReadNames(const Bytes& bytes, const LabelTable& table,
                                           const std::string& file);

}  // namespace pocketlens
