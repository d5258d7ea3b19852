// What the fast path's kernel reads: the tables of one recipe and one geometry.
// Internal to core/preprocess/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/frame/yuv.h"
#include "core/preprocess/recipe.h"

namespace pocketlens::internal {

// The stored picture is walked along its own rows, whatever the rotation. A *row step* names the
// stored rows that one output row (turned by 90 or 270: one output column) needs; a *column* names
// the neighbours inside a stored row.

// Columns worked on together. Bounds what the kernel keeps on the stack.
inline constexpr int kTile = 224;
// Column tables are padded to a multiple of this by repeating the last column.
inline constexpr int kColumnPadding = 16;
// Columns whose neighbours lie together.
inline constexpr int kPairs = 8;
// Bytes that a step of a gather picks.
inline constexpr int kGather = 16;
// Above this many 16-byte loads a step, picking bytes one by one is as fast.
inline constexpr int kMaxChunks = 8;

// What an output takes of an axis of the stored picture: two rows or columns and their weights;
// second == first where only that one counts.
struct AxisStep {
  int32_t first, second;
  int16_t first_weight, second_weight;
};

// Picks 16 bytes of a row: the bitwise or of `chunks` loads of 16 bytes, each shuffled by a control
// (an index within the load, or 0x80 for 0). Step g has chunks g * chunks .. of both arrays.
struct ByteGather {
  int chunks = 0;                    // 0: cannot be used for this picture
  const int32_t* load = nullptr;     // byte offset in the row
  const uint8_t* control = nullptr;  // 16 bytes each
};

// Where a plane's row has a sample for each neighbour, and how to pick 16 of them at once.
struct SamplePlaces {
  const int32_t* place = nullptr;
  ByteGather gather[2];  // where samples are 1 and 2 bytes apart
};

// Step 5 as a table, and as vector constants where those give the same bits:
//   x = fma(v, scale_high, v * scale_low), d = x - mean, fma(d, inverse_high, d * inverse_low)
// with constants for eight pixels' values in the order of the output.
struct Normaliser {
  float table[3][256];
  bool exact_constants;
  float scale_high, scale_low;
  float mean[24], inverse_high[24], inverse_low[24];
  uint8_t channel[3];  // the byte of RGBX that an output channel is
  uint8_t pick[16];    // those of four pixels, as a control of a shuffle
};

// Plain pointers only, so that files compiled for other instruction sets instantiate nothing of the
// standard library.
struct Tables {
  PixelFormat format;
  int height;  // of the stored picture
  YuvFormula yuv;
  bool interpolated;  // chroma, see InterpolatesChroma
  bool transposed;    // rotated by 90 or 270: row steps make output columns
  int crop_width;
  int row_steps;
  const AxisStep* rows;
  int columns;                // without padding
  int neighbours;             // of a column: 2, or 1 where no column needs its second one
  const int32_t* neighbour;   // their pixels in the stored row: kPairs first ones, then second ones
  const uint16_t* weights[2];  // of first and second neighbours, in two 16-bit lanes a column
  SamplePlaces luma, chroma, beside;  // YUV; interpolated chroma needs the sample beside too
  const uint8_t* chroma_rounding;     // interpolated: ChromaRounding of each neighbour
  Normaliser normaliser;
};

// The memory behind a Tables.
class TableStore {
 public:
  TableStore(const PreprocessRecipe& recipe, const FrameGeometry& geometry);
  TableStore(const TableStore&) = delete;
  TableStore& operator=(const TableStore&) = delete;

  const Tables& tables() const { return tables_; }
  // Bytes of all tables together.
  size_t bytes() const { return sizeof(Tables) + bytes_; }

 private:
  // Gives the columns' neighbours, which those of YUV are made of.
  std::vector<int32_t> MakeColumns(std::vector<AxisStep> steps);
  void MakeSamples(const std::vector<int32_t>& neighbours, int width);
  SamplePlaces MakePlaces(std::vector<int32_t> places, int samples);
  ByteGather MakeGather(int row_bytes, int stride, const std::vector<int32_t>& places);
  void MakeNormaliser(const PreprocessRecipe& recipe);
  template <class T>
  const T* Keep(std::vector<T> values);

  Tables tables_ = {};
  std::vector<std::shared_ptr<const void>> kept_;
  size_t bytes_ = 0;
};

// The fast path on one instruction set: `frame` has been checked and has the tables' geometry.
using RunFunction = void (*)(const Tables& tables, const Frame& frame, float* out);

void RunPortable(const Tables& tables, const Frame& frame, float* out);
// x86-64 only; null where the processor lacks AVX2 or FMA.
RunFunction Avx2Run();
// aarch64 only, where every processor has it.
void RunNeon(const Tables& tables, const Frame& frame, float* out);

}  // namespace pocketlens::internal
