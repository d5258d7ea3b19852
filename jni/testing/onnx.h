// Tiny ONNX models written byte by byte, so that native tests can make real .ms files without Python.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pocketlens::testing {

// A tensor's element type, with ONNX's numbers.
enum class OnnxType : int { float32 = 1, int32 = 6, int64 = 7 };

// The graph of a model under construction. Calls may come in any order but for nodes, which must
// come in the order they run.
class OnnxGraph {
 public:
  OnnxGraph& Input(const std::string& name, const std::vector<int64_t>& shape,
                   OnnxType type = OnnxType::float32);
  OnnxGraph& Output(const std::string& name, const std::vector<int64_t>& shape,
                    OnnxType type = OnnxType::float32);
  OnnxGraph& Floats(const std::string& name, const std::vector<int64_t>& shape,
                    const std::vector<float>& values);
  OnnxGraph& Integers(const std::string& name, const std::vector<int64_t>& values);

  // A node with integer attributes only.
  OnnxGraph& Node(const std::string& type, const std::vector<std::string>& inputs,
                  const std::vector<std::string>& outputs,
                  const std::vector<std::pair<std::string, int64_t>>& attributes = {});

  // Everything that another graph has, behind what this one has.
  OnnxGraph& Add(const OnnxGraph& other);

  // The bytes of the whole model (opset 11).
  std::string Bytes() const;

 private:
  std::string inputs_, outputs_, initializers_, nodes_;
};

}  // namespace pocketlens::testing
