// The C API's part for teaching: sets of taught labels and embeddings.
#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/classifier.h"
#include "core/package/bytes.h"
#include "core/teaching/taught_labels.h"
#include "core/teaching/vectors.h"
#include "host/c_api.h"
#include "host/pocketlens.h"

namespace {

using pocketlens::CheckCount;
using pocketlens::Classifiers;
using pocketlens::Closed;
using pocketlens::Error;
using pocketlens::FrameOf;
using pocketlens::Guarded;
using pocketlens::Handles;
using pocketlens::NullArgument;
using pocketlens::Result;
using pocketlens::TaughtLabels;
using pocketlens::TaughtPicture;

// Never destroyed: a thread may still use it while the process ends.
Handles<pl_taught, TaughtLabels>& Sets() {
  static auto& handles = *std::make_unique<Handles<pl_taught, TaughtLabels>>().release();
  return handles;
}

// Opens a set for a classifier's embedding by `make` and hands out a handle to it.
template <class Make>
int32_t OpenSet(const pl_classifier* classifier, pl_taught** out, pl_error* error,
                const Make& make) {
  if (out != nullptr) *out = nullptr;
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (out == nullptr) return NullArgument("out");
    Result<std::shared_ptr<TaughtLabels>> made = make(object->package().space);
    if (!made.ok()) return made.error();
    *out = Sets().Add(std::move(made).value());
    return {};
  });
}

// Runs a function on an open set.
template <class Function>
int32_t OnSet(const pl_taught* taught, pl_error* error, const Function& function) {
  return Guarded(error, [&]() -> Error {
    const auto set = Sets().Find(taught);
    if (!set) return Closed();
    return function(set.get());
  });
}

Error Told(const Result<TaughtPicture>& added, pl_taught_picture* out) {
  if (!added.ok()) return added.error();
  const TaughtPicture& told = added.value();
  if (out != nullptr) {
    *out = {told.label, static_cast<int32_t>(told.taught->pictures.size()),
            static_cast<float>(told.likeness), static_cast<float>(told.taught->agreement)};
  }
  return {};
}

}  // namespace

int32_t pl_taught_new(const pl_classifier* classifier, pl_taught** out, pl_error* error) {
  return OpenSet(classifier, out, error, [](auto space) { return TaughtLabels::Make(space); });
}

int32_t pl_taught_open(const pl_classifier* classifier, const char* path, pl_taught** out,
                       pl_error* error) {
  return OpenSet(classifier, out, error,
                 [&](auto space) -> Result<std::shared_ptr<TaughtLabels>> {
                   if (path == nullptr) return NullArgument("path");
                   return TaughtLabels::Open(space, path);
                 });
}

int32_t pl_taught_read(const pl_classifier* classifier, const uint8_t* data, uint64_t size,
                       pl_taught** out, pl_error* error) {
  return OpenSet(classifier, out, error,
                 [&](auto space) -> Result<std::shared_ptr<TaughtLabels>> {
                   if (data == nullptr) return NullArgument("data");
                   const std::string_view bytes{reinterpret_cast<const char*>(data),
                                                static_cast<size_t>(size)};
                   return TaughtLabels::Read(space, pocketlens::Bytes::CopyOf(bytes));
                 });
}

int32_t pl_taught_save(const pl_taught* taught, const char* path, pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) {
    return path == nullptr ? NullArgument("path") : set->Save(path);
  });
}

void pl_taught_close(pl_taught* taught) { Sets().Remove(taught); }

int32_t pl_teach(pl_classifier* classifier, pl_taught* taught, const char* name,
                 const pl_frame* frame, pl_taught_picture* out, pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (name == nullptr) return NullArgument("name");
    if (frame == nullptr) return NullArgument("frame");
    const auto picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    return Told(object->Teach(set, name, picture.value()), out);
  });
}

int32_t pl_taught_add(pl_taught* taught, const char* mid, const char* name,
                      const float* embeddings, int32_t views, uint64_t length,
                      pl_taught_picture* out, pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) -> Error {
    if (mid == nullptr) return NullArgument("mid");
    if (name == nullptr) return NullArgument("name");
    if (embeddings == nullptr) return NullArgument("embeddings");
    std::vector<std::vector<float>> all;
    for (int32_t i = 0; i < views; ++i) {
      const float* const start = embeddings + static_cast<size_t>(i) * length;
      all.emplace_back(start, start + length);
    }
    return Told(set->Add(mid, name, all), out);
  });
}

