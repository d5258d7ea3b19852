// A file of taught labels, with a hash that fits it, so that what lies behind the hash is reached; an
// odd first byte leaves the file as it is.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/package/sha256.h"
#include "core/teaching/taught_labels.h"
#include "core/teaching/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using pocketlens::TaughtLabels;
  static const auto space = pocketlens::testing::NoiseSpace(true);
  if (size == 0) return 0;
  std::string file(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    pocketlens::Sha256 hash;
    hash.Update(file.data(), file.size());
    const auto digest = hash.Finish();
    file.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  }
  const auto read = TaughtLabels::Read(space, pocketlens::Bytes::CopyOf(file));
  if (!read.ok()) {
    if (read.error().text().empty()) std::abort();
    return 0;
  }
  // What has been let through is written as it was, and can be worked with.
  TaughtLabels& taught = *read.value();
  if (taught.Write() != file) std::abort();
  const auto state = taught.state();
  if (state->thresholds.size() != state->labels.size()) std::abort();
  for (const float threshold : state->thresholds) {
    if (!(threshold > 0 && threshold < 1)) std::abort();
  }
  if (!state->labels.empty()) {
    const std::string mid = state->labels.front()->mid;
    MatchTaught(*state, state->labels.front()->centre);
    if (taught.RemovePicture(mid, 0)) std::abort();
  }
  return 0;
}
