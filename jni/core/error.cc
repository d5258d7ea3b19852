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

}  // namespace pocketlens
