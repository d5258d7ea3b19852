// Text between the core (UTF-8) and Java (UTF-16). JNI's own "UTF" functions speak a dialect in which
// characters beyond U+FFFF and NUL are written differently, and Android aborts on the real thing.
#pragma once

#include <string>
#include <string_view>

namespace pocketlens {

// Damaged UTF-8 becomes U+FFFD, one for each byte that fits nowhere; never fails.
std::u16string Utf8ToUtf16(std::string_view text);

// A surrogate without its other half becomes U+FFFD; never fails.
std::string Utf16ToUtf8(std::u16string_view text);

}  // namespace pocketlens
