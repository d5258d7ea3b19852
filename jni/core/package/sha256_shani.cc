// SHA-256 with x86-64's SHA extensions (Intel, "New Instructions Supporting the Secure Hash Algorithm").
#include <immintrin.h>

#include "core/package/sha256.h"

namespace pocketlens::sha256_internal {
namespace {

__m128i Load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
void Store(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }

}  // namespace

void BlocksAccelerated(uint32_t state[8], const uint8_t* data, size_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  // The instructions keep the state as the words (F, E, B, A) and (H, G, D, C), lowest first.
  const __m128i cdab = _mm_shuffle_epi32(Load(state), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(Load(state + 4), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

  for (; blocks > 0; --blocks, data += 64) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w0 = _mm_shuffle_epi8(Load(data), swap);
    __m128i w1 = _mm_shuffle_epi8(Load(data + 16), swap);
    __m128i w2 = _mm_shuffle_epi8(Load(data + 32), swap);
    __m128i w3 = _mm_shuffle_epi8(Load(data + 48), swap);
#pragma GCC unroll 16
    for (int round = 0; round < 64; round += 4) {
      const __m128i sum = _mm_add_epi32(w0, Load(kRoundConstants + round));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      // The four message words 16 rounds ahead; those of the last rounds are not used.
      const __m128i s0 = _mm_sha256msg1_epu32(w0, w1);
      const __m128i next =
          _mm_sha256msg2_epu32(_mm_add_epi32(s0, _mm_alignr_epi8(w3, w2, 4)), w3);
      w0 = w1, w1 = w2, w2 = w3, w3 = next;
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }

  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  Store(state, _mm_blend_epi16(feba, dchg, 0xf0));
  Store(state + 4, _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace pocketlens::sha256_internal
