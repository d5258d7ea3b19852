#include "testing/models.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

#include "core/package/sha256.h"
#include "testing/files.h"

namespace pocketlens::testing {
namespace {

// Columns: outputs; rows: red, green, blue. Then the bias of each output.
constexpr float kWeights[3][kOutputs] = {{6, -4, 0.5f, 1}, {-3, 8, -2, 1}, {-1, -2, 5, 1}};
constexpr float kBias[kOutputs] = {-1, -2, -0.5f, 0.25f};

std::vector<std::string> ConverterCommand() {
  // ctest sets it; run by hand, the program stands beside the test.
  const char* set = std::getenv("POCKETLENS_CONVERT");
  if (set != nullptr) return {set};
  return {(std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pocketlens_convert")
              .string()};
}

int RunProgram(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

OnnxGraph ColourClassifier() {
  std::vector<float> weights;
  for (const auto& row : kWeights) weights.insert(weights.end(), row, row + kOutputs);
  OnnxGraph graph;
  graph.Input("picture", {1, 3, kSide, kSide})
      .Floats("weights", {3, kOutputs}, weights)
      .Floats("bias", {kOutputs}, {kBias, kBias + kOutputs})
      .Node("GlobalAveragePool", {"picture"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Node("Gemm", {"means", "weights", "bias"}, {"logits"})
      .Node("Sigmoid", {"logits"}, {"probabilities"})
      .Output("probabilities", {1, kOutputs});
  return graph;
}

std::vector<double> ColourProbabilities(double red, double green, double blue) {
  std::vector<double> out;
  for (size_t i = 0; i < kOutputs; ++i) {
    const double logit = red * static_cast<double>(kWeights[0][i]) +
                         green * static_cast<double>(kWeights[1][i]) +
                         blue * static_cast<double>(kWeights[2][i]) + static_cast<double>(kBias[i]);
    out.push_back(1 / (1 + std::exp(-logit)));
  }
  return out;
}

OnnxGraph ColourFeatures() {
  OnnxGraph graph;
  graph.Input("picture", {1, 3, kSide, kSide})
      .Floats("weights", {3, 3}, {2, 0, 0, 0, 2, 0, 0, 0, 2})
      .Floats("bias", {3}, {-1, -1, -1})
      .Node("GlobalAveragePool", {"picture"}, {"pooled"})
      .Node("Flatten", {"pooled"}, {"means"}, {{"axis", 1}})
      .Node("Gemm", {"means", "weights", "bias"}, {"features"})
      .Output("features", {1, 3});
  return graph;
}

namespace {

// The weight of a channel (0 to 2) in a number of the embedding.
float EmbeddingWeight(int channel, int number) {
  return static_cast<float>((number * 7 + channel * 5) % 11) / 4 - 1;
}

}  // namespace

OnnxGraph ColourTeacher(bool embedding_first) {
  std::vector<float> weights;
  for (int channel = 0; channel < 3; ++channel) {
    for (int i = 0; i < kEmbedded; ++i) weights.push_back(EmbeddingWeight(channel, i));
  }
  OnnxGraph graph = ColourClassifier();
  if (embedding_first) {
    const OnnxGraph probabilities = std::move(graph);
    graph = OnnxGraph();
    graph.Output("embedding", {1, kEmbedded}).Add(probabilities);
  } else {
    graph.Output("embedding", {1, kEmbedded});
  }
  graph.Floats("embedding_weights", {3, kEmbedded}, weights)
      .Floats("embedding_bias", {kEmbedded}, std::vector<float>(kEmbedded, 0))
      .Node("Gemm", {"means", "embedding_weights", "embedding_bias"}, {"embedding"});
  return graph;
}

std::vector<double> ColourEmbedding(double red, double green, double blue) {
  std::vector<double> out;
  for (int i = 0; i < kEmbedded; ++i) {
    out.push_back(red * static_cast<double>(EmbeddingWeight(0, i)) +
                  green * static_cast<double>(EmbeddingWeight(1, i)) +
                  blue * static_cast<double>(EmbeddingWeight(2, i)));
  }
  return out;
}

std::string ConvertedModel(const OnnxGraph& graph, const std::string& weights) {
  static std::map<std::pair<std::string, std::string>, std::string> made;
  const std::string onnx = graph.Bytes();
  std::string& model = made[{onnx, weights}];
  if (!model.empty()) return model;
  const TemporaryFolder folder;
  WriteFile(folder / "model.onnx", onnx);
  std::vector<std::string> words = ConverterCommand();
  const std::vector<std::string> rest = {"--from", "onnx", "--in", folder / "model.onnx",
                                         "--out", folder / "model.ms", "--weights", weights};
  words.insert(words.end(), rest.begin(), rest.end());
  if (const int status = RunProgram(words)) {
    std::cerr << words[0] << " ended with status " << status << std::endl;
    std::abort();
  }
  return model = ReadFile(folder / "model.ms");
}

std::map<std::string, std::string> PackageFiles(const std::string& model, const std::string& kind,
                                                int outputs) {
  std::map<std::string, std::string> files = {{"model.ms", model}};
  if (kind == "features") return files;
  std::string labels = "index,mid,name\n";
  std::string thresholds = "index,mid,threshold,status,precision,recall,f1,support\n";
  for (int i = 0; i < outputs; ++i) {
    const std::string start = std::to_string(i) + ",own/label-" + std::to_string(i) + ",";
    labels += start + "Label " + std::to_string(i) + "\n";
    thresholds += start + "0.5,default,,,,\n";
  }
  files["labels.csv"] = labels;
  files["thresholds.csv"] = thresholds;
  return files;
}

void WritePackage(const std::string& folder, const std::map<std::string, std::string>& files,
                  const std::string& kind, int outputs, const std::string& more) {
  std::filesystem::create_directories(folder);
  std::string list;
  for (const auto& [name, bytes] : files) {
    WriteFile(folder + "/" + name, bytes);
    list += (list.empty() ? "\"" : ",\"") + name + "\":{\"size\":" + std::to_string(bytes.size()) +
            ",\"sha256\":\"" + Sha256Hex(bytes.data(), bytes.size()) + "\"}";
  }
  const std::string side = std::to_string(kSide);
  const std::string count = std::to_string(outputs);
  WriteFile(folder + "/model.json",
            R"({"format":"pocketlens-package","format_version":1,"name":"colours","title":"Colours",)" +
                more + R"("version":"1","kind":")" + kind +
                R"(","weights":{"variant":"float32","tolerance":0.0001},)"
                R"("versions":{"runtime":"2.0.0"},"files":{)" + list +
                R"(},"recipe":{"input":{"width":)" + side + R"(,"height":)" + side +
                R"(,"channels":3,"layout":"NHWC","dtype":"float32"},"preprocess":{)"
                R"("interpolation":"bilinear-q11","resize":[)" + side + "," + side +
                R"(],"crop":[0,0,)" + side + "," + side +
                R"(],"scale":[1,255],"mean":[0,0,0],"std":[1,1,1],"channel_order":"RGB"},)"
                R"("network":{"num_classes":)" + count + R"(},"outputs":)" + count + "}}");
}

std::string ColourSpace() {
  const auto append = [](const auto& value, std::string* out) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out->append(bytes, sizeof value);
  };
  std::string file = "PLEMBED\n";
  for (const uint32_t word : {1u, 16u, 16u, 32u, 0u, 0u}) append(word, &file);
  file.append(32, '\xab');
  for (int i = 0; i < 16; ++i) append(0.0f, &file);
  for (int i = 0; i < 16; ++i) append(1.0f, &file);
  for (int i = 0; i < 256; ++i) file.push_back(i % 17 == 0 ? 127 : 0);
  for (int i = 0; i < 32 * 16; ++i) {
    file.push_back(static_cast<char>((i * 29 + i / 16 * 7) % 113 - 56));
  }
  return file;
}

void WriteTeachable(const std::string& folder, const std::map<std::string, std::string>& more,
                    const std::string& json) {
  auto files = PackageFiles(ConvertedModel(ColourTeacher()), "classifier", kOutputs);
  files.insert(more.begin(), more.end());
  std::string told = R"("embedding":{"output":"embedding","length":16,"sha256":")";
  for (int i = 0; i < 32; ++i) told += "ab";
  WritePackage(folder, files, "classifier", kOutputs, told + "\"}," + json);
}

}  // namespace pocketlens::testing
