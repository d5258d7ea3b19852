// The floating-point mode of the thread that loads the core.
#pragma once

namespace pocketlens {

// Makes the calling thread round and keep denormal numbers as IEEE 754 says (the default of every
// process), whatever the start-up code of another library has set. Other mode bits stay.
void KeepDenormals();

}  // namespace pocketlens
