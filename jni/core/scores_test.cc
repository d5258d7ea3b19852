#include "core/scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pocketlens {
namespace {

// Animal > Mammal > {Cat, Dog}, Animal > Bird; Vehicle > Car; Toy > Car (a second parent).
enum Index { kAnimal, kMammal, kCat, kDog, kBird, kVehicle, kCar, kToy, kCount };

Package World() {
  Package package;
  for (const char* name : {"Animal", "Mammal", "Cat", "Dog", "Bird", "Vehicle", "Car", "Toy"}) {
    Label label;
    label.mid = std::string("own/") + name;
    label.name = name;
    package.labels.push_back(label);
  }
  const auto edge = [&](Index parent, Index child) {
    package.labels[parent].children.push_back(child);
    package.labels[child].parents.push_back(parent);
  };
  edge(kAnimal, kMammal);
  edge(kAnimal, kBird);
  edge(kMammal, kCat);
  edge(kMammal, kDog);
  edge(kVehicle, kCar);
  edge(kToy, kCar);
  package.outputs = kCount;
  return package;
}

std::vector<float> Probabilities(const std::vector<std::pair<Index, float>>& set) {
  std::vector<float> out(kCount, 0.0f);
  for (const auto& [index, value] : set) out[index] = value;
  return out;
}

int HeadlineOf(const std::vector<std::pair<Index, float>>& set) {
  return Headline(World(), Probabilities(set)).index;
}

TEST(RescaledScore, ThresholdBecomesOneHalf) {
  for (const float threshold : {1e-6f, 0.01f, 0.3f, 0.5f, 0.96f, 0.999999f}) {
    EXPECT_EQ(RescaledScore(0, threshold), 0.0f);
    EXPECT_EQ(RescaledScore(threshold, threshold), 0.5f);
    EXPECT_EQ(RescaledScore(1, threshold), 1.0f);
  }
}

TEST(RescaledScore, FollowsTheFormula) {
  EXPECT_FLOAT_EQ(RescaledScore(0.1f, 0.4f), 0.125f);
  EXPECT_FLOAT_EQ(RescaledScore(0.7f, 0.4f), 0.75f);
  EXPECT_FLOAT_EQ(RescaledScore(0.5f, 0.5f), 0.5f);
}

TEST(RescaledScore, NeverFalls) {
  for (const float threshold : {0.01f, 0.5f, 0.97f}) {
    float before = -1;
    for (int i = 0; i <= 1000; ++i) {
      const float score = RescaledScore(static_cast<float>(i) / 1000, threshold);
      EXPECT_GE(score, before);
      EXPECT_LE(score, 1.0f);
      before = score;
    }
  }
}

TEST(RescaledScore, RoundingOutsideOfTheUnitIsClamped) {
  EXPECT_EQ(RescaledScore(-1e-7f, 0.5f), 0.0f);
  EXPECT_EQ(RescaledScore(1.0000002f, 0.5f), 1.0f);
}

TEST(CheckProbabilities, TakesWhatIsOne) {
  EXPECT_FALSE(static_cast<bool>(CheckProbabilities({0, 1, 0.5f, -1e-6f, 1.000001f})));
  const float bad[] = {-0.01f, 1.01f, 17.0f, std::numeric_limits<float>::quiet_NaN(),
                       std::numeric_limits<float>::infinity()};
  for (const float value : bad) {
    EXPECT_EQ(CheckProbabilities({0.5f, value}).code, ErrorCode::score_not_finite) << value;
  }
}

TEST(TopK, BestFirstTiesToTheLowerIndex) {
  const auto labels =
      TopK(World(), Probabilities({{kCat, 0.8f}, {kBird, 0.3f}, {kCar, 0.8f}, {kToy, 0.3f}}), 4);
  ASSERT_EQ(labels.size(), 4u);
  EXPECT_EQ(labels[0].index, kCat);
  EXPECT_EQ(labels[1].index, kCar);
  EXPECT_EQ(labels[2].index, kBird);
  EXPECT_EQ(labels[3].index, kToy);
  EXPECT_EQ(labels[0].probability, 0.8f);
  EXPECT_FLOAT_EQ(labels[0].score, 0.8f);
}

TEST(TopK, ByScoreAndNotByProbability) {
  Package package = World();
  package.labels[kCat].threshold = 0.9f;
  package.labels[kBird].threshold = 0.1f;
  const auto labels = TopK(package, Probabilities({{kCat, 0.8f}, {kBird, 0.3f}}), 1);
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].index, kBird);
}

TEST(TopK, SilentLabelsAreLeftOut) {
  Package package = World();
  package.labels[kCat].status = ThresholdStatus::silent;
  const auto labels = TopK(package, Probabilities({{kCat, 1.0f}}), 100);
  EXPECT_EQ(labels.size(), static_cast<size_t>(kCount) - 1);
  for (const ScoredLabel& label : labels) EXPECT_NE(label.index, kCat);
}

