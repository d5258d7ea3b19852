// pocketlens_convert: ONNX or MindIR to .ms by MindSpore Lite's own converter library.
//
// A program of its own and not a function of the C API, because the converter ends the whole process
// on some damaged models: whoever calls it should expect a signal and set a time limit.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/lite.h"
#include "include/registry/converter_context.h"

namespace mindspore {

struct ConverterPara;

// The converter library exports this class, but its header is not part of the wheel. Declared here as
// far as it is used; the object is one shared_ptr. Texts are vectors of char (MindSpore's dual ABI).
class Converter {
 public:
  using Text = std::vector<char>;

  Converter(converter::FmkType framework, const Text& model, const Text& output,
            const Text& weights);
  void SetConfigFile(const Text& path);
  void SetConfigInfo(const Text& section, const std::map<Text, Text>& values);
  void SetWeightFp16(bool enabled);
  void SetInputFormat(Format format);
  void SetSaveType(ModelType type);
  Status Convert();

 private:
  std::shared_ptr<ConverterPara> data_;
};

}  // namespace mindspore

namespace {

using mindspore::Converter;

constexpr int kExitFailed = 1;  // the converter refused the model; its [ERROR] lines say why
constexpr int kExitUsage = 2;   // a wrong command line
constexpr int kExitInput = 3;   // the input file cannot be a model, or the output cannot be written

constexpr char kUsage[] =
    "Usage: pocketlens_convert --from onnx|mindir --in MODEL --out MODEL.ms [OPTION]...\n"
    "\n"
    "Converts a model to MindSpore Lite's .ms format with the SDK's converter library.\n"
    "\n"
    "  --weights float32|float16   how weights are stored (default float32)\n"
    "  --input-format NHWC|NCHW    the layout the .ms takes its input in (default NHWC)\n"
    "  --config FILE               a converter configuration file, e.g. for quantisation\n"
    "  --set SECTION:KEY=VALUE     one line of such a file; may be given several times. For example\n"
    "                              --set common_quant_param:quant_type=FULL_QUANT\n"
    "                              --set common_quant_param:bit_num=8\n"
    "                              --set full_quant_param:activation_quant_method=MAX_MIN\n"
    "                              --set data_preprocess_param:calibrate_path=NAME:FOLDER\n"
    "                              --set data_preprocess_param:calibrate_size=100\n"
    "                              --set data_preprocess_param:input_type=BIN\n"
    "  --help                      this text\n"
    "\n"
    "Exit codes: 0 converted, 1 the converter refused the model, 2 wrong command line, 3 the input\n"
    "is no model file or the output cannot be written. Some damaged models end the converter by a\n"
    "signal. MODEL.ms is replaced only when everything has worked.\n";

// What the command line asks for.
struct Options {
  mindspore::converter::FmkType framework = mindspore::converter::kFmkTypeOnnx;
  bool has_framework = false;
  std::string input;
  std::string output;
  bool float16 = false;
  bool nchw = false;
  std::string config;
  std::map<std::string, std::map<Converter::Text, Converter::Text>> settings;
};

Converter::Text ToText(const std::string& text) { return {text.begin(), text.end()}; }

// "SECTION:KEY=VALUE" into settings; false when it is not of that form.
bool ParseSetting(const std::string& value, Options* options) {
  const size_t colon = value.find(':');
  if (colon == std::string::npos || colon == 0) return false;
  const size_t equals = value.find('=', colon);
  if (equals == std::string::npos || equals == colon + 1) return false;
  options->settings[value.substr(0, colon)][ToText(
      value.substr(colon + 1, equals - colon - 1))] = ToText(value.substr(equals + 1));
  return true;
}

// One option and its value; false when either is unknown.
bool ParseOption(const std::string& name, const std::string& value, Options* options) {
  if (name == "--from") {
    options->has_framework = true;
    if (value == "mindir") options->framework = mindspore::converter::kFmkTypeMs;
    return value == "onnx" || value == "mindir";
  }
  if (name == "--weights") {
    options->float16 = value == "float16";
    return value == "float32" || value == "float16";
  }
  if (name == "--input-format") {
    options->nchw = value == "NCHW";
    return value == "NHWC" || value == "NCHW";
  }
  if (name == "--set") return ParseSetting(value, options);
  if (name == "--in") return !(options->input = value).empty();
  if (name == "--out") return !(options->output = value).empty();
  if (name == "--config") return !(options->config = value).empty();
  return false;
}

// Reads the command line; 0, or the exit code after having said what is wrong.
int ParseArguments(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 >= argc) {
      std::fprintf(stderr, "pocketlens_convert: %s needs a value.\n\n%s", name.c_str(), kUsage);
      return kExitUsage;
    }
    if (!ParseOption(name, argv[i + 1], options)) {
      std::fprintf(stderr, "pocketlens_convert: %s %s is not understood.\n\n%s", name.c_str(),
                   argv[i + 1], kUsage);
      return kExitUsage;
    }
  }
  if (!options->has_framework || options->input.empty() || options->output.empty()) {
    std::fprintf(stderr, "pocketlens_convert: --from, --in and --out are needed.\n\n%s", kUsage);
    return kExitUsage;
  }
  const std::string& output = options->output;
  if (output.size() < 4 || output.compare(output.size() - 3, 3, ".ms") != 0) {
    std::fprintf(stderr, "pocketlens_convert: --out %s must end in .ms.\n", output.c_str());
    return kExitUsage;
  }
  return 0;
}

