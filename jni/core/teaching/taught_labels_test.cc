#include "core/teaching/taught_labels.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/package/sha256.h"
#include "core/teaching/taught_file.h"
#include "core/teaching/testing.h"
#include "testing/files.h"

namespace pocketlens {
namespace {

using testing::NoiseEmbedding;
using testing::NoiseSpace;
using testing::TemporaryFolder;

std::shared_ptr<TaughtLabels> Empty() { return TaughtLabels::Make(NoiseSpace(true)).value(); }

// A set with `labels` labels of `shots` pictures each.
std::shared_ptr<TaughtLabels> Taught(int labels, int shots) {
  auto set = Empty();
  for (int label = 0; label < labels; ++label) {
    for (int shot = 0; shot < shots; ++shot) {
      const std::string name = "Label " + std::to_string(label);
      const auto added = set->Add(OwnMid(name), name, {NoiseEmbedding(label % 5, shot, label % 9)});
      EXPECT_TRUE(added.ok()) << added.error().message;
    }
  }
  return set;
}

std::string ErrorOf(const Error& error) { return ErrorName(error.code); }

template <class T>
std::string ErrorOf(const Result<T>& result) {
  return result.ok() ? "ok" : ErrorName(result.error().code);
}

std::string ReadError(const std::string& bytes) {
  return ErrorOf(TaughtLabels::Read(NoiseSpace(true), Bytes::CopyOf(bytes)));
}

// A file's bytes with a hash that fits them.
std::string Hashed(std::string bytes) {
  bytes.resize(bytes.size() - 32);
  Sha256 hash;
  hash.Update(bytes.data(), bytes.size());
  const auto digest = hash.Finish();
  return bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

TEST(Vectors, TheCentreOfOneIsItself) {
  const Vector vector = Project(*NoiseSpace(true), NoiseEmbedding(1, 2, 0).data());
  EXPECT_EQ(Centre({vector}), vector);
  EXPECT_NEAR(Cosine(vector, vector), 1, 1e-15);
  EXPECT_EQ(Cosine(vector, Vector(vector.size(), 0)), 0);
  const Vector opposite = [&] {
    Vector out = vector;
    for (int8_t& step : out) step = static_cast<int8_t>(-step);
    return out;
  }();
  EXPECT_NEAR(Cosine(vector, opposite), -1, 1e-15);
  EXPECT_EQ(Centre({vector, opposite}), Vector(vector.size(), 0));
}

TEST(Vectors, TheMeanSaysNothing) {
  const auto space = NoiseSpace(false);
  EXPECT_EQ(Project(*space, space->mean.data()), Vector(256, 0));
}

TEST(TaughtLabels, NamesWhatWasTaught) {
  const auto set = Taught(5, 4);
  for (int label = 0; label < 5; ++label) {
    const Vector vector = Project(set->space(), NoiseEmbedding(label, 77, 0).data());
    const auto matches = MatchTaught(*set->state(), vector);
    ASSERT_EQ(matches.size(), 5u);
    for (const ScoredLabel& match : matches) {
      if (match.index == label) continue;
      EXPECT_LT(match.score, matches[static_cast<size_t>(label)].score);
    }
  }
}

TEST(TaughtLabels, TellsHowNewAPictureIs) {
  const auto set = Empty();
  const auto first = set->Add("own/cup", "Cup", {NoiseEmbedding(1, 0, 0)}).value();
  EXPECT_EQ(first.label, 0);
  EXPECT_EQ(first.taught->pictures.size(), 1u);
  EXPECT_EQ(first.likeness, -1);
  EXPECT_FALSE(first.says_little());
  EXPECT_EQ(first.taught->agreement, -1);
  const auto same = set->Add("own/cup", "Cup", {NoiseEmbedding(1, 0, 0)}).value();
  EXPECT_NEAR(same.likeness, 1, 1e-9);
  EXPECT_TRUE(same.says_little());
  EXPECT_EQ(same.taught, set->state()->labels[0]);
  const auto other = set->Add("own/cup", "Cup", {NoiseEmbedding(1, 5, 0)}).value();
  EXPECT_LT(other.likeness, 0.999);
  EXPECT_GT(other.taught->agreement, 0);
}

TEST(TaughtLabels, RemovesPicturesAndLabels) {
  const auto set = Taught(2, 2);
  const std::string before = set->Write();
  ASSERT_TRUE(set->Add("own/label-1", "Label 1", {NoiseEmbedding(4, 4, 4)}).ok());
  ASSERT_FALSE(set->RemovePicture("own/label-1", 2));
  EXPECT_EQ(set->Write(), before) << "undone";
  EXPECT_EQ(ErrorOf(set->RemovePicture("own/label-1", 2)), "unknown_taught");
  EXPECT_EQ(ErrorOf(set->RemovePicture("own/label-1", -1)), "unknown_taught");
  EXPECT_EQ(ErrorOf(set->RemovePicture("own/label-9", 0)), "unknown_taught");
  ASSERT_FALSE(set->RemovePicture("own/label-1", 0));
  ASSERT_FALSE(set->RemovePicture("own/label-1", 0));
  EXPECT_EQ(set->state()->labels.size(), 1u) << "it went with its last picture";
  ASSERT_FALSE(set->RemoveLabel("own/label-0"));
  EXPECT_EQ(ErrorOf(set->RemoveLabel("own/label-0")), "unknown_taught");
  EXPECT_TRUE(set->state()->thresholds.empty());
}

TEST(TaughtLabels, Renames) {
  const auto set = Taught(1, 2);
  ASSERT_FALSE(set->Rename("own/label-0", "Tasse"));
  EXPECT_EQ(set->state()->labels[0]->name, "Tasse");
  EXPECT_EQ(ErrorOf(set->Rename("own/label-0", " Tasse")), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Rename("own/none", "Tasse")), "unknown_taught");
}

TEST(TaughtLabels, ArePutTogether) {
  const auto set = Taught(2, 2), others = Taught(3, 3);
  ASSERT_TRUE(others->Add("own/label-0", "Renamed", {NoiseEmbedding(0, 9, 9)}).ok());
  ASSERT_FALSE(set->Merge(*others));
  const auto state = set->state();
  ASSERT_EQ(state->labels.size(), 3u);
  EXPECT_EQ(state->labels[0]->name, "Label 0") << "what is there keeps its name";
  EXPECT_EQ(state->labels[0]->pictures, others->state()->labels[0]->pictures);
  EXPECT_EQ(state->labels[2], others->state()->labels[2]);
  EXPECT_EQ(state->thresholds, others->state()->thresholds);
  const std::string before = set->Write();
  ASSERT_FALSE(set->Merge(*set));
  EXPECT_EQ(set->Write(), before);
  for (int shot = 0; shot < kMostTaughtPictures - 3; ++shot) {
    ASSERT_TRUE(set->Add("own/label-2", "Label 2", {NoiseEmbedding(2, 20 + shot, 1)}).ok());
  }
  ASSERT_TRUE(others->Add("own/label-2", "Label 2", {NoiseEmbedding(3, 3, 3)}).ok());
  ASSERT_TRUE(others->Add("own/label-1", "Label 1", {NoiseEmbedding(3, 3, 4)}).ok());
  const std::string full = set->Write();
  EXPECT_EQ(ErrorOf(set->Merge(*others)), "too_large");
  EXPECT_EQ(set->Write(), full) << "all or none";
  const auto foreign = TaughtLabels::Make(NoiseSpace(false)).value();
  EXPECT_EQ(ErrorOf(set->Merge(*foreign)), "other_embedding");
}

TEST(TaughtLabels, AreFoundByTheirNamesNow) {
  const auto set = Taught(2, 1);
  EXPECT_EQ(set->MidOf("LABEL 1"), "own/label-1");
  ASSERT_FALSE(set->Rename("own/label-1", "Cup"));
  EXPECT_EQ(set->MidOf("cup"), "own/label-1");
  EXPECT_EQ(set->MidOf("Label 1"), "");
}

TEST(TaughtLabels, TellPicturesApart) {
  const auto set = Taught(2, 2);
  const auto state = set->state();
  const std::string id = PictureId(state->labels[0]->pictures[0]);
  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(id, PictureId(Taught(1, 1)->state()->labels[0]->pictures[0]));
  EXPECT_NE(id, PictureId(state->labels[0]->pictures[1]));
}

TEST(TaughtLabels, RefusesWhatCannotBe) {
  const auto set = Empty();
  const auto one = NoiseEmbedding(0, 0, 0);
  EXPECT_EQ(ErrorOf(TaughtLabels::Make(nullptr)), "no_embedding");
  EXPECT_EQ(ErrorOf(set->Add("Cup", "Cup", {one})), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", "", {one})), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", "Cup\n", {one})), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", "\xff", {one})), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", std::string(401, 'c'), {one})), "bad_taught_label");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", "Cup", {})), "bad_embedding");
  EXPECT_EQ(ErrorOf(set->Add("own/cup", "Cup", {{1, 2, 3}})), "bad_embedding");
  const auto flat = TaughtLabels::Make(NoiseSpace(false)).value();
  EXPECT_EQ(ErrorOf(flat->Add("own/cup", "Cup", {flat->space().mean})), "bad_embedding");
  EXPECT_TRUE(set->state()->labels.empty());
}

