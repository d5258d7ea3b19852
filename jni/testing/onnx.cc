#include "testing/onnx.h"

#include <cstring>

namespace pocketlens::testing {
namespace {

// Protocol buffers' wire format: https://protobuf.dev/programming-guides/encoding. The field numbers
// below are those of onnx.proto.
std::string Varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

std::string Number(int field, int64_t value) {
  return Varint(static_cast<uint64_t>(field) << 3) + Varint(static_cast<uint64_t>(value));
}

std::string Text(int field, const std::string& bytes) {
  return Varint(static_cast<uint64_t>(field) << 3 | 2) + Varint(bytes.size()) + bytes;
}

std::string ValueInfo(const std::string& name, const std::vector<int64_t>& shape, OnnxType type) {
  std::string dims;
  for (const int64_t size : shape) dims += Text(1, Number(1, size));
  const std::string tensor = Number(1, static_cast<int>(type)) + Text(2, dims);
  return Text(1, name) + Text(2, Text(1, tensor));
}

template <class T>
std::string Tensor(const std::string& name, const std::vector<int64_t>& shape, OnnxType type,
                   const std::vector<T>& values) {
  std::string raw(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(raw.data(), values.data(), raw.size());
  std::string out;
  for (const int64_t size : shape) out += Number(1, size);
  return out + Number(2, static_cast<int>(type)) + Text(8, name) + Text(9, raw);
}

}  // namespace

OnnxGraph& OnnxGraph::Input(const std::string& name, const std::vector<int64_t>& shape,
                            OnnxType type) {
  inputs_ += Text(11, ValueInfo(name, shape, type));
  return *this;
}

OnnxGraph& OnnxGraph::Output(const std::string& name, const std::vector<int64_t>& shape,
                             OnnxType type) {
  outputs_ += Text(12, ValueInfo(name, shape, type));
  return *this;
}

OnnxGraph& OnnxGraph::Floats(const std::string& name, const std::vector<int64_t>& shape,
                             const std::vector<float>& values) {
  initializers_ += Text(5, Tensor(name, shape, OnnxType::float32, values));
  return *this;
}

OnnxGraph& OnnxGraph::Integers(const std::string& name, const std::vector<int64_t>& values) {
  const std::vector<int64_t> shape = {static_cast<int64_t>(values.size())};
  initializers_ += Text(5, Tensor(name, shape, OnnxType::int64, values));
  return *this;
}

OnnxGraph& OnnxGraph::Node(const std::string& type, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs,
                           const std::vector<std::pair<std::string, int64_t>>& attributes) {
  std::string node;
  for (const std::string& name : inputs) node += Text(1, name);
  for (const std::string& name : outputs) node += Text(2, name);
  node += Text(3, outputs[0]) + Text(4, type);
  constexpr int kIntegerAttribute = 2;
  for (const auto& [name, value] : attributes) {
    node += Text(5, Text(1, name) + Number(3, value) + Number(20, kIntegerAttribute));
  }
  nodes_ += Text(1, node);
  return *this;
}

OnnxGraph& OnnxGraph::Add(const OnnxGraph& other) {
  inputs_ += other.inputs_;
  outputs_ += other.outputs_;
  initializers_ += other.initializers_;
  nodes_ += other.nodes_;
  return *this;
}

std::string OnnxGraph::Bytes() const {
  const std::string graph = nodes_ + Text(2, "test") + initializers_ + inputs_ + outputs_;
  return Number(1, 6) + Text(7, graph) + Text(8, Number(2, 11));
}

}  // namespace pocketlens::testing
