// main() of every native test program.
#include <gtest/gtest.h>

#include "testing/libraries.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int code = RUN_ALL_TESTS();
  pocketlens::testing::KeepLibraries();
  return code;
}
