// The fast path for 64-bit ARM, where every processor has NEON.
#include <arm_neon.h>

#include "core/preprocess/yuv_rows.h"

namespace pocketlens::internal {
namespace {

// Two pixels' worth of 16-bit values is the unit of the RGBA and RGB kernels: RGBX RGBX.

// Two pairs of neighbours, each RGBX RGBX.
template <RowKind kRow>
POCKETLENS_INLINE uint8x16_t TwoPairs(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return vld1q_u8(row + 8 * k);
  const int32_t* offset = t.offset + column + k;
  const uint8x16_t two = vcombine_u8(vld1_u8(row + offset[0]), vld1_u8(row + offset[1]));
  if constexpr (kRow == RowKind::rgba) return two;
  return vqtbl1q_u8(two, vld1q_u8(t.rgb_control + 8 * (column + k)));
}

template <int kLane>
POCKETLENS_INLINE uint32x4_t Load32(const uint8_t* p, uint32x4_t v) {
  uint32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return vsetq_lane_u32(word, v, kLane);
}

// Four words from anywhere.
POCKETLENS_INLINE uint8x16_t FourWords(const uint8_t* a, const uint8_t* b, const uint8_t* c,
                                       const uint8_t* d) {
  uint32x4_t v = vdupq_n_u32(0);
  v = Load32<0>(a, v);
  v = Load32<1>(b, v);
  v = Load32<2>(c, v);
  return vreinterpretq_u8_u32(Load32<3>(d, v));
}

// Pixels k .. k + 3 as RGBX, where only one neighbour counts.
template <RowKind kRow>
POCKETLENS_INLINE uint8x16_t FourPixels(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kRow == RowKind::dense) return vld1q_u8(row + 4 * k);
  const int32_t* o = t.offset + column + k;
  const uint8x16_t v = FourWords(row + o[0], row + o[1], row + o[2], row + o[3]);
  if constexpr (kRow == RowKind::rgba) return v;
  return vqtbl1q_u8(v, vld1q_u8(t.rgb_control + 4 * (column + k)));
}

// (a * wa + b * wb) >> kShift.
template <int kShift>
POCKETLENS_INLINE uint16x4_t Weighed(uint16x4_t a, uint16x4_t b, uint16x4_t wa, uint16x4_t wb) {
  return vshrn_n_u32(vmlal_u16(vmull_u16(a, wa), b, wb), kShift);
}

// One pair of neighbours by its weights, which are lanes 0 and 1 of `w`, or 2 and 3.
template <int kLane>
POCKETLENS_INLINE uint16x4_t WeighedPair(uint8x8_t pair, uint16x4_t w) {
  const uint16x8_t wide = vmovl_u8(pair);
  return vshrn_n_u32(vmlal_lane_u16(vmull_lane_u16(vget_low_u16(wide), w, kLane),
                                    vget_high_u16(wide), w, kLane + 1),
                     4);
}

POCKETLENS_INLINE int16x8_t Signed(uint16x8_t v) { return vreinterpretq_s16_u16(v); }

POCKETLENS_INLINE uint16x4_t WeightsOf(const Tables& t, int column) {
  return vreinterpret_u16_s16(vld1_s16(t.weights + 2 * column));
}

// 4 columns' worth of 16-bit values.
struct Wide {
  int16x8_t a, b;
};

// The horizontal step for 4 columns of a row.
template <RowKind kRow, bool kNearest>
POCKETLENS_INLINE Wide Across(const Tables& t, const uint8_t* row, int column, int k) {
  if constexpr (kNearest) {  // value * 2048 >> 4
    const uint8x16_t v = FourPixels<kRow>(t, row, column, k);
    return {Signed(vshll_n_u8(vget_low_u8(v), 7)), Signed(vshll_high_n_u8(v, 7))};
  } else {
    const auto two = [&](int first) {
      const uint8x16_t pairs = TwoPairs<kRow>(t, row, column, first);
      const uint16x4_t w = WeightsOf(t, column + first);
      return Signed(vcombine_u16(WeighedPair<0>(vget_low_u8(pairs), w),
                                 WeighedPair<2>(vget_high_u8(pairs), w)));
    };
    return {two(k), two(k + 2)};
  }
}

// (a * wa >> 16) + (b * wb >> 16): the doubling multiply's high half has one bit more.
POCKETLENS_INLINE int16x8_t Sum(int16x8_t a, int16x8_t b, int16x8_t wa, int16x8_t wb) {
  return vsraq_n_s16(vshrq_n_s16(vqdmulhq_s16(a, wa), 1), vqdmulhq_s16(b, wb), 1);
}

// (t + 2) >> 2 as bytes.
POCKETLENS_INLINE uint8x8_t Bytes(int16x8_t sum) { return vqrshrun_n_s16(sum, 2); }

POCKETLENS_INLINE uint8x16_t Down(Wide a, Wide b, int16x8_t wa, int16x8_t wb) {
  return vcombine_u8(Bytes(Sum(a.a, b.a, wa, wb)), Bytes(Sum(a.b, b.b, wa, wb)));
}

// Pairs of pixels of two rows: the rows weighed, then each neighbour by its column weight, then
// both neighbours added. Two columns.
POCKETLENS_INLINE uint8x8_t TurnedPairs(uint8x16_t a, uint8x16_t b, uint16x4_t wa, uint16x4_t wb,
                                        const int16_t* weights) {
  const auto neighbours = [&](uint8x8_t pair_a, uint8x8_t pair_b, const int16_t* w) {
    const uint16x8_t wide_a = vmovl_u8(pair_a), wide_b = vmovl_u8(pair_b);
    const uint16x8_t rows =
        vcombine_u16(Weighed<4>(vget_low_u16(wide_a), vget_low_u16(wide_b), wa, wb),
                     Weighed<4>(vget_high_u16(wide_a), vget_high_u16(wide_b), wa, wb));
    const int16x8_t column = vcombine_s16(vdup_n_s16(w[0]), vdup_n_s16(w[1]));
    const int16x8_t v = vshrq_n_s16(vqdmulhq_s16(Signed(rows), column), 1);
    return vadd_s16(vget_low_s16(v), vget_high_s16(v));
  };
  return Bytes(vcombine_s16(neighbours(vget_low_u8(a), vget_low_u8(b), weights),
                            neighbours(vget_high_u8(a), vget_high_u8(b), weights + 2)));
}

POCKETLENS_INLINE uint8x8_t TurnedPixels(uint8x8_t a, uint8x8_t b, uint16x4_t wa, uint16x4_t wb) {
  const uint16x8_t wide_a = vmovl_u8(a), wide_b = vmovl_u8(b);
  return Bytes(Signed(vcombine_u16(  // >> 4, then * 2048 >> 16
      Weighed<9>(vget_low_u16(wide_a), vget_low_u16(wide_b), wa, wb),
      Weighed<9>(vget_high_u16(wide_a), vget_high_u16(wide_b), wa, wb))));
}

// 16 pixels' red, green and blue.
struct Colours {
  uint8x16_t red, green, blue;
};

// Full range: luma passes unchanged, so chroma's share is (factor * chroma + 16384) >> 15 alone.
// red_v and blue_u are above 1 << 15, too large for 16 bits: v * red_v is v * 2^15 and the rest.
struct FullRange {
  using Share = int16x8x3_t;

