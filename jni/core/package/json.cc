#include "core/package/json.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/package/text.h"

namespace pocketlens {
namespace {

constexpr int kDeepest = 32;

// Watches the parser: what it does not refuse by itself is kept as the refusal.
class Watch {
 public:
  const std::string& refusal() const { return refusal_; }

  // The parser's callback. What stands in a refused place is left out of the value that it builds, so
  // that a hostile text costs no memory.
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (!refusal_.empty()) return false;
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    const bool opens = event == Json::parse_event_t::object_start ||
                       event == Json::parse_event_t::array_start;
    if (opens && depth >= kDeepest) {
      refusal_ = "it is nested more than " + std::to_string(kDeepest) + " deep";
    }
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) {
        refusal_ = "the key " + Shown(key) + " stands twice in one object";
      }
    }
    return refusal_.empty();
  }

 private:
  std::vector<std::unordered_set<std::string>> keys_;  // of each open object
  std::string refusal_;
};

bool IsWhole(const Json& json, int64_t low, int64_t high) {
  if (!json.is_number_integer()) return false;
  // Only what is above int64_t's range is held as unsigned and would not fit.
  const bool fits = !json.is_number_unsigned() || json.get<uint64_t>() <= INT64_MAX;
  return fits && json.get<int64_t>() >= low && json.get<int64_t>() <= high;
}

std::string ShownValue(const Json& json) {
  if (json.is_string()) return Shown(json.get_ref<const std::string&>());
  if (json.is_array()) return "a list of " + std::to_string(json.size()) + " values";
  if (json.is_object()) return "an object";
  return json.dump();
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

// The value of a key; null when this is no object or has no such key.
const Json* Find(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, const std::string& file) {
  const auto bad = [&](const std::string& why) {
    return Error{ErrorCode::bad_manifest, file + " is not valid: " + why + "."};
  };
  if (text.empty() || text[0] != '{') return bad("it does not begin with '{'");
  // The parser takes a NUL for the end of the text.
  if (text.find('\0') != std::string_view::npos) return bad("it holds a NUL byte");
  Watch watch;
  try {
    Json root = Json::parse(text.begin(), text.end(), std::ref(watch));
    if (watch.refusal().empty()) return root;
  } catch (const Json::exception& problem) {
    // The library's text is "[json.exception.NAME.ID] parse error at line …: …".
    const std::string_view why = problem.what();
    const size_t start = why.find("] ");
    if (watch.refusal().empty()) {
      return bad(Shown(why.substr(start == std::string_view::npos ? 0 : start + 2), 240));
    }
  }
  return bad(watch.refusal());
}

const Json* JsonFields::Get(const std::string& key, const std::string& expected) const {
  if (failed()) return nullptr;
  const Json* json = Find(*object_, key);
  if (json == nullptr) Mistake(code_, key, expected);
  return json;
}

void JsonFields::Mistake(ErrorCode code, const std::string& key,
                         const std::string& expected) const {
  if (failed()) return;
  const Json* json = Find(*object_, key);
  const std::string name = place_.empty() ? key : place_ + "." + key;
  *error_ = {code, "model.json: " + Shown(name) + " cannot be used. Found " +
                       (json == nullptr ? "nothing" : ShownValue(*json)) + ", expected " +
                       expected + "."};
}

JsonFields JsonFields::Object(const std::string& key, ErrorCode code) const {
  static const Json empty = Json::object();
  const JsonFields strict(*object_, place_, code, error_);
  const Json* json = strict.Get(key, "an object");
  if (json != nullptr && !json->is_object()) {
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
  const std::string text = json->is_string() ? json->get<std::string>() : "";
  if (text.empty() || text.size() > longest || std::any_of(text.begin(), text.end(), is_control)) {
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
  const auto found = std::find(choices.begin(), choices.end(), *json);
  if (found == choices.end()) {
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
  if (!IsWhole(*json, low, high)) {
    Mistake(code_, key, expected);
    return 0;
  }
  return json->get<int64_t>();
}

double JsonFields::Number(const std::string& key, double above, double at_most) const {
  const std::string expected =
      "a number above " + NumberText(above) + " and not above " + NumberText(at_most);
  const Json* json = Get(key, expected);
  if (json == nullptr) return 0;
  const double number = json->is_number() ? json->get<double>() : above;
  if (!(number > above) || !(number <= at_most)) {
    Mistake(code_, key, expected);
    return 0;
  }
  return number;
}

std::vector<int> JsonFields::Wholes(const std::string& key, size_t count, int low, int high) const {
  const std::string expected =
      std::to_string(count) + " whole numbers " + RangeText(low, high);
  std::vector<int> out(count);
  const Json* json = Get(key, expected);
  if (json == nullptr) return out;
  bool good = json->is_array() && json->size() == count;
  for (size_t i = 0; good && i < count; ++i) {
    good = IsWhole((*json)[i], low, high);
    if (good) out[i] = (*json)[i].get<int>();
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
  bool good = json->is_array() && json->size() == count;
  for (size_t i = 0; good && i < count; ++i) {
    const Json& item = (*json)[i];
    good = item.is_number() && item.get<double>() >= low && item.get<double>() <= high;
    if (good) out[i] = item.get<double>();
  }
  if (!good) Mistake(code_, key, expected);
  return out;
}

}  // namespace pocketlens
