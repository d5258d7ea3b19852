#include "core/preprocess/tables.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/preprocess/reference.h"

namespace pocketlens::internal {
namespace {

constexpr uint8_t kNothing = 0x80;

// The steps of `n` pixels from `begin` on of an axis of `side`, in the order of the outputs; the axis
// is walked from its end if `flip`.
std::vector<AxisStep> AxisSteps(const std::vector<Tap>& taps, int begin, int n, int side,
                                bool flip) {
  std::vector<AxisStep> steps;
  for (const Tap& tap : taps) {
    AxisStep s{begin + tap.lower, begin + std::min(tap.lower + 1, n - 1), tap.lower_weight,
               tap.upper_weight};
    if (s.first_weight == 0) {
      std::swap(s.first, s.second);
      std::swap(s.first_weight, s.second_weight);
    }
    if (s.second_weight == 0) s.second = s.first;
    if (flip) {
      s.first = side - 1 - s.first;
      s.second = side - 1 - s.second;
    }
    steps.push_back(s);
  }
  return steps;
}

void HighAndLow(double value, float* high, float* low) {
  *high = static_cast<float>(value);
  *low = static_cast<float>(value - *high);
}

}  // namespace

template <class T>
const T* TableStore::Keep(std::vector<T> values) {
  auto kept = std::make_shared<const std::vector<T>>(std::move(values));
  bytes_ += kept->size() * sizeof(T);
  kept_.push_back(kept);
  return kept->data();
}

TableStore::TableStore(const PreprocessRecipe& r, const FrameGeometry& g) {
  Tables& t = tables_;
  t.format = g.format;
  t.height = g.height;
  t.yuv = YuvFormulaOf(g.matrix, g.range);
  t.interpolated = InterpolatesChroma(g);
  t.transposed = g.rotation % 180 != 0;
  t.crop_width = r.crop_width;
  // The upright picture's axes. Clockwise by 90 its left column is the stored bottom row.
  const int width = t.transposed ? g.height : g.width, height = t.transposed ? g.width : g.height;
  const Region part = RegionOf(g);
  std::vector<AxisStep> across =
      AxisSteps(MakeTaps(part.width, r.resize_width, r.crop_x, r.crop_width), part.x, part.width,
                width, (g.rotation == 90 || g.rotation == 180) != g.mirror);
  std::vector<AxisStep> down =
      AxisSteps(MakeTaps(part.height, r.resize_height, r.crop_y, r.crop_height), part.y,
                part.height, height, g.rotation >= 180);
  if (t.transposed) std::swap(across, down);
  t.row_steps = static_cast<int>(down.size());
  t.rows = Keep(std::move(down));
  const std::vector<int32_t> neighbours = MakeColumns(std::move(across));
  if (g.format == PixelFormat::yuv420) MakeSamples(neighbours, g.width);
  MakeNormaliser(r);
}

std::vector<int32_t> TableStore::MakeColumns(std::vector<AxisStep> steps) {
  Tables& t = tables_;
  t.columns = static_cast<int>(steps.size());
  while (steps.size() % kColumnPadding != 0) steps.push_back(AxisStep(steps.back()));
  t.neighbours = 1;
  std::vector<uint16_t> weights[2];
  for (const AxisStep& s : steps) {
    if (s.second_weight != 0) t.neighbours = 2;
    weights[0].insert(weights[0].end(), 2, static_cast<uint16_t>(s.first_weight));
    weights[1].insert(weights[1].end(), 2, static_cast<uint16_t>(s.second_weight));
  }
  for (int k = 0; k < 2; ++k) t.weights[k] = Keep(std::move(weights[k]));
  std::vector<int32_t> neighbours;
  for (size_t block = 0; block < steps.size(); block += kPairs) {
    for (int n = 0; n < t.neighbours; ++n) {
      for (size_t k = block; k < block + kPairs; ++k) {
        neighbours.push_back(n == 0 ? steps[k].first : steps[k].second);
      }
    }
  }
  t.neighbour = Keep(neighbours);
  return neighbours;
}

void TableStore::MakeSamples(const std::vector<int32_t>& neighbours, int width) {
  Tables& t = tables_;
  const int chroma = ChromaSide(width);
  std::vector<int32_t> own, beside;
  std::vector<uint8_t> rounding;
  for (int x : neighbours) {
    own.push_back(x / 2);
    beside.push_back(ChromaBeside(x, chroma));
    rounding.push_back(static_cast<uint8_t>(ChromaRounding(x)));
  }
  t.luma = MakePlaces(neighbours, width);
  t.chroma = MakePlaces(std::move(own), chroma);
  if (!t.interpolated) return;
  t.beside = MakePlaces(std::move(beside), chroma);
  t.chroma_rounding = Keep(std::move(rounding));
}

SamplePlaces TableStore::MakePlaces(std::vector<int32_t> places, int samples) {
  SamplePlaces made;
  for (int stride : {1, 2}) {
    made.gather[stride - 1] = MakeGather((samples - 1) * stride + 1, stride, places);
  }
  made.place = Keep(std::move(places));
  return made;
}

// A gather of the samples `places`, `stride` bytes apart; chunks 0 where too many loads are needed.
ByteGather TableStore::MakeGather(int row_bytes, int stride, const std::vector<int32_t>& places) {
  int chunks = 1;
  for (size_t step = 0; step < places.size(); step += kGather) {
    const auto [low, high] = std::minmax_element(&places[step], &places[step] + kGather);
    chunks = std::max(chunks, (*high - *low) * stride / kGather + 1);
  }
  if (row_bytes < kGather || chunks > kMaxChunks) return {};

  std::vector<int32_t> loads;
  std::vector<uint8_t> controls(places.size() * chunks, kNothing);
  for (size_t step = 0; step < places.size(); step += kGather) {
    const int low = *std::min_element(&places[step], &places[step] + kGather) * stride;
    const size_t first_load = loads.size();
    for (int c = 0; c < chunks; ++c) {
      loads.push_back(std::min(low + kGather * c, row_bytes - kGather));
    }
    for (int k = 0; k < kGather; ++k) {
      const int byte = places[step + k] * stride, chunk = (byte - low) / kGather;
      controls[(first_load + chunk) * kGather + k] =
          static_cast<uint8_t>(byte - loads[first_load + chunk]);
    }
  }
  return {chunks, Keep(std::move(loads)), Keep(std::move(controls))};
}

void TableStore::MakeNormaliser(const PreprocessRecipe& recipe) {
  Normaliser& n = tables_.normaliser;
  HighAndLow(recipe.scale, &n.scale_high, &n.scale_low);
  for (int k = 0; k < 24; ++k) {
    n.mean[k] = recipe.mean[k % 3];
    HighAndLow(1.0 / recipe.stddev[k % 3], &n.inverse_high[k], &n.inverse_low[k]);
  }
  n.exact_constants = true;
  for (int c = 0; c < 3; ++c) {
    n.channel[c] = static_cast<uint8_t>(recipe.order == ChannelOrder::bgr ? 2 - c : c);
    for (int v = 0; v < 256; ++v) {
      const float value = NormalisedValue(recipe, v, c), f = static_cast<float>(v);
      n.table[c][v] = value;
      const float d = std::fma(f, n.scale_high, f * n.scale_low) - n.mean[c];
      const float fast = std::fma(d, n.inverse_high[c], d * n.inverse_low[c]);
      n.exact_constants &= std::memcmp(&fast, &value, sizeof fast) == 0;
    }
  }
  for (int k = 0; k < 16; ++k) {
    n.pick[k] = k < 12 ? static_cast<uint8_t>(k / 3 * 4 + n.channel[k % 3]) : kNothing;
  }
}

}  // namespace pocketlens::internal
