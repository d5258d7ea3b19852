// A strict reader of .zip files with stored entries. Format: PKWARE's APPNOTE 6.3.10.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/file.h"

namespace pocketlens {

// One file of an archive, not yet read.
struct ZipEntry {
  std::string name;
  FileRange range;
};

// The entries of an archive in the order of its directory, by the rules of tools/package/README.md:
// compression, encryption, zip64, several disks, a comment at the end, a name that stands twice, local
// headers that differ from the directory and bytes that belong to no entry are bad_archive; a name
// that is a path, or a link, is path_outside_package; more than `most` entries are too_large. CRCs
// are not compared with the bytes: that is SHA-256's work. Only the headers are read. `path` names the
// archive in messages.
Result<std::vector<ZipEntry>> ReadZip(const FileRange& archive, size_t most,
                                      const std::string& path);

// Whether a file name is empty, "." or "..", or holds a '/', '\\', ':' or NUL: what could lead out of
// a package.
bool IsPath(const std::string& name);

}  // namespace pocketlens
