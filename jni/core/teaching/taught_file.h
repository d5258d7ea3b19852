// The .taught file: its bytes, by the rules of tools/package/README.md, and the texts in it.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/bytes.h"
#include "core/package/embedding.h"
#include "core/package/file.h"
#include "core/teaching/taught_labels.h"

namespace pocketlens {

constexpr int64_t kLargestTaught = int64_t{1} << 25;  // bytes

// The labels of a file, each with mid, name and pictures. bad_taught, unknown_format_version,
// other_embedding, too_large.
Result<std::vector<TaughtLabel>> ReadTaught(const Bytes& bytes, const Embedding& space);

// The bytes of a file.
std::string WriteTaught(const TaughtState& state, const Embedding& space);

// bad_taught_label for an id or a name that no taught label can have.
Error CheckTaughtLabel(const std::string& mid, const std::string& name);

// own/ and a slug: ASCII letters in lower case, digits and '_' as they are, anything else as one
// '-'; a name with other letters, or with nothing else, gets eight digits of its hash behind it.
std::string OwnMid(const std::string& name);

// Writes a file in the place of what was there, whole or not at all: cannot_write.
Error WriteWhole(const std::string& path, const std::string& bytes);

}  // namespace pocketlens
