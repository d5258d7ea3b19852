// What a picture is compared by: its embedding, whitened, as a row of small whole numbers.
//
// Every step is a whole number or one correctly rounded operation in a fixed order, so that desk and
// phone get the same bits (tools/teaching/vectors.py is the same in NumPy).
#pragma once

#include <cstdint>
#include <vector>

#include "core/package/embedding.h"

namespace pocketlens {

// Numbers from -127 to 127. Its direction counts, its length does not.
using Vector = std::vector<int8_t>;

// An embedding (space.length() finite floats) as a vector of space.rows() numbers: square root if
// asked for, minus the mean, in steps of a 4095th of its largest number, times the weights, in steps
// of a 127th of the largest. All zeros for an embedding that is the mean.
Vector Project(const Embedding& space, const float* embedding);

// Sum of a[i] * b[i]; both of `size` numbers, at most kLongestVector.
int32_t Dot(const int8_t* a, const int8_t* b, size_t size);

// The cosine of the angle between two vectors of one length; 0 where one of them is all zeros.
double Cosine(const Vector& a, const Vector& b);

// The direction of the sum of the vectors, each brought to length 1: what they have in common. They
// are of one length, and there is at least one.
Vector Centre(const std::vector<Vector>& vectors);

}  // namespace pocketlens