  explicit FullRange(const YuvFormula& f)
      : red(static_cast<int16_t>(f.red_v - 32768)),
        blue(static_cast<int16_t>(f.blue_u - 32768)),
        green_u(static_cast<int16_t>(-f.green_u)),
        green_v(static_cast<int16_t>(-f.green_v)) {}

  Share ShareOf(int16x8_t u, int16x8_t v) const {
    const auto green = [&](int16x4_t u4, int16x4_t v4) {
      return vrshrn_n_s32(vmlal_n_s16(vmull_n_s16(u4, green_u), v4, green_v), 15);
    };
    return {{vaddq_s16(v, vqrdmulhq_n_s16(v, red)),
             vcombine_s16(green(vget_low_s16(u), vget_low_s16(v)),
                          green(vget_high_s16(u), vget_high_s16(v))),
             vaddq_s16(u, vqrdmulhq_n_s16(u, blue))}};
  }

  uint8x8_t Colour(uint8x8_t luma, const Share& share, int colour) const {
    const int16x8_t y = Signed(vmovl_u8(luma));
    return vqmovun_s16(vaddq_s16(y, share.val[colour]));
  }

  int16_t red, blue, green_u, green_v;
};

// Limited range: the sums need 32 bits.
struct LimitedRange {
  struct Share {
    int32x4x2_t val[3];
  };

