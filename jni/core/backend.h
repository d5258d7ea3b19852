// Faster only when right: which backend a model runs on, chosen by a self-check on the package's
// reference picture.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/package.h"
#include "core/session.h"

namespace pocketlens {

// What was asked for, what runs, and why they differ.
struct BackendReport {
  std::string asked;       // "GPU float16", as BackendName says it
  std::string used;        // the same, or "CPU float32"
  double difference = -1;  // the largest one of a raw output from the reference; -1: not checked
  // The largest one of the embedding's numbers, as a share of the reference's largest number; -1: not
  // checked, as in a package that does not tell its reference picture's embedding.
  double embedding_difference = -1;
  std::string reason;      // a sentence where `used` is not `asked`
};

// "CPU float32", "CPU float16", "GPU float32", "GPU float16", "NPU float32" or "NPU float16".
std::string BackendName(const SessionSettings& settings);

// How a session is opened: Session::Open, or a stand-in.
using SessionOpener = std::function<Result<std::unique_ptr<Session>>(
    const Bytes& model, const std::vector<int64_t>& input_shape, const ModelOutputs& outputs,
    const SessionSettings& settings)>;

struct ChosenSession {
  std::unique_ptr<Session> session;
  BackendReport report;
};

// The session of a package's model. Anything but float32 on the CPU is run once on the reference
// picture and used only where its outputs, and the embedding where the package tells it, are within the
// package's tolerance; else the CPU runs the
// model in float32, and the report says why: no reference picture, a build or a run that failed, too
// far off, or a trial that ended the process the last time (see SessionSettings::trial_file).
// Errors: those of opening the session on the CPU, bad_reference.
Result<ChosenSession> ChooseSession(const Package& package, const SessionSettings& settings,
                                    const SessionOpener& open);

}  // namespace pocketlens
