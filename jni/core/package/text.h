// Texts that come from files: checking them, and showing them in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pocketlens {

// Whether bytes are valid UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view bytes);

// The length of the longest start of `bytes` that has at most `most` bytes and does not end inside
// a character. For bytes that are no UTF-8 any cut will do.
size_t Utf8Prefix(std::string_view bytes, size_t most);

// Untrusted bytes in quotes as they may stand in a message: one line, cut after about `most` bytes,
// with control characters, quotes, backslashes and what is no UTF-8 as \xNN.
std::string Shown(std::string_view bytes, size_t most = 80);

}  // namespace pocketlens
