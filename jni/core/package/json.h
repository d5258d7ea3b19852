// JSON as a package's manifest may hold it, parsed strictly. The rules stand in
// tools/package/README.md ("JSON rules").
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace pocketlens {

using Json = nlohmann::json;

// Parses one object. bad_manifest for anything that is against the rules; `file` is for the message.
Result<Json> ParseJson(std::string_view text, const std::string& file);

// Reads the values of one object key by key. The first mistake is kept; what is read after it is
// empty, so that a whole table can be read before `error` is looked at.
class JsonFields {
 public:
  // `place` names the object in messages ("recipe.input", or nothing for the whole file). `error`
  // and the object must live as long as this; mistakes become errors of `code`.
  JsonFields(const Json& object, std::string place, ErrorCode code, Error* error)
      : object_(&object), place_(std::move(place)), code_(code), error_(error) {}

  // The object under a key; empty after a mistake.
  JsonFields Object(const std::string& key, ErrorCode code) const;
  JsonFields Object(const std::string& key) const { return Object(key, code_); }

  // A text of 1 to `longest` bytes without control characters.
  std::string Text(const std::string& key, size_t longest) const;

  // One of a few texts, as its place in `choices`.
  int Choice(const std::string& key, const std::vector<std::string>& choices) const;

  // A whole number from low to high.
  int64_t Whole(const std::string& key, int64_t low, int64_t high) const;

  // A number with above < number <= at_most.
  double Number(const std::string& key, double above, double at_most) const;

  // A list of exactly `count` whole numbers, or numbers, from low to high; `count` zeros after a
  // mistake.
  std::vector<int> Wholes(const std::string& key, size_t count, int low, int high) const;
  std::vector<double> Numbers(const std::string& key, size_t count, double low, double high) const;

  // Keeps a mistake: what was found under `key` is not what was expected.
  void Mistake(ErrorCode code, const std::string& key, const std::string& expected) const;

  bool failed() const { return static_cast<bool>(*error_); }
  const Json& json() const { return *object_; }

 private:
  // The value of a key, or null after having kept the mistake.
  const Json* Get(const std::string& key, const std::string& expected) const;

  const Json* object_;
  std::string place_;
  ErrorCode code_;
  Error* error_;
};

}  // namespace pocketlens
