// Libraries of native test programs.
#pragma once

#include <dlfcn.h>
#include <link.h>

#include <string>
#include <vector>

namespace pocketlens::testing {

// Keeps the libraries that are loaded now until the process is gone. The runtime closes its plugins
// while the process ends, before the leak sanitizer looks, which then could not tell whose code
// allocated something.
inline void KeepLibraries() {
  std::vector<std::string> names;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* list) {
        if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0') {
          static_cast<std::vector<std::string>*>(list)->emplace_back(info->dlpi_name);
        }
        return 0;
      },
      &names);
  for (const std::string& name : names) {
    dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  }
}

}  // namespace pocketlens::testing