  explicit LimitedRange(const YuvFormula& formula) : f(formula) {}

  static int32x4x2_t Plus(int32x4x2_t sum, int16x8_t x, int factor) {
    return {{vmlaq_n_s32(sum.val[0], vmovl_s16(vget_low_s16(x)), factor),
             vmlaq_n_s32(sum.val[1], vmovl_s16(vget_high_s16(x)), factor)}};
  }

  Share ShareOf(int16x8_t u, int16x8_t v) const {
    const int32x4x2_t none = {{vdupq_n_s32(0), vdupq_n_s32(0)}};
    return {{Plus(none, v, f.red_v), Plus(Plus(none, u, -f.green_u), v, -f.green_v),
             Plus(none, u, f.blue_u)}};
  }

  uint8x8_t Colour(uint8x8_t luma, const Share& share, int colour) const {
    const uint8x8_t above = vqsub_u8(luma, vdup_n_u8(static_cast<uint8_t>(f.black)));
    const int32x4x2_t sum = Plus(share.val[colour], Signed(vmovl_u8(above)), f.luma);
    return vqmovun_s16(vcombine_s16(vqrshrn_n_s32(vshrq_n_s32(sum.val[0], 4), 16),
                                    vqrshrn_n_s32(vshrq_n_s32(sum.val[1], 4), 16)));
  }

