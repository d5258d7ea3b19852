// A whole archive through the package reader, hashes not compared, so that the tables are reached.
#include <sys/mman.h>
#include <unistd.h>

#include "core/package/file.h"
#include "fuzz/package_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const pocketlens::FileDescriptor fd(memfd_create("package", MFD_CLOEXEC));
  if (!fd || write(fd.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  pocketlens::PackageOptions options;
  options.check_hashes = false;
  pocketlens::fuzz::CheckPackage(
      pocketlens::OpenPackageFd(fd.get(), 0, static_cast<int64_t>(size), options));
  return 0;
}
