#include "core/preprocess/tables.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/preprocess/reference.h"

namespace pocketlens::internal {
namespace {

constexpr uint8_t kNothing = 0x80;

struct AxisStep {
  int32_t lower, upper;
  int16_t lower_weight, upper_weight;
};

// The taps of an axis of `n` pixels in the order of the outputs, as addresses: flipped if asked.
std::vector<AxisStep> AxisSteps(const std::vector<Tap>& taps, int n, bool flip) {
  std::vector<AxisStep> steps;
  for (const Tap& tap : taps) {
    const int32_t upper = std::min(tap.lower + 1, n - 1);
    if (flip) {
      steps.push_back({n - 1 - upper, n - 1 - tap.lower, tap.upper_weight, tap.lower_weight});
    } else {
      steps.push_back({tap.lower, upper, tap.lower_weight, tap.upper_weight});
    }
  }
  return steps;
}

}  // namespace

template <class T>
const T* TableStore::Keep(std::vector<T> values) {
  auto kept = std::make_shared<const std::vector<T>>(std::move(values));
  bytes_ += kept->size() * sizeof(T);
  kept_.push_back(kept);
  return kept->data();
}

TableStore::TableStore(const PreprocessRecipe& recipe, const FrameGeometry& geometry) {
  Tables& t = tables_;
  t.format = geometry.format;
  t.width = geometry.width;
  t.height = geometry.height;
  t.yuv = YuvFormulaOf(geometry.matrix, geometry.range);
  t.interpolated = InterpolatesChroma(geometry);
  t.transposed = geometry.rotation % 180 != 0;
  t.crop_width = recipe.crop_width;
  MakeRows(recipe, geometry);
  MakeColumns(recipe, geometry);
  MakeNormaliser(recipe);
}

void TableStore::MakeRows(const PreprocessRecipe& r, const FrameGeometry& g) {
  const std::vector<Tap> taps = tables_.transposed
                                    ? MakeTaps(g.height, r.resize_width, r.crop_x, r.crop_width)
                                    : MakeTaps(g.height, r.resize_height, r.crop_y, r.crop_height);
  // Clockwise by 90 the upright picture's left column is the stored bottom row.
  const bool flip = tables_.transposed ? (g.rotation == 90) != g.mirror : g.rotation == 180;
  std::vector<RowStep> rows;
  for (const AxisStep& step : AxisSteps(taps, g.height, flip)) {
    RowStep row{step.lower, step.upper, step.lower_weight, step.upper_weight};
    if (row.first_weight == 0) {
      std::swap(row.first, row.second);
      std::swap(row.first_weight, row.second_weight);
    }
    if (row.second_weight == 0) row.second = row.first;
    rows.push_back(row);
  }
  tables_.row_steps = static_cast<int>(rows.size());
  tables_.rows = Keep(std::move(rows));
}

void TableStore::MakeColumns(const PreprocessRecipe& r, const FrameGeometry& g) {
  Tables& t = tables_;
  const std::vector<Tap> taps = t.transposed
                                    ? MakeTaps(g.width, r.resize_height, r.crop_y, r.crop_height)
                                    : MakeTaps(g.width, r.resize_width, r.crop_x, r.crop_width);
  const bool flip = t.transposed ? g.rotation == 270 : (g.rotation == 180) != g.mirror;
  std::vector<AxisStep> steps = AxisSteps(taps, g.width, flip);
  t.columns = static_cast<int>(steps.size());
  while (steps.size() % kColumnPadding != 0) steps.push_back(AxisStep(steps.back()));
  t.nearest = std::all_of(steps.begin(), steps.end(), [](const AxisStep& s) {
    return s.lower_weight == 0 || s.upper_weight == 0;
  });
  t.neighbours = t.nearest ? 1 : 2;
  std::vector<int32_t> neighbours, offsets;
  for (size_t block = 0; block < steps.size(); block += kPairs) {
    for (int n = 0; n < t.neighbours; ++n) {
      for (size_t k = block; k < block + kPairs; ++k) {
        const bool upper = n == 1 || (t.nearest && steps[k].lower_weight == 0);
        neighbours.push_back(upper ? steps[k].upper : steps[k].lower);
        const int bytes = t.format == PixelFormat::rgb888 ? 3 : 4;
        if (n == 0) offsets.push_back(neighbours.back() * bytes);
      }
    }
  }
  std::vector<uint16_t> weights[4];
  for (const AxisStep& s : steps) {
    const int both[2] = {s.lower_weight, s.upper_weight};
    for (int k = 0; k < 4; ++k) {
      const int part = t.transposed ? both[k % 2] : k < 2 ? both[k] >> 4 : both[k - 2] & 15;
      weights[k].insert(weights[k].end(), 2, static_cast<uint16_t>(part));
    }
  }
  for (int k = 0; k < (t.nearest ? 0 : t.transposed ? 2 : 4); ++k) {
    t.weights[k] = Keep(std::move(weights[k]));
  }
  if (t.format == PixelFormat::yuv420) MakeSamples(neighbours);
  t.neighbour = Keep(std::move(neighbours));
  t.offset = Keep(std::move(offsets));
}

void TableStore::MakeSamples(const std::vector<int32_t>& neighbours) {
  Tables& t = tables_;
  const int chroma = ChromaSide(t.width);
  t.luma = MakePlaces(neighbours, t.width, 1, [](int x) { return x; });
  t.chroma = MakePlaces(neighbours, chroma, 2, [](int x) { return x / 2; });
  if (!t.interpolated) return;
  t.beside =
      MakePlaces(neighbours, chroma, 2, [chroma](int x) { return ChromaBeside(x, chroma); });
  std::vector<uint8_t> rounding;
  for (int x : neighbours) rounding.push_back(static_cast<uint8_t>(ChromaRounding(x)));
  t.chroma_rounding = Keep(std::move(rounding));
}

// place_of(x): the sample of pixel x in a row of `samples`. Gathers are made for samples that lie 1
// to last_stride bytes apart.
template <class PlaceOf>
SamplePlaces TableStore::MakePlaces(const std::vector<int32_t>& neighbours, int samples,
                                    int last_stride, const PlaceOf& place_of) {
  SamplePlaces made;
  std::vector<int32_t> places;
  for (int x : neighbours) places.push_back(place_of(x));
  for (int stride = 1; stride <= last_stride; ++stride) {
    made.gather[stride - 1] = MakeGather((samples - 1) * stride + 1, stride, places);
  }
  made.place = Keep(std::move(places));
  return made;
}

// A gather of the samples `places`, `stride` bytes apart; chunks 0 where too many loads are needed.
ByteGather TableStore::MakeGather(int row_bytes, int stride, const std::vector<int32_t>& places) {
  if (row_bytes < kGather) return {};
  const size_t steps = places.size() / kGather;
  std::vector<int> lowest;
  int chunks = 1;
  for (size_t step = 0; step < steps; ++step) {
    const int32_t* place = &places[step * kGather];
    const auto [low, high] = std::minmax_element(place, place + kGather);
    lowest.push_back(*low * stride);
    chunks = std::max(chunks, (*high - *low) * stride / kGather + 1);
  }
  if (chunks > kMaxChunks) return {};

  std::vector<int32_t> load;
  std::vector<uint8_t> control(places.size() * chunks, kNothing);
  for (size_t k = 0; k < places.size(); ++k) {
    const int low = lowest[k / kGather], byte = places[k] * stride;
    const int chunk = (byte - low) / kGather;
    const int start = std::min(low + kGather * chunk, row_bytes - kGather);
    control[(k / kGather * chunks + chunk) * kGather + k % kGather] =
        static_cast<uint8_t>(byte - start);
  }
  for (int low : lowest) {
    for (int c = 0; c < chunks; ++c) {
      load.push_back(std::min(low + kGather * c, row_bytes - kGather));
    }
  }
  return {chunks, Keep(std::move(load)), Keep(std::move(control))};
}

void TableStore::MakeNormaliser(const PreprocessRecipe& recipe) {
  Normaliser& n = tables_.normaliser;
  const auto high_and_low = [](double value, float* high, float* low) {
    *high = static_cast<float>(value);
    *low = static_cast<float>(value - *high);
  };
  high_and_low(recipe.scale, &n.scale_high, &n.scale_low);
  n.exact_constants = true;
  for (int c = 0; c < 3; ++c) {
    n.channel[c] = static_cast<uint8_t>(recipe.order == ChannelOrder::bgr ? 2 - c : c);
    float high, low;
    high_and_low(1.0 / recipe.stddev[c], &high, &low);
    for (int v = 0; v < 256; ++v) {
      const float value = NormalisedValue(recipe, v, c), f = static_cast<float>(v);
      n.table[c][v] = value;
      const float d = std::fma(f, n.scale_high, f * n.scale_low) - recipe.mean[c];
      const float fast = std::fma(d, high, d * low);
      n.exact_constants &= std::memcmp(&fast, &value, sizeof fast) == 0;
    }
  }
  std::memset(n.pick, kNothing, sizeof n.pick);
  for (int part = 0; part < 3; ++part) {
    for (int lane = 0; lane < 8; ++lane) {
      const int value = 4 * part + lane % 4, c = value % 3;
      n.pick[part][4 * lane] = static_cast<uint8_t>(value / 3 * 4 + n.channel[c]);
      n.mean[part][lane] = recipe.mean[c];
      high_and_low(1.0 / recipe.stddev[c], &n.inverse_high[part][lane], &n.inverse_low[part][lane]);
    }
  }
}

}  // namespace pocketlens::internal
