// What a .ms file says of itself: which MindSpore Lite wrote it, so whether another one can run it,
// and how its weights are stored.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace pocketlens {

// Major, minor, patch: compared from left to right.
using LiteVersion = std::array<int, 3>;

// The three numbers in a text such as "MindSpore Lite 2.0.0"; nothing where it has none.
std::optional<LiteVersion> ParseLiteVersion(std::string_view text);

// The version text inside a .ms file: its FlatBuffers table MetaGraph, field `version` (schema
// model.fbs of MindSpore Lite, as all here). Nothing where the bytes are no such file.
std::optional<std::string_view> ModelVersion(std::string_view model);

// Whether a .ms file stores weights as floats of 16 bits: a `dataType` in MetaGraph's `allTensors`.
bool HasHalfWeights(std::string_view model);

// model_too_new when the model was written by a later release than `runtime`, which itself would only
// log a warning and may then fail or compute something else. What tells no version passes.
Error CheckModelVersion(std::string_view model, std::string_view runtime);

}  // namespace pocketlens
