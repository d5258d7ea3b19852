// What the kernels of the fast path read: the tables of one recipe and one geometry.
// Internal to core/preprocess/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/preprocess/recipe.h"
#include "core/preprocess/yuv.h"

namespace pocketlens::internal {

// The stored picture is walked along its own rows, whatever the rotation. A *row step* names the
// stored rows that one output row (turned by 90 or 270: one output column) needs; a *column* names
// the neighbours inside a stored row. Where an axis is flipped the neighbours and weights are too,
// so `lower` always means the lower address.

// Columns worked on together. Bounds what the kernels keep on the stack.
inline constexpr int kTile = 224;
// Column tables are padded to a multiple of this by repeating the last column.
inline constexpr int kColumnPadding = 16;
// Neighbours (8 pairs, or 16 single pixels) that a step of the YUV gather picks.
inline constexpr int kGather = 16;
// Above this many 16-byte loads a gather step, picking bytes one by one is as fast.
inline constexpr int kMaxChunks = 8;

// Stored rows and their weights. second_weight == 0: only `first` counts, with weight 2048.
struct RowStep {
  int32_t first, second;
  int16_t first_weight, second_weight;
};

// Picks 16 bytes of a row: the bitwise or of `chunks` loads of 16 bytes, each shuffled by a control
// (an index within the load, or 0x80 for 0). Step g has chunks g * chunks .. of both arrays.
struct ByteGather {
  int chunks = 0;                    // 0: cannot be used for this picture
  const int32_t* load = nullptr;     // byte offset in the row
  const uint8_t* control = nullptr;  // `width` bytes each
};

// Step 5 as a table, and as vector constants where those give the same bits:
//   x = fma(v, scale_high, v * scale_low), d = x - mean, fma(d, inverse_high, d * inverse_low)
struct Normaliser {
  float table[3][256];
  bool exact_constants;
  float scale_high, scale_low;
  float mean[24], inverse_high[24], inverse_low[24];  // of channels 0, 1, 2, 0, 1, 2 ...
};

// Plain pointers only, so that files compiled for other instruction sets instantiate nothing of the
// standard library.
struct Tables {
  PixelFormat format;
  int width, height;  // of the stored picture
  YuvFormula yuv;
  bool interpolated;  // chroma, see InterpolatesChroma
  bool transposed;  // rotated by 90 or 270: row steps make output columns
  bool nearest;     // no column needs its second neighbour; `lower` is the one pixel
  bool reuse_rows;  // consecutive row steps mostly share rows
  int crop_width, crop_height;
  int row_steps;
  const RowStep* rows;
  int columns;                 // without padding
  const int32_t* lower;        // index of the pixel in the stored row
  const int16_t* weights;      // two a column: of the lower and the upper neighbour
  const int32_t* offset;       // byte offset of RGBA and RGB loads
  int ahead;                   // from one prefetch to the next within 8 columns; 0: see MakeOffsets
  const uint8_t* rgb_control;  // RGB: 16 bytes for two pairs, or for four single pixels
  const int8_t* pair_weights;  // AVX2, straight: 128 per 8 columns, see MakePairWeights
  const int8_t* planar_weights;   // AVX2, straight YUV: 64 per 8 columns, see MakePlanarWeights
  const int16_t* turned_weights;  // AVX2, turned: 64 per 8 columns, see MakeTurnedWeights
  uint8_t compact[16];            // RGBX RGBX RGBX RGBX to 12 bytes in output order
  uint8_t compact_planar[16];     // RRRR BBBB GGGG to the same
  ByteGather luma;                // control width 16
  ByteGather interleaved;         // control width 32: first, then second byte of each chroma pair
  ByteGather planar;              // control width 16
  ByteGather own_and_beside;      // interpolated: as interleaved, the sample and the one beside
  const uint8_t* chroma_rounding;  // interpolated: ChromaRounding of each neighbour
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
  size_t bytes() const;

 private:
  struct alignas(32) Block {
    uint8_t bytes[32];
  };
  struct GatherStore {
    std::vector<int32_t> load;
    std::vector<Block> control;
  };

  template <class T>
  static std::vector<Block> Blocks(const std::vector<T>& values);
  int8_t SplitHalf(size_t column, int neighbour, bool high) const;

  void MakeRows(const PreprocessRecipe& recipe, const FrameGeometry& geometry);
  void MakeColumns(const PreprocessRecipe& recipe, const FrameGeometry& geometry);
  void MakeOffsets();
  void MakePairWeights();
  void MakePlanarWeights();
  void MakeTurnedWeights();
  void MakeGathers();
  template <class PlaceOf>
  ByteGather MakeGather(GatherStore* store, int row_bytes, int bytes,
                        const PlaceOf& place_of) const;
  int Neighbour(int k) const;
  void MakeNormaliser(const PreprocessRecipe& recipe);

  Tables tables_ = {};
  std::vector<RowStep> rows_;
  std::vector<int32_t> lower_, offset_;
  std::vector<int16_t> weights_;
  std::vector<Block> rgb_control_, wide_weights_, planar_weights_;  // wide: of pairs or turned
  std::vector<uint8_t> chroma_rounding_;
  GatherStore luma_, interleaved_, planar_, own_and_beside_;
};

// The fast path on one instruction set: `frame` has been checked and has the tables' geometry.
using RunFunction = void (*)(const Tables& tables, const Frame& frame, float* out);

void RunPortable(const Tables& tables, const Frame& frame, float* out);
// x86-64 only; null where the processor lacks AVX2 or FMA.
RunFunction Avx2Run();
// aarch64 only, where every processor has it.
void RunNeon(const Tables& tables, const Frame& frame, float* out);

}  // namespace pocketlens::internal
