#include "testing/no_memory.h"

#include <cstdlib>
#include <new>

namespace pocketlens::testing {
namespace {

thread_local bool active = false;
thread_local size_t least = 0;
thread_local int granted_left = 0;
thread_local int refused_left = 0;
thread_local int refusals_so_far = 0;

bool Refuse(size_t size) {
  if (!active || size < least) return false;
  if (granted_left > 0) return --granted_left, false;
  if (refused_left == 0) return false;
  --refused_left;
  least = 0;
  ++refusals_so_far;
  return true;
}

}  // namespace

NoMemory::NoMemory(int granted, size_t large, int refused) {
  least = large;
  granted_left = granted, refused_left = refused, refusals_so_far = 0;
  active = true;
}

NoMemory::~NoMemory() { active = false; }

int NoMemory::refusals() const { return refusals_so_far; }

}  // namespace pocketlens::testing

void* operator new(size_t size) {
  void* const memory = pocketlens::testing::Refuse(size) ? nullptr : std::malloc(size ? size : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
