#include "core/package/json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr size_t kDeepest = 32;

// Builds the tree while nlohmann's parser reads; every refusal stops the parser and is kept.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(Json* root) : root_(root) {}

  const std::string& refusal() const { return refusal_; }

  bool null() override { return Add({}) != nullptr; }
  bool boolean(bool value) override {
    Json json;
    json.type = Json::boolean;
    json.truth = value;
    return Add(std::move(json)) != nullptr;
  }
  bool number_integer(number_integer_t value) override {
    Json json;
    json.type = Json::integer;
    json.whole = value;
    json.real = static_cast<double>(value);
    return Add(std::move(json)) != nullptr;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return number_integer(static_cast<int64_t>(value));
    }
    return number_float(static_cast<double>(value), {});
  }
  bool number_float(number_float_t value, const string_t&) override {
    if (!std::isfinite(value)) return Refuse("a number is too large");
    Json json;
    json.type = Json::number;
    json.real = value;
    return Add(std::move(json)) != nullptr;
  }
  bool string(string_t& value) override {
    Json json;
    json.type = Json::text;
    json.string = std::move(value);
    return Add(std::move(json)) != nullptr;
  }
  bool binary(binary_t&) override { return Refuse("it holds binary data"); }
  bool start_object(std::size_t) override { return Open(Json::object); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Json::array); }
  bool end_array() override { return Close(); }
  bool key(string_t& value) override {
    if (!keys_.back().insert(value).second) {
      return Refuse("the key " + Shown(value) + " stands twice in one object");
    }
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& problem) override {
    if (!refusal_.empty()) return false;
    // The library's text is "[json.exception.NAME.ID] parse error at line …: …".
    const std::string text = problem.what();
    const size_t start = text.find("] ");
    return Refuse("byte " + std::to_string(position) + ": " +
                  text.substr(start == std::string::npos ? 0 : start + 2));
  }

 private:
  // Puts a value where it belongs and returns its place; null when it may not be there.
  Json* Add(Json json) {
    if (open_.empty()) {
      *root_ = std::move(json);
      return root_;
    }
    Json* parent = open_.back();
    if (parent->type == Json::array) {
      parent->items.push_back(std::move(json));
      return &parent->items.back();
    }
    parent->members.push_back({std::move(key_), std::move(json)});
    return &parent->members.back().value;
  }
  bool Open(Json::Type type) {
    if (open_.size() == kDeepest) {
      return Refuse("it is nested more than " + std::to_string(kDeepest) + " deep");
    }
    Json json;
    json.type = type;
    // Only the innermost open value grows, so the pointers to those around it stay good.
    open_.push_back(Add(std::move(json)));
    keys_.emplace_back();
    return true;
  }
  bool Close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }
  bool Refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }

  Json* root_;
  std::vector<Json*> open_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::string key_;
  std::string refusal_;
};

std::string ShownValue(const Json& json) {
  switch (json.type) {
    case Json::null:
      return "null";
    case Json::boolean:
      return json.truth ? "true" : "false";
    case Json::integer:
      return std::to_string(json.whole);
    case Json::number:
      return std::to_string(json.real);
    case Json::text:
      return Shown(json.string);
    case Json::array:
      return "a list of " + std::to_string(json.items.size()) + " values";
    case Json::object:
      return "an object";
  }
  return "";
}

std::string NumberText(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && (text.back() == '.' || text.back() == ',')) text.pop_back();
  return text;
}

std::string RangeText(double low, double high) {
  return "from " + NumberText(low) + " to " + NumberText(high);
}

bool IsNumber(const Json& json) {
  return json.type == Json::integer || json.type == Json::number;
}

}  // namespace

const Json* Json::Find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const JsonMember& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Result<Json> ParseJson(std::string_view text, const std::string& file) {
  const auto bad = [&](const std::string& why) {
    return Error{ErrorCode::bad_manifest, file + " is not valid: " + why + "."};
  };
  if (text.empty() || text[0] != '{') return bad("it does not begin with '{'");
  // The parser takes a NUL for the end of the text.
  if (text.find('\0') != std::string_view::npos) return bad("it holds a NUL byte");
  Json root;
  Builder builder(&root);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return bad(Shown(builder.refusal(), 240));
  }
  return root;
}