TEST(TopK, AnyKIsFine) {
  const std::vector<float> probabilities = Probabilities({});
  EXPECT_TRUE(TopK(World(), probabilities, 0).empty());
  EXPECT_TRUE(TopK(World(), probabilities, -5).empty());
  EXPECT_EQ(TopK(World(), probabilities, 1'000'000).size(), static_cast<size_t>(kCount));
  EXPECT_TRUE(TopK(Package(), {}, 5).empty());
}

TEST(Headline, NothingSureIsSaidSo) {
  const ScoredLabel headline = Headline(World(), Probabilities({{kCat, 0.49f}}));
  EXPECT_EQ(headline.index, -1);
  EXPECT_EQ(headline.score, 0.0f);
}

TEST(Headline, TheMostSpecificSureLabel) {
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}}), kAnimal);
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.85f}}), kMammal);
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.8f}}), kCat);
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.2f}, {kDog, 0.8f}}), kDog);
}

TEST(Headline, StopsWhereTheModelIsNotSure) {
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.4f}, {kDog, 0.4f}}), kMammal);
}

TEST(Headline, FollowsAChildWhileItKeepsNineTenthsOfItsParent) {
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.82f}}), kMammal);
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.8f}}), kAnimal);  // sure, but in doubt
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.9f}, {kMammal, 0.8f}, {kCat, 0.79f}}), kAnimal);
}

TEST(Headline, GoesThroughAParentThatIsNotSureItself) {
  // Mammal has a strict threshold and is not sure, but keeps more than nine tenths of Animal's.
  Package package = World();
  package.labels[kMammal].threshold = 0.95f;
  const auto headline =
      Headline(package, Probabilities({{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.8f}}));
  EXPECT_EQ(headline.index, kCat);
}

TEST(Headline, TheBestRootWins) {
  EXPECT_EQ(HeadlineOf({{kAnimal, 0.6f}, {kVehicle, 0.8f}, {kCat, 0.6f}, {kMammal, 0.6f}}),
            kVehicle);
}

TEST(Headline, ALabelWithTwoParentsIsNoRootWhileOneIsSure) {
  EXPECT_EQ(HeadlineOf({{kCar, 0.9f}}), kCar);
  EXPECT_EQ(HeadlineOf({{kCar, 0.9f}, {kToy, 0.6f}}), kCar);
  EXPECT_EQ(HeadlineOf({{kCar, 0.85f}, {kVehicle, 0.9f}}), kCar);
}

TEST(Headline, SilentLabelsAreNeverIt) {
  Package package = World();
  package.labels[kCat].status = ThresholdStatus::silent;
  const auto headline =
      Headline(package, Probabilities({{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.9f}}));
  EXPECT_EQ(headline.index, kMammal);
}

TEST(Headline, EndsEvenInACircle) {
  Package package = World();
  package.labels[kCat].children.push_back(kAnimal);  // no reader lets this through
  EXPECT_GE(Headline(package, Probabilities({{kAnimal, 0.9f}, {kMammal, 0.8f}, {kCat, 0.7f}})).index,
            0);
}

int GuessOf(const std::vector<float>& probabilities, const Package& package = World()) {
  return Guess(package, probabilities, Headline(package, probabilities).index).index;
}

TEST(Guess, TheMostSpecificThatKeepsHalf) {
  EXPECT_EQ(GuessOf(Probabilities({{kAnimal, 0.9f}, {kMammal, 0.8f}, {kCat, 0.5f}})), kCat);
  EXPECT_EQ(GuessOf(Probabilities({{kAnimal, 0.9f}, {kMammal, 0.8f}, {kCat, 0.44f}})), kMammal);
  EXPECT_EQ(GuessOf(Probabilities({{kAnimal, 0.9f}, {kMammal, 0.4f}, {kCat, 0.4f}})), -1);
  EXPECT_EQ(GuessOf(Probabilities(
                {{kAnimal, 0.9f}, {kMammal, 0.85f}, {kCat, 0.3f}, {kDog, 0.45f}})), kDog);
}

TEST(Guess, IsBelowTheHeadlineOrNotAtAll) {
  EXPECT_EQ(GuessOf(Probabilities({{kCat, 0.49f}})), -1);  // no headline
  EXPECT_EQ(GuessOf(Probabilities({{kAnimal, 0.9f}, {kMammal, 0.9f}, {kCat, 0.9f}})), -1);
  EXPECT_EQ(GuessOf(Probabilities({{kAnimal, 0.9f}, {kMammal, 0.7f}, {kVehicle, 0.6f}})), kMammal);
  EXPECT_EQ(Guess(World(), Probabilities({}), kCount).index, -1);
  EXPECT_EQ(Guess(World(), Probabilities({}), -1).index, -1);
}

