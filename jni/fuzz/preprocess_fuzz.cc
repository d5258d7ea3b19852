// Recipes, geometries, strides and plane sizes: no access leaves a plane (the address sanitizer sees
// it, as every plane is exactly as long as it says), and the fast path gives the reference's bits (of
// Pillow's interpolations there is one path).
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "core/preprocess/plan.h"
#include "core/preprocess/reference.h"
#include "fuzz/input.h"

namespace {

using pocketlens::fuzz::Input;

constexpr int kLargestSide = 200;

pocketlens::PreprocessRecipe TakeRecipe(Input* in) {
  pocketlens::PreprocessRecipe recipe;
  recipe.resize_width = in->Number(-1, 96);
  recipe.resize_height = in->Number(-1, 96);
  recipe.crop_x = in->Number(-1, 40);
  recipe.crop_y = in->Number(-1, 40);
  recipe.crop_width = in->Number(-1, 96);
  recipe.crop_height = in->Number(-1, 96);
  recipe.scale = in->Number(0, 3) / 255.0;
  for (float& mean : recipe.mean) mean = static_cast<float>(in->Number(-10, 10)) / 8;
  for (float& stddev : recipe.stddev) stddev = static_cast<float>(in->Number(0, 10)) / 8;
  recipe.order = static_cast<pocketlens::ChannelOrder>(in->Number(0, 2));
  return recipe;
}

pocketlens::FrameGeometry TakeGeometry(Input* in) {
  pocketlens::FrameGeometry geometry;
  geometry.format = static_cast<pocketlens::PixelFormat>(in->Number(0, 3));
  geometry.width = in->Number(-1, kLargestSide);
  geometry.height = in->Number(-1, kLargestSide);
  geometry.rotation = in->Number(0, 4) * 90;
  geometry.mirror = in->Number(0, 1) == 1;
  geometry.matrix = static_cast<pocketlens::YuvMatrix>(in->Number(0, 2));
  geometry.range = static_cast<pocketlens::YuvRange>(in->Number(0, 2));
  geometry.siting = static_cast<pocketlens::ChromaSiting>(in->Number(0, 2));
  if (in->Number(0, 3) == 3) {
    geometry.region = {in->Number(-1, 40), in->Number(-1, 40), in->Number(-1, kLargestSide),
                       in->Number(-1, kLargestSide)};
  }
  return geometry;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  pocketlens::PreprocessRecipe recipe = TakeRecipe(&in);
  pocketlens::Frame frame;
  frame.geometry = TakeGeometry(&in);
  std::unique_ptr<uint8_t[]> memory[3];
  for (size_t i = 0; i < 3; ++i) {
    pocketlens::Plane& plane = frame.planes[i];
    plane.row_stride = in.Number(-2, 4 * kLargestSide + 8);
    plane.pixel_stride = in.Number(-1, 5);
    // Mostly what the picture needs, give or take; sometimes anything.
    const int rows = in.Number(0, 3) == 0 ? in.Number(0, kLargestSide) : frame.geometry.height;
    const int more = in.Number(-4, 4);
    plane.size = static_cast<size_t>(std::max(0, plane.row_stride * std::max(rows, 0) + more));
    memory[i] = std::make_unique<uint8_t[]>(plane.size);
    uint8_t value = in.Byte();
    for (size_t at = 0; at < plane.size; ++at) memory[i][at] = value = static_cast<uint8_t>(
        value * 5 + 77);
    plane.data = in.Number(0, 15) == 0 ? nullptr : memory[i].get();
  }
  recipe.interpolation = static_cast<pocketlens::Interpolation>(in.Number(0, 3));
  if (recipe.interpolation != pocketlens::Interpolation::bilinear_q11 && in.Number(0, 7) != 7) {
    recipe.resize_height = recipe.resize_width;
    recipe.crop_x = pocketlens::CentredCrop(recipe.resize_width, recipe.crop_width);
    recipe.crop_y = pocketlens::CentredCrop(recipe.resize_height, recipe.crop_height);
  }
  if (CheckRecipe(recipe)) return 0;
  std::vector<float> reference(recipe.output_count()), fast(recipe.output_count());
  const pocketlens::Error refused = PreprocessReference(recipe, frame, reference.data());
  for (const char* set : {"portable", pocketlens::BestInstructionSet()}) {
    const auto plan = pocketlens::PreprocessPlan::Make(recipe, frame.geometry, set);
    const pocketlens::Error error =
        plan.ok() ? plan.value()->Run(frame, fast.data()) : plan.error();
    if (static_cast<bool>(error) != static_cast<bool>(refused)) std::abort();
    if (!error && std::memcmp(reference.data(), fast.data(), fast.size() * sizeof(float)) != 0) {
      std::abort();
    }
  }
  return 0;
}
