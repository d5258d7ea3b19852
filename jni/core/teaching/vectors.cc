#include "core/teaching/vectors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace pocketlens {
namespace {

constexpr float kInputSteps = 4095;  // 4095 * 127 * kLongestEmbedding is below 2^31
constexpr double kSteps = 127;
constexpr float kNothing = 1e-20f;  // a deviation from the mean that is none

// Real numbers as a vector, in steps of a 127th of the largest.
Vector InSteps(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::fabs(value));
  Vector out(values.size(), 0);
  if (!(largest > 0)) return out;
  const double factor = kSteps / largest;
  for (size_t i = 0; i < values.size(); ++i) {
    out[i] = static_cast<int8_t>(std::nearbyint(values[i] * factor));
  }
  return out;
}

int32_t DotWide(const int16_t* a, const int16_t* b, size_t size) {
  int32_t sum = 0;
  for (size_t i = 0; i < size; ++i) sum += int32_t{a[i]} * int32_t{b[i]};
  return sum;
}

}  // namespace

Vector Project(const Embedding& space, const float* embedding) {
  const size_t length = space.mean.size(), rows = space.scales.size();
  std::vector<float> deviations(length);
  float largest = 0;
  for (size_t i = 0; i < length; ++i) {
    const float value = space.root ? std::sqrt(std::max(embedding[i], 0.0f)) : embedding[i];
    deviations[i] = value - space.mean[i];
    largest = std::max(largest, std::fabs(deviations[i]));
  }
  std::vector<double> projected(rows, 0.0);
  if (!(largest > kNothing) || !std::isfinite(largest)) return Vector(rows, 0);
  const float factor = kInputSteps / largest;
  std::vector<int16_t> steps(length);
  for (size_t i = 0; i < length; ++i) {
    steps[i] = static_cast<int16_t>(std::nearbyint(deviations[i] * factor));
  }
  for (size_t row = 0; row < rows; ++row) {
    const int32_t sum = DotWide(steps.data(), space.weights.data() + row * length, length);
    projected[row] = static_cast<double>(sum) * static_cast<double>(space.scales[row]);
  }
  return InSteps(projected);
}

int32_t Dot(const int8_t* a, const int8_t* b, size_t size) {
  int32_t sum = 0;
  for (size_t i = 0; i < size; ++i) sum += int32_t{a[i]} * int32_t{b[i]};
  return sum;
}

double Cosine(const Vector& a, const Vector& b) {
  const double lengths = static_cast<double>(Dot(a.data(), a.data(), a.size())) *
                         static_cast<double>(Dot(b.data(), b.data(), b.size()));
  if (!(lengths > 0)) return 0;
  return static_cast<double>(Dot(a.data(), b.data(), a.size())) / std::sqrt(lengths);
}

Vector Centre(const std::vector<Vector>& vectors) {
  std::vector<double> sum(vectors.front().size(), 0.0);
  for (const Vector& vector : vectors) {
    const double length =
        std::sqrt(static_cast<double>(Dot(vector.data(), vector.data(), vector.size())));
    if (!(length > 0)) continue;
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(vector[i]) / length;
  }
  return InSteps(sum);
}

}  // namespace pocketlens
