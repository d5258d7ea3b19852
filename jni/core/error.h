// Errors are values: a code with a name, and a sentence that says what was found and what to do.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace pocketlens {

// The codes of error_codes.inc; kOk is 0 and no error.
enum class ErrorCode : int {
  ok = 0,
#define POCKETLENS_ERROR(number, name, sentence) name = number,
#include "core/error_codes.inc"
#undef POCKETLENS_ERROR
};

// The code's name ("wrong_hash"), "ok" for 0, "unknown" for a number that is no code. Static text.
const char* ErrorName(ErrorCode code);

// The code's general sentence; static text, never null.
const char* ErrorSentence(ErrorCode code);

// A failed (or, with ok, a succeeded) step. `message` holds whole sentences: found, expected, do. It
// is empty where nothing more is known than the code's sentence says, or no memory was left for it.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::ok;
  std::string message;

  explicit operator bool() const { return code != ErrorCode::ok; }  // true when it is an error

  // The message, or the code's sentence where there is none.
  std::string_view text() const {
    if (message.empty()) return ErrorSentence(code);
    return message;
  }
};

// The error with a message of the two texts, or without one (the code's sentence speaks then) where
// there is no memory for it: for what handles exceptions, which must not throw one.
Error ErrorInHandler(ErrorCode code, const char* start, const char* rest) noexcept;

// Either a value or the error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return std::holds_alternative<T>(state_); }
  const Error& error() const { return std::get<Error>(state_); }  // only when !ok()
  T& value() & { return std::get<T>(state_); }                    // only when ok()
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace pocketlens
