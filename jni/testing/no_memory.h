// Memory that runs out when a test says so, for the calling thread alone. A program that links
// no_memory.cc has its own operator new.
#pragma once

#include <cstddef>

namespace pocketlens::testing {

// While one lives, `operator new` throws std::bad_alloc in this thread: after `granted` more
// allocations of `large` bytes or more the next such one is refused, and then all, of any size; at
// most `refused` in all.
class NoMemory {
 public:
  explicit NoMemory(int granted = 0, size_t large = 0, int refused = 1 << 30);
  ~NoMemory();
  NoMemory(const NoMemory&) = delete;
  NoMemory& operator=(const NoMemory&) = delete;

  // How often an allocation was refused so far.
  int refusals() const;
};

}  // namespace pocketlens::testing
