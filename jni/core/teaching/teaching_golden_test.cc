// Teaching against hashes that NumPy gave (tests/data/teaching/hashes.csv, made by
// tests/native/make_teaching_hashes.py), so that every machine is held to the same bits. Runs in the
// repository root.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/package/sha256.h"
#include "core/teaching/taught_labels.h"
#include "core/teaching/testing.h"

namespace pocketlens {
namespace {

constexpr int kLabels = 5, kShots = 6, kViews = 2, kQueries = 12;

// The hashes of one setting of `root` by what they are of.
std::map<std::string, std::string> Hashes(bool root) {
  std::ifstream file("tests/data/teaching/hashes.csv");
  std::map<std::string, std::string> out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] != (root ? '1' : '0')) continue;
    const size_t comma = line.find(',', 2);
    out[line.substr(2, comma - 2)] = line.substr(comma + 1);
  }
  return out;
}

template <class Number>
void Append(const std::vector<Number>& values, std::string* out) {
  out->append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number));
}

std::string Hash(const std::string& bytes) { return Sha256Hex(bytes.data(), bytes.size()); }

class TeachingGolden : public ::testing::TestWithParam<bool> {};

TEST_P(TeachingGolden, TheSameBitsAsNumPy) {
  const auto space = testing::NoiseSpace(GetParam());
  auto made = TaughtLabels::Make(space);
  ASSERT_TRUE(made.ok());
  TaughtLabels& taught = *made.value();
  for (int label = 0; label < kLabels; ++label) {
    for (int shot = 0; shot < (label == 0 ? 1 : kShots); ++shot) {
      std::vector<std::vector<float>> views;
      for (int view = 0; view < kViews; ++view) {
        views.push_back(testing::NoiseEmbedding(label, shot, view));
      }
      const std::string name = "label-" + std::to_string(label);
      const auto added = taught.Add("own/" + name, name, views);
      ASSERT_TRUE(added.ok()) << added.error().message;
    }
  }
  std::string pictures, centres, agreements, vectors, similarities, scores, thresholds;
  const auto state = taught.state();
  for (const auto& label : state->labels) {
    for (const Vector& picture : label->pictures) Append(picture, &pictures);
    Append(label->centre, &centres);
    Append(std::vector<double>{label->agreement}, &agreements);
  }
  Append(state->thresholds, &thresholds);
  for (int query = 0; query < kQueries; ++query) {
    const auto embedding = testing::NoiseEmbedding(query % kLabels, 50 + query, 0);
    const Vector vector = Project(*space, embedding.data());
    Append(vector, &vectors);
    for (const ScoredLabel& match : MatchTaught(*state, vector)) {
      Append(std::vector<float>{match.probability}, &similarities);
      Append(std::vector<float>{match.score}, &scores);
    }
  }
  const std::map<std::string, std::string> found = {
      {"pictures", Hash(pictures)},         {"centres", Hash(centres)},
      {"agreements", Hash(agreements)},     {"thresholds", Hash(thresholds)},
      {"vectors", Hash(vectors)},           {"similarities", Hash(similarities)},
      {"scores", Hash(scores)},             {"id", Hash(space->id)}};
  const auto expected = Hashes(GetParam());
  ASSERT_EQ(expected.size(), found.size()) << "the table is not there";
  for (const auto& [what, hash] : expected) EXPECT_EQ(found.at(what), hash) << what;
}

INSTANTIATE_TEST_SUITE_P(Root, TeachingGolden, ::testing::Bool());

}  // namespace
}  // namespace pocketlens
