// Numbers and bytes taken from the start of a fuzz input; zeros when it is used up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace pocketlens::fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }

  // A number from low to high.
  int Number(int low, int high) {
    uint16_t value = 0;
    Take(&value, sizeof value);
    return low + value % (high - low + 1);
  }
  uint8_t Byte() { return static_cast<uint8_t>(Number(0, 255)); }

  // Any four or eight bytes.
  template <class T>
  T Any() {
    T value{};
    Take(&value, sizeof value);
    return value;
  }

  // The next `count` bytes, fewer at the end.
  std::vector<uint8_t> Bytes(size_t count) {
    std::vector<uint8_t> bytes(std::min(count, size_));
    Take(bytes.data(), bytes.size());
    return bytes;
  }

 private:
  void Take(void* to, size_t count) {
    const size_t taken = std::min(size_, count);
    if (taken > 0) std::memcpy(to, data_, taken);
    data_ += taken, size_ -= taken;
  }

  const uint8_t* data_;
  size_t size_;
};

}  // namespace pocketlens::fuzz
