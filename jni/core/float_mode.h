// The floating-point mode of the thread that loads the core.
#pragma once

namespace pocketlens {

// Makes the calling thread round and keep denormal numbers as IEEE 754 says (the default of every
// process), whatever the start-up code of another library has set. Other mode bits stay.
void KeepDenormals();

// Flushes denormal numbers to zero in the calling thread as long as it lives, then restores the
// thread's mode. The runtime's worker threads inherit this mode when they are started inside such a
// scope, so with every call of the runtime in one, each part of a sum is computed in the same mode,
// whichever thread takes it, and equal inputs give equal bits.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned long long mode_;
};

}  // namespace pocketlens