  YuvFormula f;
};

// A byte at each of 16 places of a row.
POCKETLENS_INLINE uint8x16_t Gathered(const uint8_t* row, const int32_t* load,
                                      const uint8_t* control, int chunks, int control_width) {
  uint8x16_t v = vdupq_n_u8(0);
  for (int c = 0; c < chunks; ++c) {
    v = vorrq_u8(v, vqtbl1q_u8(vld1q_u8(row + load[c]), vld1q_u8(control + control_width * c)));
  }
  return v;
}

template <class Range>
POCKETLENS_INLINE Colours ColoursAt(const Range& range, const uint8_t* luma, const uint8_t* u,
                                    const uint8_t* v) {
  const uint8x16_t y = vld1q_u8(luma), uu = vld1q_u8(u), vv = vld1q_u8(v);
  const uint8x8_t middle = vdup_n_u8(128);
  const auto centred = [&](uint8x8_t c) { return Signed(vsubl_u8(c, middle)); };
  const auto low = range.ShareOf(centred(vget_low_u8(uu)), centred(vget_low_u8(vv)));
  const auto high = range.ShareOf(centred(vget_high_u8(uu)), centred(vget_high_u8(vv)));
  const auto colour = [&](int c) {
    return vcombine_u8(range.Colour(vget_low_u8(y), low, c),
                       range.Colour(vget_high_u8(y), high, c));
  };
  return {colour(0), colour(1), colour(2)};
}

template <class Range>
void SamplesToDense(const Tables& t, const YuvSamples& s, int steps, uint8_t* first,
                    uint8_t* second) {
  const Range range(t.yuv);
  uint8_t* const dense[2] = {first, second};
  for (int row = 0; row < 2 && dense[row] != nullptr; ++row) {
    const int chroma = s.shared_chroma ? 0 : row;
    for (int k = 0; k < 16 * steps; k += 16) {
      const Colours c = ColoursAt(range, s.luma[row] + k, s.u[chroma] + k, s.v[chroma] + k);
      const uint8x16x4_t rgbx = {{c.red, c.green, c.blue, vdupq_n_u8(0)}};
      vst4q_u8(dense[row] + 4 * k, rgbx);
    }
  }
}

// One colour of 16 columns without a second neighbour, of both rows.
POCKETLENS_INLINE uint8x16_t DownNearest(uint8x16_t a, uint8x16_t b, int16x8_t wa, int16x8_t wb) {
  return Down({Signed(vshll_n_u8(vget_low_u8(a), 7)), Signed(vshll_high_n_u8(a, 7))},
              {Signed(vshll_n_u8(vget_low_u8(b), 7)), Signed(vshll_high_n_u8(b, 7))}, wa, wb);
}

// One colour of 8 columns: lower and upper neighbours alternate.
POCKETLENS_INLINE uint8x8_t DownPairs(uint8x16_t a, uint8x16_t b, uint16x8x2_t w, int16x8_t wa,
                                      int16x8_t wb) {
  const auto across = [&](uint8x16_t v) {
    const uint16x8_t lower = vmovl_u8(vget_low_u8(vuzp1q_u8(v, v)));
    const uint16x8_t upper = vmovl_u8(vget_low_u8(vuzp2q_u8(v, v)));
    return Signed(vcombine_u16(Weighed<4>(vget_low_u16(lower), vget_low_u16(upper),
                                          vget_low_u16(w.val[0]), vget_low_u16(w.val[1])),
                               Weighed<4>(vget_high_u16(lower), vget_high_u16(upper),
                                          vget_high_u16(w.val[0]), vget_high_u16(w.val[1]))));
  };
  return Bytes(Sum(across(a), across(b), wa, wb));
}

template <class Range, bool kNearest>
void YuvLine(const Tables& t, int begin, int count, const YuvSamples& s, const RowStep& step,
             uint8_t* line) {
  const Range range(t.yuv);
  const int16x8_t wa = vdupq_n_s16(step.first_weight), wb = vdupq_n_s16(step.second_weight);
  const int chroma = s.shared_chroma ? 0 : 1;
  const bool swap = t.compact[0] != 0;  // BGR
  constexpr int kColumns = kNearest ? 16 : 8;
  for (int k = 0; k < count; k += kColumns) {
    const int from = 16 / kColumns * k;
    const Colours a = ColoursAt(range, s.luma[0] + from, s.u[0] + from, s.v[0] + from);
    const Colours b = ColoursAt(range, s.luma[1] + from, s.u[chroma] + from, s.v[chroma] + from);
    if constexpr (kNearest) {
      const uint8x16_t red = DownNearest(a.red, b.red, wa, wb);
      const uint8x16_t green = DownNearest(a.green, b.green, wa, wb);
      const uint8x16_t blue = DownNearest(a.blue, b.blue, wa, wb);
      const uint8x16x3_t rgb = {{swap ? blue : red, green, swap ? red : blue}};
      vst3q_u8(line + 3 * k, rgb);
    } else {
      const int16x8x2_t pairs = vld2q_s16(t.weights + 2 * (begin + k));
      const uint16x8x2_t w = {
          {vreinterpretq_u16_s16(pairs.val[0]), vreinterpretq_u16_s16(pairs.val[1])}};
      const uint8x8_t red = DownPairs(a.red, b.red, w, wa, wb);
      const uint8x8_t green = DownPairs(a.green, b.green, w, wa, wb);
      const uint8x8_t blue = DownPairs(a.blue, b.blue, w, wa, wb);
      const uint8x8x3_t rgb = {{swap ? blue : red, green, swap ? red : blue}};
      vst3_u8(line + 3 * k, rgb);
    }
  }
}

// 8 samples of a chroma row: 3 times the own one and the one beside.
POCKETLENS_INLINE uint16x8_t ThreeToOne(RowPair row, int k) {
  return vmlal_u8(vmovl_u8(vld1_u8(row.second + k)), vld1_u8(row.first + k), vdup_n_u8(3));
}

struct Neon {
  template <RowKind kRow, bool kNearest>
  static void Horizontal(const Tables& t, int begin, int count, const uint8_t* row, const uint8_t*,
                         int16_t* h) {
    for (int k = 0; k < count; k += 4) {
      const Wide w = Across<kRow, kNearest>(t, row, begin, k);
      vst1q_s16(h + 4 * k, w.a);
      vst1q_s16(h + 4 * k + 8, w.b);
    }
  }

