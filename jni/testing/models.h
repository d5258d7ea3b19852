// Small real models for native tests, made by the converter when they are first needed, and packages
// around them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/frame/frame.h"
#include "core/package/package.h"
#include "testing/onnx.h"

namespace pocketlens::testing {

// The side of every test model's input picture, and the outputs of most.
inline constexpr int kSide = 8;
inline constexpr int kOutputs = 4;

// `kOutputs` sigmoids, each of a weighted sum of the picture's mean red, green and blue. What they
// must be for a picture of one colour, computed here in double.
OnnxGraph ColourClassifier();
std::vector<double> ColourProbabilities(double red, double green, double blue);

// The means of red, green and blue themselves, times two, minus one (so not all are probabilities).
OnnxGraph ColourFeatures();

// ColourClassifier with a second output, `embedding`: kEmbedded weighted sums of the means. In the
// graph it stands before or after the probabilities.
inline constexpr int kEmbedded = 16;
OnnxGraph ColourTeacher(bool embedding_first = false);
std::vector<double> ColourEmbedding(double red, double green, double blue);

// The .ms file of a graph, converted by pocketlens_convert with weights stored as "float32" or
// "float16". Ends the program with the converter's words when that fails.
std::string ConvertedModel(const OnnxGraph& graph, const std::string& weights = "float32");

// The files of a package whose model is `model`; `kind` is "classifier" or "features".
std::map<std::string, std::string> PackageFiles(const std::string& model, const std::string& kind,
                                                int outputs);

// Writes files, with the manifest that fits them, as a folder. `more` is JSON that the manifest has
// besides, such as `"reference":{…},`.
void WritePackage(const std::string& folder, const std::map<std::string, std::string>& files,
                  const std::string& kind, int outputs, const std::string& more = "");

// An embedding.bin for ColourTeacher's numbers: each counts for itself.
std::string ColourSpace();

// Writes the package of a ColourTeacher as a folder; `more` are files that it has besides, such as an
// embedding.bin, and `json` what its manifest has besides, as for WritePackage.
void WriteTeachable(const std::string& folder, const std::map<std::string, std::string>& more,
                    const std::string& json = "");

// A picture of one colour, of any size.
struct Picture {
  Picture(int width, int height, const std::vector<int>& colour)
      : pixels(static_cast<size_t>(width) * height * 4) {
    for (size_t i = 0; i < pixels.size(); ++i) {
      pixels[i] = i % 4 == 3 ? 255 : static_cast<uint8_t>(colour[i % 4]);
    }
    frame.geometry.width = width;
    frame.geometry.height = height;
    frame.planes[0] = {pixels.data(), pixels.size(), width * 4, 4};
  }
  Picture(const Picture&) = delete;

  std::vector<uint8_t> pixels;
  Frame frame;
};

}  // namespace pocketlens::testing
