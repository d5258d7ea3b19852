#include "core/package/sha256.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace pocketlens {
namespace {

using sha256_internal::BlocksAccelerated;
using sha256_internal::BlocksFunction;
using sha256_internal::BlocksPortable;

struct Vector {
  std::string message;
  const char* hash;
};

// FIPS 180-4 examples and NIST's CAVP SHA256ShortMsg/LongMsg.
std::vector<Vector> Vectors() {
  return {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmno"
       "pqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
}

TEST(Sha256, KnownMessages) {
  for (const Vector& vector : Vectors()) {
    EXPECT_EQ(Sha256Hex(vector.message.data(), vector.message.size()), vector.hash);
  }
}

TEST(Sha256, NullIsTheEmptyMessage) { EXPECT_EQ(Sha256Hex(nullptr, 0), Vectors()[0].hash); }

// Hashes a message with one of the two implementations, with padding made here.
std::string HashWith(BlocksFunction blocks, const std::string& message) {
  std::string padded = message + '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  const uint64_t bits = message.size() * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded += static_cast<char>(bits >> shift);
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  blocks(state, reinterpret_cast<const uint8_t*>(padded.data()), padded.size() / 64);
  char hex[65] = {};
  for (int i = 0; i < 8; ++i) std::snprintf(hex + 8 * i, 9, "%08x", state[i]);
  return hex;
}

TEST(Sha256, PortableImplementation) {
  for (const Vector& vector : Vectors()) {
    EXPECT_EQ(HashWith(BlocksPortable, vector.message), vector.hash);
  }
}

TEST(Sha256, AcceleratedImplementation) {
  if (!sha256_internal::HasInstructions()) {
    std::cout << "this processor has no SHA instructions; the portable code is what runs here\n";
    return;
  }
  for (const Vector& vector : Vectors()) {
    EXPECT_EQ(HashWith(BlocksAccelerated, vector.message), vector.hash);
  }
}

TEST(Sha256, BothImplementationsAgreeOnRandomMessages) {
  if (!sha256_internal::HasInstructions()) return;
  std::mt19937 random(1);
  for (size_t length = 0; length < 300; ++length) {
    std::string message(length, '\0');
    for (char& c : message) c = static_cast<char>(random());
    EXPECT_EQ(HashWith(BlocksAccelerated, message), HashWith(BlocksPortable, message)) << length;
  }
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  std::string message(1000, '\0');
  std::mt19937 random(2);
  for (char& c : message) c = static_cast<char>(random());
  const std::string whole = HashWith(BlocksPortable, message);
  for (const size_t piece : {1u, 3u, 55u, 56u, 63u, 64u, 65u, 127u, 128u, 999u}) {
    Sha256 hash;
    for (size_t at = 0; at < message.size(); at += piece) {
      hash.Update(message.data() + at, std::min(piece, message.size() - at));
    }
    EXPECT_EQ(HexText(hash.Finish()), whole) << piece;
  }
}

TEST(Sha256, UnalignedMessages) {
  const std::string buffer(300, 'x');
  for (size_t start = 1; start < 16; ++start) {
    EXPECT_EQ(Sha256Hex(buffer.data() + start, 200), Sha256Hex(buffer.data(), 200));
  }
}

}  // namespace
}  // namespace pocketlens