TEST(Guess, CarriesScoreAndProbability) {
  const auto probabilities = Probabilities({{kAnimal, 0.9f}, {kMammal, 0.46f}});
  const ScoredLabel guess = Guess(World(), probabilities, kAnimal);
  EXPECT_EQ(guess.index, kMammal);
  EXPECT_EQ(guess.probability, 0.46f);
  EXPECT_FLOAT_EQ(guess.score, RescaledScore(0.46f, World().labels[kMammal].threshold));
}

TEST(Guess, KeepsTheShareThatTheRecipeAsks) {
  Package world = World();
  const auto values = Probabilities({{kAnimal, 0.8f}, {kMammal, 0.7f}, {kCat, 0.5f}});
  EXPECT_EQ(Guess(world, values, kAnimal).index, kCat);
  world.guess_share = 0.625f;
  EXPECT_EQ(Guess(world, values, kAnimal).index, kCat);
  world.guess_share = 0.75f;
  EXPECT_EQ(Guess(world, values, kAnimal).index, kMammal);
  world.guess_share = 0.9f;
  EXPECT_EQ(Guess(world, values, kAnimal).index, -1);
}

TEST(Guess, PassesThroughSilentLabelsAndEndsInACircle) {
  Package package = World();
  package.labels[kMammal].status = ThresholdStatus::silent;
  const auto probabilities = Probabilities({{kAnimal, 0.9f}, {kMammal, 0.8f}, {kCat, 0.5f}});
  EXPECT_EQ(GuessOf(probabilities, package), kCat);
  package.labels[kCat].status = ThresholdStatus::silent;
  EXPECT_EQ(GuessOf(probabilities, package), -1);
  package.labels[kCat].children.push_back(kAnimal);  // no reader lets this through
  EXPECT_EQ(GuessOf(probabilities, package), -1);
}

TEST(LegacyScoreText, IsTheOlderDemos) {
  Package package = World();
  package.labels.resize(2);
  EXPECT_EQ(LegacyScoreText(package, {0.25f, 1.0f}), "Animal:0.250000;Mammal:1.000000;");
}

Choice Chosen(const std::vector<std::string>& allow, const std::vector<std::string>& deny,
              float least_score = 0) {
  const Result<Choice> choice = MakeChoice(World(), allow, deny, least_score);
  EXPECT_TRUE(choice.ok()) << choice.error().message;
  return choice.value();
}

// Indices of the headline, the guess and the labels.
std::vector<int> Named(const Choice& choice) {
  const auto values = Probabilities(
      {{kAnimal, 0.9f}, {kMammal, 0.88f}, {kCat, 0.6f}, {kDog, 0.3f}, {kCar, 0.7f}});
  const int headline = Headline(World(), values, choice).index;
  std::vector<int> named = {headline, Guess(World(), values, headline, choice).index};
  for (const ScoredLabel& label : TopK(World(), values, 3, choice)) named.push_back(label.index);
  return named;
}

TEST(Choice, LeavesOutWhatItDoesNotAllow) {
  EXPECT_EQ(Named(Chosen({}, {})), (std::vector<int>{kMammal, kCat, kAnimal, kMammal, kCar}));
  EXPECT_EQ(Named(Chosen({"own/Cat", "Car"}, {})), (std::vector<int>{kCar, -1, kCar, kCat}));
  EXPECT_EQ(Named(Chosen({}, {"Mammal"})), (std::vector<int>{kAnimal, kCat, kAnimal, kCar, kCat}));
  EXPECT_EQ(Named(Chosen({}, {"Animal", "own/Cat"})),
            (std::vector<int>{kMammal, -1, kMammal, kCar, kDog}));
  EXPECT_EQ(Named(Chosen({"Cat"}, {"own/Cat"})), (std::vector<int>{-1, -1}));
}

TEST(Choice, LeavesOutWhatScoresLess) {
  EXPECT_EQ(Named(Chosen({}, {}, 0.89f)), (std::vector<int>{kAnimal, -1, kAnimal}));
  EXPECT_EQ(Named(Chosen({}, {}, 0.65f)),
            (std::vector<int>{kMammal, -1, kAnimal, kMammal, kCar}));
  EXPECT_EQ(Named(Chosen({}, {}, 1)), (std::vector<int>{-1, -1}));
}

TEST(Choice, RefusesLabelsThatAreNotThereAndScoresThatAreNone) {
  for (const bool allow : {true, false}) {
    const std::vector<std::string> names = {"Cat", "cat"}, none;
    const Result<Choice> choice =
        MakeChoice(World(), allow ? names : none, allow ? none : names, 0);
    ASSERT_FALSE(choice.ok());
    EXPECT_EQ(choice.error().code, ErrorCode::unknown_label);
    EXPECT_NE(choice.error().message.find("\"cat\""), std::string::npos);
  }
  for (const float least : {-0.1f, 1.1f, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_EQ(MakeChoice(World(), {}, {}, least).error().code, ErrorCode::bad_settings);
  }
}

}  // namespace
}  // namespace pocketlens