TEST(TaughtLabels, HoldsSoManyAndNoMore) {
  const auto set = Taught(1, kMostTaughtPictures);
  EXPECT_EQ(ErrorOf(set->Add("own/label-0", "Label 0", {NoiseEmbedding(0, 0, 0)})), "too_large");
}

TEST(TaughtLabels, AreWrittenAndReadAgain) {
  const TemporaryFolder folder;
  for (const int labels : {0, 1, 4}) {
    const auto set = Taught(labels, 3);
    ASSERT_FALSE(set->Save(folder / "a.taught"));
    const auto read = TaughtLabels::Open(NoiseSpace(true), folder / "a.taught");
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read.value()->Write(), set->Write());
    EXPECT_EQ(read.value()->state()->thresholds, set->state()->thresholds);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1)
      << "nothing half-written is left";
  EXPECT_EQ(ErrorOf(Taught(1, 1)->Save(folder / "none/a.taught")), "cannot_write");
  EXPECT_EQ(ErrorOf(TaughtLabels::Open(NoiseSpace(true), folder / "b")), "missing_file");
}

// Whatever the moment at which a process is killed, the old file or the new one is there, and the
// next one that saves removes what it has left.
TEST(TaughtLabels, AreWrittenWholeOrNotAtAllWhateverKillsTheProcess) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.taught";
  const auto first = Taught(2, 2), second = Taught(4, 3);
  ASSERT_FALSE(first->Save(path));
  for (int round = 0; round < 24; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (int i = 0;; ++i) (void)(i % 2 == 0 ? second : first)->Save(path);
    }
    ASSERT_GT(child, 0);
    usleep(static_cast<useconds_t>(300 + 211 * round));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    const auto read = TaughtLabels::Open(NoiseSpace(true), path);
    ASSERT_TRUE(read.ok()) << read.error().message;
    const std::string found = read.value()->Write();
    EXPECT_TRUE(found == first->Write() || found == second->Write());
  }
  testing::WriteFile(folder / "a.taught.tmp-1-7", "of a process that is there");
  ASSERT_FALSE(first->Save(path));
  std::set<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    left.insert(entry.path().filename());
  }
  EXPECT_EQ(left, (std::set<std::string>{"a.taught", "a.taught.tmp-1-7"}));
}

