// SHA-256 (FIPS 180-4), with the processor's own instructions where it has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace pocketlens {

// A hash in progress: Update any number of times, then Finish once.
class Sha256 {
 public:
  Sha256();

  // Adds bytes; `data` may be null when size is 0.
  void Update(const void* data, size_t size);

  // The 32 bytes of the hash. The object is then used up.
  std::array<uint8_t, 32> Finish();

 private:
  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> block_;
  size_t filled_ = 0;   // bytes waiting in block_
  uint64_t length_ = 0;  // bytes so far
};

// 64 lower-case hexadecimal digits.
std::string HexText(const std::array<uint8_t, 32>& hash);

// The hash of `size` bytes as 64 lower-case hexadecimal digits.
std::string Sha256Hex(const void* data, size_t size);

namespace sha256_internal {

// Mixes `blocks` blocks of 64 bytes into the state.
using BlocksFunction = void (*)(uint32_t state[8], const uint8_t* data, size_t blocks);

// The round constants of FIPS 180-4, section 4.2.2.
extern const uint32_t kRoundConstants[64];

// Plain C++, for every machine.
void BlocksPortable(uint32_t state[8], const uint8_t* data, size_t blocks);

// With the processor's SHA instructions; only where HasInstructions() is true.
void BlocksAccelerated(uint32_t state[8], const uint8_t* data, size_t blocks);
bool HasInstructions();

}  // namespace sha256_internal
}  // namespace pocketlens
