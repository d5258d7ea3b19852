// Numbers that stand for native objects on the other side of JNI or of the C API.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace pocketlens {

// Hands out numbers, never 0 and never the same one twice, so that a stale or invented number finds
// nothing instead of freed memory. Whoever has found an object keeps it alive; it dies with its last
// user after Remove. Safe to use from several threads.
template <class T>
class Registry {
 public:
  // Takes a share of `object` and gives its number.
  int64_t Add(std::shared_ptr<T> object) {
    std::lock_guard<std::mutex> lock(mutex_);
    objects_.emplace(++last_, std::move(object));
    return last_;
  }

  // The object with this number; null when there is none.
  std::shared_ptr<T> Find(int64_t number) const {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(number);
    return found == objects_.end() ? nullptr : found->second;
  }

  // Forgets this number and gives back the object, null when there was none. The registry's lock is
  // not held while the object dies.
  std::shared_ptr<T> Remove(int64_t number) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(number);
    if (found == objects_.end()) {
      return nullptr;
    }
    std::shared_ptr<T> object = std::move(found->second);
    objects_.erase(found);
    return object;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<int64_t, std::shared_ptr<T>> objects_;
  int64_t last_ = 0;
};

}  // namespace pocketlens
