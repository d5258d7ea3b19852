// A whole archive through the package reader, hashes not compared, so that the tables are reached.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "core/file.h"
#include "core/package.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const pocketlens::FileDescriptor fd(memfd_create("package", MFD_CLOEXEC));
  if (!fd || write(fd.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  pocketlens::PackageOptions options;
  options.check_hashes = false;
  const auto package =
      pocketlens::OpenPackageFd(fd.get(), 0, static_cast<int64_t>(size), options);
  if (!package.ok()) {
    // Every refusal has a name and a sentence.
    if (package.error().message.empty()) std::abort();
    return 0;
  }
  const pocketlens::Package& found = *package.value();
  if (found.kind == pocketlens::PackageKind::classifier &&
      found.labels.size() != static_cast<size_t>(found.outputs)) {
    std::abort();
  }
  for (const pocketlens::Label& label : found.labels) {
    if (!(label.threshold > 0 && label.threshold < 1)) std::abort();
    for (const int other : label.parents) {
      if (other < 0 || other >= found.outputs) std::abort();
    }
  }
  // The model's range can be read to its last byte.
  volatile uint8_t sum = 0;
  for (size_t i = 0; i < found.model->size(); ++i) sum = sum ^ found.model->data()[i];
  return 0;
}
