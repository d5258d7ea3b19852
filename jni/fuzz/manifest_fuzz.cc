// model.json alone.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/package/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto manifest =
      pocketlens::ParseManifest({reinterpret_cast<const char*>(data), size});
  if (manifest.ok()) {
    // What has been let through can be carried out.
    if (pocketlens::CheckRecipe(manifest.value().preprocess)) std::abort();
    if (manifest.value().outputs < 1 || manifest.value().files.count("model.ms") != 1) std::abort();
  } else if (manifest.error().message.empty()) {
    std::abort();
  }
  return 0;
}
