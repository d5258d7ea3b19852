#include "core/package/text.h"

#include <cstdint>
#include <cstring>

namespace pocketlens {
namespace {

// The length of the valid character at the start of `bytes`; 0 when there is none. The ranges of
// the second byte are those of the Unicode Standard, table 3-7.
size_t CharacterLength(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  if (bytes.empty()) return 0;
  const uint8_t first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
  const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (at(1) < low || at(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// Whether the next eight bytes are one character each.
bool IsAscii(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return (word & 0x8080808080808080) == 0;
}

// Whether a valid character of several bytes acts on a terminal or ends a line: U+0080 to U+009F,
// U+2028 and U+2029.
bool IsLongControl(std::string_view character) {
  return (character.size() == 2 && character[0] == '\xc2' &&
          static_cast<uint8_t>(character[1]) < 0xa0) ||
         character == "\xe2\x80\xa8" || character == "\xe2\x80\xa9";
}

void AppendEscaped(uint8_t byte, std::string* out) {
  *out += "\\x";
  *out += "0123456789abcdef"[byte >> 4];
  *out += "0123456789abcdef"[byte & 15];
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    while (bytes.size() >= sizeof(uint64_t) && IsAscii(bytes.data())) {
      bytes.remove_prefix(sizeof(uint64_t));
    }
    if (bytes.empty()) break;
    const size_t length = CharacterLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

size_t Utf8Prefix(std::string_view bytes, size_t most) {
  if (bytes.size() <= most) return bytes.size();
  size_t length = most;
  for (int i = 0; i < 3 && length > 0; ++i) {
    if ((static_cast<uint8_t>(bytes[length]) & 0xc0) != 0x80) return length;
    --length;
  }
  return length;
}

std::string Shown(std::string_view bytes, size_t most) {
  std::string out = "\"";
  while (!bytes.empty()) {
    if (out.size() > most) return out + "...\"";
    const size_t length = CharacterLength(bytes);
    const auto first = static_cast<uint8_t>(bytes[0]);
    if (length == 0 || first < 0x20 || first == 0x7f || first == '\\' || first == '"' ||
        IsLongControl(bytes.substr(0, length))) {
      AppendEscaped(first, &out);
      bytes.remove_prefix(1);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out + "\"";
}

}  // namespace pocketlens