  static void Vertical(const Tables& t, int count, const int16_t* first, const int16_t* second,
                       const RowStep& step, uint8_t* line) {
    const int16x8_t wa = vdupq_n_s16(step.first_weight), wb = vdupq_n_s16(step.second_weight);
    const uint8x16_t compact = vld1q_u8(t.compact);
    for (int k = 0; k < count; k += 4, first += 16, second += 16) {
      const Wide a{vld1q_s16(first), vld1q_s16(first + 8)};
      const Wide b{vld1q_s16(second), vld1q_s16(second + 8)};
      vst1q_u8(line + 3 * k, vqtbl1q_u8(Down(a, b, wa, wb), compact));
    }
  }

  template <RowKind kRow, bool kNearest>
  static void Line(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                   RowPair, uint8_t* line) {
    const int16x8_t wa = vdupq_n_s16(step.first_weight), wb = vdupq_n_s16(step.second_weight);
    const uint8x16_t compact = vld1q_u8(t.compact);
    for (int k = 0; k < count; k += 4) {
      const Wide a = Across<kRow, kNearest>(t, rows.first, begin, k);
      const Wide b = step.second_weight == 0 ? a : Across<kRow, kNearest>(t, rows.second, begin, k);
      vst1q_u8(line + 3 * k, vqtbl1q_u8(Down(a, b, wa, wb), compact));
    }
  }

  template <RowKind kRow, bool kNearest>
  static void Line(const Tables& t, int begin, int count, const YuvSamples& samples,
                   const RowStep& step, RowPair, uint8_t* line) {
    static_assert(kRow == RowKind::samples);
    (IsFullRange(t) ? YuvLine<FullRange, kNearest>
                    : YuvLine<LimitedRange, kNearest>)(t, begin, count, samples, step, line);
  }

  // The stored rows' weights are those of the upright picture's horizontal step, which comes first.
  template <RowKind kRow, bool kNearest>
  static void Column(const Tables& t, int begin, int count, RowPair rows, const RowStep& step,
                     RowPair, uint8_t* rgbx) {
    const uint16x4_t wa = vdup_n_u16(static_cast<uint16_t>(step.first_weight));
    const uint16x4_t wb = vdup_n_u16(static_cast<uint16_t>(step.second_weight));
    for (int k = 0; k < count; k += 4) {
      if constexpr (kNearest) {
        const uint8x16_t a = FourPixels<kRow>(t, rows.first, begin, k);
        const uint8x16_t b = FourPixels<kRow>(t, rows.second, begin, k);
        vst1_u8(rgbx + 4 * k, TurnedPixels(vget_low_u8(a), vget_low_u8(b), wa, wb));
        vst1_u8(rgbx + 4 * k + 8, TurnedPixels(vget_high_u8(a), vget_high_u8(b), wa, wb));
      } else {
        for (int q = k; q < k + 4; q += 2) {
          vst1_u8(rgbx + 4 * q, TurnedPairs(TwoPairs<kRow>(t, rows.first, begin, q),
                                            TwoPairs<kRow>(t, rows.second, begin, q), wa, wb,
                                            t.weights + 2 * (begin + q)));
        }
      }
    }
  }

  static void Normalise(const Tables& t, const uint8_t* line, int n, float* out) {
    int k = 0;
    if (t.normaliser.exact_constants) {
      for (; k + 12 <= n; k += 12) {
        const uint8x16_t bytes = vld1q_u8(line + k);  // the line has room for the last 4
        const uint16x8_t low = vmovl_u8(vget_low_u8(bytes));
        Write(t.normaliser, vget_low_u16(low), 0, out + k);
        Write(t.normaliser, vget_high_u16(low), 1, out + k + 4);
        Write(t.normaliser, vget_low_u16(vmovl_high_u8(bytes)), 2, out + k + 8);
      }
    }
    for (; k < n; ++k) out[k] = t.normaliser.table[k % 3][line[k]];
  }

