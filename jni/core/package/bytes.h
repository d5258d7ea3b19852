// The bytes of a file, as everything that reads a package passes them on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pocketlens {

// Read-only bytes that stay valid as long as this object lives: a mapped file or owned memory.
class Bytes {
 public:
  Bytes() = default;
  virtual ~Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

  // False when a mapped file has been written to since it was mapped: what was hashed is then not
  // what stands there now. Always true for owned memory.
  virtual bool Unchanged() const { return true; }

 protected:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace pocketlens
