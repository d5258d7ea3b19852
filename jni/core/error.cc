#include "core/error.h"

namespace pocketlens {

const char* ErrorName(ErrorCode code) {
  switch (code) {
    case ErrorCode::ok:
      return "ok";
#define POCKETLENS_ERROR(number, name, sentence) \
  case ErrorCode::name:                          \
    return #name;
#include "core/error_codes.inc"
#undef POCKETLENS_ERROR
  }
  return "unknown";
}

const char* ErrorSentence(ErrorCode code) {
  switch (code) {
    case ErrorCode::ok:
      return "Nothing went wrong.";
#define POCKETLENS_ERROR(number, name, sentence) \
  case ErrorCode::name:                          \
    return sentence;
#include "core/error_codes.inc"
#undef POCKETLENS_ERROR
  }
  return "This number is no error code.";
}

Error ErrorInHandler(ErrorCode code, const char* start, const char* rest) noexcept {
  Error error{code, {}};
  try {
    error.message = std::string(start) + rest;
  } catch (...) {
    error.message.clear();
  }
  return error;
}

}  // namespace pocketlens