// A full disk, played by the largest size that a file of the process may have.
TEST(TaughtLabels, LeaveTheOldFileWhereTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto set = Taught(4, 3);
  ASSERT_FALSE(Taught(1, 1)->Save(folder / "a.taught"));
  const std::string before = testing::ReadFile(folder / "a.taught");
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(ErrorOf(set->Save(folder / "a.taught")) == "cannot_write" ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(testing::ReadFile(folder / "a.taught"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(TaughtLabels, BelongToTheirEmbedding) {
  const std::string bytes = Taught(2, 2)->Write();
  EXPECT_EQ(ErrorOf(TaughtLabels::Read(NoiseSpace(false), Bytes::CopyOf(bytes))),
            "other_embedding");
  EXPECT_EQ(ErrorOf(TaughtLabels::Read(nullptr, Bytes::CopyOf(bytes))), "no_embedding");
}

TEST(TaughtLabels, EveryChangedByteIsRefused) {
  const std::string bytes = Taught(2, 2)->Write();
  for (size_t i = 0; i < bytes.size(); i += i < 200 ? 1 : 37) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    EXPECT_NE(ReadError(changed), "ok") << i;
  }
  for (size_t length = 0; length < bytes.size(); length += length < 200 ? 1 : 41) {
    EXPECT_EQ(ReadError(bytes.substr(0, length)), "bad_taught") << length;
  }
  EXPECT_EQ(ReadError(bytes + "x"), "bad_taught");
}

// What a hand that can make hashes would try.
TEST(TaughtLabels, RefusesDamageThatIsHashed) {
  const std::string bytes = Taught(2, 2)->Write();
  const auto with = [&](size_t at, const std::string& part) {
    std::string changed = bytes;
    changed.replace(at, part.size(), part);
    return ReadError(Hashed(changed));
  };
  constexpr size_t first = 56, text = first + 8;  // the first label: sizes, then mid and name
  EXPECT_EQ(with(8, std::string("\2\0\0\0", 4)), "unknown_format_version");
  EXPECT_EQ(with(12, std::string("\0\2\0\0", 4)), "other_embedding");
  EXPECT_EQ(with(16, std::string("\3\0\0\0", 4)), "bad_taught") << "more labels than there are";
  EXPECT_EQ(with(16, std::string("\1\0\0\0", 4)), "bad_taught") << "fewer";
  EXPECT_EQ(with(16, "\xff\xff\xff\xff"), "bad_taught");
  EXPECT_EQ(with(20, std::string("\1\0\0\0", 4)), "bad_taught");
  EXPECT_EQ(with(24, std::string(32, '\0')), "other_embedding");
  EXPECT_EQ(with(first, "\xff\xff"), "bad_taught") << "a mid's length";
  EXPECT_EQ(with(first + 2, "\xff\xff"), "bad_taught") << "a name's length";
  EXPECT_EQ(with(first + 4, std::string("\0\0", 2)), "bad_taught") << "no pictures";
  EXPECT_EQ(with(first + 4, "\xff\xff"), "bad_taught") << "too many pictures";
  EXPECT_EQ(with(first + 6, "\1"), "bad_taught");
  EXPECT_EQ(with(text, "OWN"), "bad_taught");
  EXPECT_EQ(with(text + 11, "\n"), "bad_taught") << "a name with a line's end";
  EXPECT_EQ(with(text + 11 + 7, "\x80"), "bad_taught") << "a step of -128";
  EXPECT_EQ(with(text + 11 + 7, std::string(256, '\0')), "bad_taught") << "a picture of zeros";
  const size_t second = text + 11 + 7 + 2 * 256 + 8;
  EXPECT_EQ(with(second, "own/label-0"), "bad_taught") << "a label twice";
  EXPECT_EQ(with(0, "PLTOUGHT"), "bad_taught");
}

TEST(TaughtLabels, LeadWhereTheyAreSure) {
  Package package;
  for (const char* const mid : {"/m/01", "/m/02", "/m/03"}) {
    package.labels.emplace_back();
    package.labels.back().mid = mid;
  }
  TaughtState state;
  for (const char* const mid : {"own/cup", "/m/02"}) {
    auto label = std::make_shared<TaughtLabel>();
    label->mid = mid;
    state.labels.push_back(label);
  }
  const std::vector<ScoredLabel> before = {{0, 0.9f, 0.8f}, {1, 0.4f, 0.3f}, {2, 0.1f, 0.1f}};
  const auto led = [&](float cup, float correction, int k) {
    std::vector<ScoredLabel> labels = before;
    ScoredLabel headline = before[0], guess = before[1];
    LeadWithTaught(package, state, {{0, cup, 0.5f}, {1, correction, 0.5f}}, k, &labels, &headline,
                   &guess);
    std::vector<int> out = {headline.index, guess.index};
    for (const ScoredLabel& label : labels) out.push_back(label.index);
    return out;
  };
  EXPECT_EQ(led(0.2f, 0.1f, 9), (std::vector<int>{0, 1, 0, 1, 3, 2})) << "none is sure";
  EXPECT_EQ(led(0.6f, 0.1f, 9), (std::vector<int>{3, -1, 0, 3, 1, 2})) << "one's own leads";
  EXPECT_EQ(led(0.2f, 0.7f, 9), (std::vector<int>{4, -1, 0, 4, 3, 2})) << "a correction wins";
  EXPECT_EQ(led(0.6f, 0.1f, 2), (std::vector<int>{3, -1, 0, 3}));
  EXPECT_EQ(led(0.6f, 0.1f, 0), (std::vector<int>{3, -1}));
}

TEST(TaughtLabels, AreCalledByIds) {
  Package package;
  package.labels.emplace_back();
  package.labels.back().mid = "/m/04m9y";
  package.labels.back().name = "Lizard";
  package.translations.push_back({"de", {"Eidechse"}});
  EXPECT_EQ(TaughtMid(package, "lizard"), "/m/04m9y");
  EXPECT_EQ(TaughtMid(package, "Eidechse"), "/m/04m9y");
  EXPECT_EQ(TaughtMid(package, "My mug"), "own/my-mug");
  EXPECT_EQ(OwnMid("  Oma's Tasse! "), "own/oma-s-tasse");
  EXPECT_EQ(OwnMid("\xe7\x8c\xab"), "own/" + Sha256Hex("\xe7\x8c\xab", 3).substr(0, 8));
  EXPECT_NE(OwnMid("Sch\xc3\xb6n"), OwnMid("Schon"));
  EXPECT_EQ(OwnMid("!"), "own/" + Sha256Hex("!", 1).substr(0, 8));
  EXPECT_FALSE(CheckTaughtLabel(OwnMid(std::string(400, 'x')), "x"));
}

TEST(TaughtLabels, CanBeTaughtWhileOthersLook) {
  const auto set = Taught(3, 2);
  std::thread looker([&] {
    for (int i = 0; i < 200; ++i) {
      const auto state = set->state();
      EXPECT_EQ(state->labels.size(), state->thresholds.size());
      MatchTaught(*state, state->labels[0]->centre);
    }
  });
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(set->Add("own/new", "New", {NoiseEmbedding(2, i, 0)}).ok());
  }
  looker.join();
}

}  // namespace
}  // namespace pocketlens