// Whether a file may be given to the converter, which crashes on an empty one.
int CheckInput(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    std::fprintf(stderr, "pocketlens_convert: %s: %s.\n", path.c_str(), std::strerror(errno));
    return kExitInput;
  }
  if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    std::fprintf(stderr, "pocketlens_convert: %s is %s; a model file is needed.\n", path.c_str(),
                 S_ISREG(status.st_mode) ? "empty" : "not a file");
    return kExitInput;
  }
  return 0;
}

// Runs the converter towards a temporary name beside the output and then renames it.
int Convert(const Options& options) {
  // The converter puts ".ms" after the name it is given.
  const std::string stem =
      options.output.substr(0, options.output.size() - 3) + ".partial-" + std::to_string(getpid());
  Converter converter(options.framework, ToText(options.input), ToText(stem), ToText(""));
  converter.SetSaveType(mindspore::kMindIR_Lite);
  converter.SetInputFormat(options.nchw ? mindspore::NCHW : mindspore::NHWC);
  if (options.float16) converter.SetWeightFp16(true);
  if (!options.config.empty()) converter.SetConfigFile(ToText(options.config));
  for (const auto& [section, values] : options.settings) {
    converter.SetConfigInfo(ToText(section), values);
  }
  const mindspore::Status status = converter.Convert();
  const std::string partial = stem + ".ms";
  struct stat made = {};
  if (!status.IsOk() || stat(partial.c_str(), &made) != 0 || made.st_size == 0) {
    unlink(partial.c_str());
    std::fprintf(stderr, "pocketlens_convert: %s could not be converted (status %d).\n",
                 options.input.c_str(), static_cast<int>(status));
    return kExitFailed;
  }
  chmod(partial.c_str(), 0644);  // the converter leaves it read-only for its owner
  if (std::rename(partial.c_str(), options.output.c_str()) != 0) {
    std::fprintf(stderr, "pocketlens_convert: %s cannot be written: %s.\n", options.output.c_str(),
                 std::strerror(errno));
    unlink(partial.c_str());
    return kExitInput;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0)) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  Options options;
  if (const int code = ParseArguments(argc, argv, &options)) return code;
  if (const int code = CheckInput(options.input)) return code;
  try {
    return Convert(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pocketlens_convert: %s\n", error.what());
    return kExitFailed;
  }
}