const Json* JsonFields::Get(const std::string& key, const std::string& expected) const {
  if (failed()) return nullptr;
  const Json* json = object_->Find(key);
  if (json == nullptr) Mistake(code_, key, expected);
  return json;
}

void JsonFields::Mistake(ErrorCode code, const std::string& key,
                         const std::string& expected) const {
  if (failed()) return;
  const Json* json = object_->Find(key);
  const std::string name = place_.empty() ? key : place_ + "." + key;
  *error_ = {code, "model.json: " + Shown(name) + " cannot be used. Found " +
                       (json == nullptr ? "nothing" : ShownValue(*json)) + ", expected " +
                       expected + "."};
}

JsonFields JsonFields::Object(const std::string& key, ErrorCode code) const {
  static const Json empty;
  const JsonFields strict(*object_, place_, code, error_);
  const Json* json = strict.Get(key, "an object");
  if (json != nullptr && json->type != Json::object) {
    strict.Mistake(code, key, "an object");
    json = nullptr;
  }
  return {json == nullptr ? empty : *json, place_.empty() ? key : place_ + "." + key, code, error_};
}

std::string JsonFields::Text(const std::string& key, size_t longest) const {
  const std::string expected =
      "a text of 1 to " + std::to_string(longest) + " bytes without control characters";
  const Json* json = Get(key, expected);
  if (json == nullptr) return "";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const std::string& text = json->string;
  if (json->type != Json::text || text.empty() || text.size() > longest ||
      std::any_of(text.begin(), text.end(), is_control)) {
    Mistake(code_, key, expected);
    return "";
  }
  return text;
}

int JsonFields::Choice(const std::string& key, const std::vector<std::string>& choices) const {
  std::string expected = choices.size() > 1 ? "one of" : "";
  for (const std::string& choice : choices) expected += (expected.empty() ? "" : " ") + Shown(choice);
  const Json* json = Get(key, expected);
  if (json == nullptr) return 0;
  const auto found = std::find(choices.begin(), choices.end(), json->string);
  if (json->type != Json::text || found == choices.end()) {
    Mistake(code_, key, expected);
    return 0;
  }
  return static_cast<int>(found - choices.begin());
}

int64_t JsonFields::Whole(const std::string& key, int64_t low, int64_t high) const {
  const std::string expected =
      "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  const Json* json = Get(key, expected);
  if (json == nullptr) return 0;
  if (json->type != Json::integer || json->whole < low || json->whole > high) {
    Mistake(code_, key, expected);
    return 0;
  }
  return json->whole;
}

double JsonFields::Number(const std::string& key, double above, double at_most) const {
  const std::string expected =
      "a number above " + NumberText(above) + " and not above " + NumberText(at_most);
  const Json* json = Get(key, expected);
  if (json == nullptr) return 0;
  if (!IsNumber(*json) || !(json->real > above) || !(json->real <= at_most)) {
    Mistake(code_, key, expected);
    return 0;
  }
  return json->real;
}

std::vector<int> JsonFields::Wholes(const std::string& key, size_t count, int low, int high) const {
  const std::string expected =
      std::to_string(count) + " whole numbers " + RangeText(low, high);
  std::vector<int> out(count);
  const Json* json = Get(key, expected);
  if (json == nullptr) return out;
  bool good = json->type == Json::array && json->items.size() == count;
  for (size_t i = 0; good && i < count; ++i) {
    const Json& item = json->items[i];
    good = item.type == Json::integer && item.whole >= low && item.whole <= high;
    if (good) out[i] = static_cast<int>(item.whole);
  }
  if (!good) Mistake(code_, key, expected);
  return out;
}

std::vector<double> JsonFields::Numbers(const std::string& key, size_t count, double low,
                                        double high) const {
  const std::string expected = std::to_string(count) + " numbers " + RangeText(low, high);
  std::vector<double> out(count);
  const Json* json = Get(key, expected);
  if (json == nullptr) return out;
  bool good = json->type == Json::array && json->items.size() == count;
  for (size_t i = 0; good && i < count; ++i) {
    const Json& item = json->items[i];
    good = IsNumber(item) && item.real >= low && item.real <= high;
    if (good) out[i] = item.real;
  }
  if (!good) Mistake(code_, key, expected);
  return out;
}

}  // namespace pocketlens
