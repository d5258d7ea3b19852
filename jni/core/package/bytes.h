// The bytes of a file, as everything that reads a package passes them on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace pocketlens {

// Memory of our own that nobody else can write to. It is moved, never copied by accident.
class Bytes {
 public:
  Bytes() = default;
  // Not initialised: whoever makes it fills it.
  explicit Bytes(size_t size) : data_(new uint8_t[size]), size_(size) {}
  Bytes(Bytes&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  static Bytes CopyOf(std::string_view text) {
    Bytes copy(text.size());
    if (!text.empty()) std::memcpy(copy.data(), text.data(), text.size());
    return copy;
  }

  const uint8_t* data() const { return data_.get(); }
  uint8_t* data() { return data_.get(); }
  size_t size() const { return size_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data()), size_}; }

 private:
  std::unique_ptr<uint8_t[]> data_;
  size_t size_ = 0;
};

}  // namespace pocketlens
