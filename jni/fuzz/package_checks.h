// What must hold of every package that was let through, and of every refusal.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "core/package/package.h"

namespace pocketlens::fuzz {

inline void CheckPackage(const Result<std::unique_ptr<Package>>& package) {
  if (!package.ok()) {
    // Every refusal has a name and a sentence.
    if (package.error().text().empty()) std::abort();
    return;
  }
  const Package& found = *package.value();
  if (found.kind == PackageKind::classifier &&
      found.labels.size() != static_cast<size_t>(found.outputs)) {
    std::abort();
  }
  for (const Label& label : found.labels) {
    if (!(label.threshold > 0 && label.threshold < 1)) std::abort();
    for (const int other : label.parents) {
      if (other < 0 || other >= found.outputs) std::abort();
    }
  }
  // The model's range can be read to its last byte.
  volatile uint8_t sum = 0;
  for (size_t i = 0; i < found.model->size(); ++i) sum = sum ^ found.model->data()[i];
}

}  // namespace pocketlens::fuzz
