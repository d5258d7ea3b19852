// The byte floor of preprocessing: reads one byte of every cache line of the rows that are needed, and
// writes the tensor. Nothing that samples these rows can do with touching less.
#include <cstddef>
#include <cstdint>
#include <cstring>

// Reads bytes [first, last] of `count` rows of a plane, a cache line at a time.
extern "C" unsigned touch_rows(const uint8_t* plane, int row_stride, const int32_t* rows, int count,
                               int first, int last) {
  unsigned sum = 0;
  for (int k = 0; k < count; ++k) {
    const uint8_t* row = plane + static_cast<ptrdiff_t>(rows[k]) * row_stride;
    for (int x = first; x <= last; x += 64) sum += row[x];
    sum += row[last];
  }
  return sum;
}

extern "C" void fill(float* out, size_t count, unsigned value) {
  std::memset(out, static_cast<int>(value), count * sizeof(float));
}