int32_t pl_taught_remove(pl_taught* taught, const char* mid, pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) {
    return mid == nullptr ? NullArgument("mid") : set->RemoveLabel(mid);
  });
}

int32_t pl_taught_remove_picture(pl_taught* taught, const char* mid, int32_t picture,
                                 pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) {
    return mid == nullptr ? NullArgument("mid") : set->RemovePicture(mid, picture);
  });
}

int32_t pl_taught_rename(pl_taught* taught, const char* mid, const char* name, pl_error* error) {
  return OnSet(taught, error, [&](TaughtLabels* set) {
    if (mid == nullptr) return NullArgument("mid");
    return name == nullptr ? NullArgument("name") : set->Rename(mid, name);
  });
}

int32_t pl_taught_list(const pl_taught* taught, char* json, uint64_t json_size, uint64_t* needed,
                       pl_error* error) {
  return OnSet(taught, error, [&](const TaughtLabels* set) -> Error {
    const auto state = set->state();
    nlohmann::json list = nlohmann::json::array();
    for (size_t i = 0; i < state->labels.size(); ++i) {
      const pocketlens::TaughtLabel& label = *state->labels[i];
      nlohmann::json row = {{"mid", label.mid},
                            {"name", label.name},
                            {"pictures", label.pictures.size()},
                            {"threshold", state->thresholds[i]}};
      const bool one = label.pictures.size() < 2;
      row["agreement"] = one ? nlohmann::json() : nlohmann::json(label.agreement);
      list.push_back(std::move(row));
    }
    const std::string text = list.dump();
    if (needed != nullptr) *needed = text.size() + 1;
    if (json == nullptr || json_size < text.size() + 1) return {};
    std::memcpy(json, text.c_str(), text.size() + 1);
    return {};
  });
}

int32_t pl_use_taught(pl_classifier* classifier, const pl_taught* taught, pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (taught == nullptr) return object->UseTaught(nullptr);
    const auto set = Sets().Find(taught);
    return set ? object->UseTaught(set) : Closed();
  });
}

int32_t pl_embedding_length(const pl_classifier* classifier) {
  const auto object = Classifiers().Find(classifier);
  return object ? object->package().embedding.length : 0;
}

int32_t pl_embed(pl_classifier* classifier, const pl_frame* frame, float* output, uint64_t count,
                 pl_error* error) {
  return Guarded(error, [&]() -> Error {
    const auto object = Classifiers().Find(classifier);
    if (!object) return Closed();
    if (frame == nullptr) return NullArgument("frame");
    if (output == nullptr) return NullArgument("output");
    const auto picture = FrameOf(*frame);
    if (!picture.ok()) return picture.error();
    const auto values = object->Embed(picture.value());
    if (!values.ok()) return values.error();
    if (Error failed = CheckCount(count, values.value().size(), "output")) return failed;
    std::copy(values.value().begin(), values.value().end(), output);
    return {};
  });
}

int32_t pl_vector_length(const pl_taught* taught) {
  const auto set = Sets().Find(taught);
  return set ? set->space().rows() : 0;
}

int32_t pl_taught_match(const pl_taught* taught, const float* embedding, uint64_t length,
                        int8_t* vector, uint64_t rows, float* scores, float* similarities,
                        uint64_t labels, pl_error* error) {
  return OnSet(taught, error, [&](const TaughtLabels* set) -> Error {
    if (embedding == nullptr) return NullArgument("embedding");
    const auto expected = static_cast<uint64_t>(set->space().length());
    if (Error failed = CheckCount(length, expected, "embedding")) return failed;
    const pocketlens::Vector found = pocketlens::Project(set->space(), embedding);
    if (vector != nullptr) {
      if (Error failed = CheckCount(rows, found.size(), "vector")) return failed;
      std::copy(found.begin(), found.end(), vector);
    }
    if (scores == nullptr && similarities == nullptr) return {};
    const auto matches = MatchTaught(*set->state(), found);
    if (Error failed = CheckCount(labels, matches.size(), "scores")) return failed;
    for (size_t i = 0; i < matches.size(); ++i) {
      if (scores != nullptr) scores[i] = matches[i].score;
      if (similarities != nullptr) similarities[i] = matches[i].probability;
    }
    return {};
  });
}