  // 4 values, of which the first is of this channel.
  POCKETLENS_INLINE static void Write(const Normaliser& n, uint16x4_t values, int channel,
                                      float* out) {
    const float32x4_t v = vcvtq_f32_u32(vmovl_u16(values));
    const float32x4_t x = vfmaq_f32(vmulq_n_f32(v, n.scale_low), v, vdupq_n_f32(n.scale_high));
    const float32x4_t d = vsubq_f32(x, vld1q_f32(n.mean + channel));
    vst1q_f32(out, vfmaq_f32(vmulq_f32(d, vld1q_f32(n.inverse_low + channel)), d,
                             vld1q_f32(n.inverse_high + channel)));
  }

  static void Flush(const Tables& t, const uint8_t (*columns)[kTile * 4], int count, int n,
                    float* out) {
    const uint8x16_t compact = vld1q_u8(t.compact);
    uint8_t line[32];
    for (int k = 0; k < 4 * count; k += 4, out += 3 * t.crop_width) {
      for (int q = 0; q < 8; q += 4) {
        const uint8x16_t pixels =
            FourWords(columns[q] + k, columns[q + 1] + k, columns[q + 2] + k, columns[q + 3] + k);
        vst1q_u8(line + 3 * q, vqtbl1q_u8(pixels, compact));
      }
      Normalise(t, line, 3 * n, out);
    }
  }

  static void Gather(const Tables& t, const Frame& frame, int begin, int count, const RowStep& rows,
                     const RowStep& next, uint8_t* first, uint8_t* second) {
    GatherDense<Neon>(t, frame, begin, count, rows, next, first, second);
  }

  static void GatherRows(const ByteGather& gather, int step, int steps, RowPair rows, RowPair,
                         uint8_t* first, uint8_t* second) {
    for (int k = step; k < step + steps; ++k, first += 16, second += 16) {
      const int32_t* load = gather.load + k * gather.chunks;
      const uint8_t* control = gather.control + 16 * k * gather.chunks;
      vst1q_u8(first, Gathered(rows.first, load, control, gather.chunks, 16));
      vst1q_u8(second, Gathered(rows.second, load, control, gather.chunks, 16));
    }
  }

  static void GatherPairs(const ByteGather& gather, int step, int steps, const uint8_t* row,
                          const uint8_t*, uint8_t* first, uint8_t* second) {
    for (int k = step; k < step + steps; ++k, first += 16, second += 16) {
      const int32_t* load = gather.load + k * gather.chunks;
      const uint8_t* control = gather.control + 32 * k * gather.chunks;
      vst1q_u8(first, Gathered(row, load, control, gather.chunks, 32));
      vst1q_u8(second, Gathered(row, load, control + 16, gather.chunks, 32));
    }
  }

  static void Interpolate(RowPair own_row, RowPair other_row, const uint8_t* rounding,
                          uint8_t* to) {
    for (int k = 0; k < 16; k += 8) {
      const uint16x8_t own = ThreeToOne(own_row, k), other = ThreeToOne(other_row, k);
      const uint16x8_t rest = vaddw_u8(other, vld1_u8(rounding + k));
      vst1_u8(to + k, vshrn_n_u16(vmlaq_n_u16(rest, own, 3), 4));
    }
  }

  static void ToDense(const Tables& t, const YuvSamples& samples, int steps, uint8_t* first,
                      uint8_t* second) {
    (IsFullRange(t) ? SamplesToDense<FullRange> : SamplesToDense<LimitedRange>)(t, samples, steps,
                                                                                first, second);
  }

  static bool IsFullRange(const Tables& t) { return t.yuv.black == 0; }
};

}  // namespace

void RunNeon(const Tables& tables, const Frame& frame, float* out) {
  RunVectors<Neon>(tables, frame, out);
}

}  // namespace pocketlens::internal
