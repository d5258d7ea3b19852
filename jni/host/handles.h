// Handles of the C API: numbers that are never used twice, so that a handle that has been closed, or
// that never was one, is an error and not a crash.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace pocketlens {

// Objects of one kind by handle. Handle is the C API's incomplete struct; it is never dereferenced.
template <class Handle, class Object>
class HandleTable {
 public:
  // Takes an object in and returns its handle, which is not null.
  Handle* Add(std::shared_ptr<Object> object) {
    const std::lock_guard<std::mutex> lock(mutex_);
    objects_.emplace(++last_, std::move(object));
    return reinterpret_cast<Handle*>(last_);
  }

  // The object of a handle; null when it is not open. The caller keeps it alive while it is used.
  std::shared_ptr<Object> Get(const Handle* handle) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<uintptr_t>(handle));
    return found == objects_.end() ? nullptr : found->second;
  }

  // Takes an object out; null when the handle is not open.
  std::shared_ptr<Object> Remove(const Handle* handle) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<uintptr_t>(handle));
    if (found == objects_.end()) return nullptr;
    std::shared_ptr<Object> object = std::move(found->second);
    objects_.erase(found);
    return object;
  }

 private:
  std::mutex mutex_;
  uintptr_t last_ = 0;
  std::map<uintptr_t, std::shared_ptr<Object>> objects_;
};

}  // namespace pocketlens
