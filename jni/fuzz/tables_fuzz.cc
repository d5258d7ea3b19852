// The tables. The first byte chooses which; the rest is the file.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "core/package/bytes.h"
#include "core/scores.h"
#include "core/package/tables.h"

namespace {

using pocketlens::LabelTable;

LabelTable ThreeLabels() {
  LabelTable table;
  for (const char* mid : {"/m/a", "/m/b", "own/c"}) {
    pocketlens::Label label;
    label.mid = label.name = mid;
    table.places[mid] = static_cast<int>(table.labels.size());
    table.labels.push_back(label);
  }
  return table;
}

// Whatever the tables say, scores stay numbers and the headline ends.
void Score(const LabelTable& table) {
  pocketlens::Package package;
  package.labels = table.labels;
  package.outputs = static_cast<int>(table.labels.size());
  const std::vector<float> probabilities(table.labels.size(), 0.75f);
  for (const auto& label : TopK(package, probabilities, 10)) {
    if (!std::isfinite(label.score)) std::abort();
  }
  const pocketlens::ScoredLabel headline = Headline(package, probabilities);
  if (headline.index >= package.outputs || !std::isfinite(headline.score)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto bytes = pocketlens::Bytes::CopyOf({reinterpret_cast<const char*>(data) + 1, size - 1});
  LabelTable table = ThreeLabels();
  switch (data[0] % 4) {
    case 0: {
      const auto labels = pocketlens::ReadLabels(bytes, 3);
      if (labels.ok()) Score(labels.value());
      break;
    }
    case 1:
      if (!pocketlens::ReadThresholds(bytes, &table.labels)) Score(table);
      break;
    case 2:
      if (!pocketlens::ReadHierarchy(bytes, &table)) Score(table);
      break;
    default: {
      const auto names = pocketlens::ReadNames(bytes, table, "names.xx.csv");
      if (names.ok() && names.value().size() != 3) std::abort();
    }
  }
  return 0;
}
