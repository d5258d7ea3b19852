#include "android/utf.h"

#include <cstddef>
#include <cstdint>

namespace pocketlens {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// One character read from a text, and how many units it took.
struct Decoded {
  char32_t character;
  size_t length;
};

Decoded DecodeUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) {
    return {kReplacement, 1};
  }
  char32_t character = first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {kReplacement, 1};
    }
    character = character << 6 | (byte(i) & 0x3Fu);
  }
  const char32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < smallest || character > 0x10FFFF || surrogate) {
    return {kReplacement, 1};
  }
  return {character, length};
}

Decoded DecodeUtf16(std::u16string_view text) {
  const char16_t first = text[0];
  if (first < 0xD800 || first > 0xDFFF) {
    return {first, 1};
  }
  const bool pair = first <= 0xDBFF && text.size() > 1 && text[1] >= 0xDC00 && text[1] <= 0xDFFF;
  if (!pair) {
    return {kReplacement, 1};
  }
  return {0x10000 + ((first - 0xD800u) << 10) + (text[1] - 0xDC00u), 2};
}

void AppendUtf8(char32_t character, std::string* out) {
  const auto append = [&](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    append(character);
  } else if (character < 0x800) {
    append(0xC0 | character >> 6);
    append(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    append(0xE0 | character >> 12);
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  } else {
    append(0xF0 | character >> 18);
    append(0x80 | (character >> 12 & 0x3F));
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  }
}

}  // namespace

std::u16string Utf8ToUtf16(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = DecodeUtf8(text);
    if (decoded.character < 0x10000) {
      out.push_back(static_cast<char16_t>(decoded.character));
    } else {
      const char32_t rest = decoded.character - 0x10000;
      out.push_back(static_cast<char16_t>(0xD800 + (rest >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (rest & 0x3FF)));
    }
    text.remove_prefix(decoded.length);
  }
  return out;
}

std::string Utf16ToUtf8(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = DecodeUtf16(text);
    AppendUtf8(decoded.character, &out);
    text.remove_prefix(decoded.length);
  }
  return out;
}

}  // namespace pocketlens
