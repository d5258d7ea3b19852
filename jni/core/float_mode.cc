#include "core/float_mode.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace pocketlens {
namespace {

#if defined(__SSE2__)
constexpr unsigned long long kFlush = 0x8040;  // results and operands
unsigned long long Mode() { return _mm_getcsr(); }
void SetMode(unsigned long long mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
constexpr unsigned long long kFlush = 1ULL << 24;
unsigned long long Mode() {
  uint64_t mode = 0;
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
void SetMode(unsigned long long mode) {
  asm volatile("msr fpcr, %0" : : "r"(static_cast<uint64_t>(mode)));
}
#else
constexpr unsigned long long kFlush = 0;
unsigned long long Mode() { return 0; }
void SetMode(unsigned long long) {}
#endif

}  // namespace

void KeepDenormals() { SetMode(Mode() & ~kFlush); }

FlushDenormals::FlushDenormals() : mode_(Mode()) { SetMode(mode_ | kFlush); }

FlushDenormals::~FlushDenormals() { SetMode(mode_); }

}  // namespace pocketlens
