// Counter-based uniform numbers: Philox 4×32-10 (J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as
// easy as 1, 2, 3, SC 2011). A number depends on seed, step, stream and its position alone, so any thread may draw it.
#include "general/array.hpp"

namespace hagang {

namespace {

struct Block {
  uint32_t w[4];
};

Block philox(Block counter, uint32_t k0, uint32_t k1) {
  uint32_t* c = counter.w;
  for (int turn = 0; turn < 10; turn++) {
    const uint64_t first = uint64_t(0xD2511F53) * c[0], second = uint64_t(0xCD9E8D57) * c[2];
    const Block next = {{uint32_t(second >> 32) ^ c[1] ^ k0, uint32_t(second), uint32_t(first >> 32) ^ c[3] ^ k1, uint32_t(first)}};
    counter = next;
    k0 += 0x9E3779B9, k1 += 0xBB67AE85;
  }
  return counter;
}

double scalar_at(const Array& x) { return x.bits == 64 ? *x.as<double>() : double(*x.as<float>()); }

// The upper 24 bits of a word, or 53 bits of two words, scaled to [0, 1).
float unit(const Block& b, int64_t e, float) { return float(b.w[e & 3] >> 8) * 0x1p-24f; }
double unit(const Block& b, int64_t e, double) {
  const int i = int(e & 1) * 2;
  return double((uint64_t(b.w[i] >> 5) << 26) + (b.w[i + 1] >> 6)) * 0x1p-53;
}

}  // namespace

// numbers: stream, the position of the first element, and the numbers from one row of the first axis to the next.
template <class T>
void general_random(const GeneralCall& call) {
  const Array& out = call.arrays[0];
  const uint64_t seed = uint64_t(int64_t(scalar_at(call.arrays[1]))), step = uint64_t(int64_t(scalar_at(call.arrays[2])));
  constexpr int64_t each = sizeof(T) == 4 ? 4 : 2;
  int64_t e = call.numbers[1] + (call.by_rows ? call.block_offset * call.numbers[2] : 0);
  const int64_t count = out.rank() ? out.dims.back() : 1, stride = out.rank() ? out.strides.back() : 1;
  Block block{};
  int64_t held = -1;
  walk(out.dims, {&out.strides}, out.rank() ? 1 : 0, [&](const int64_t* at) {
    for (int64_t i = 0; i < count; i++, e++) {
      if (e / each != held) {
        held = e / each;
        block = philox({{uint32_t(held), uint32_t(call.numbers[0]), uint32_t(step), uint32_t(step >> 32)}}, uint32_t(seed), uint32_t(seed >> 32));
      }
      out.as<T>()[at[0] + i * stride] = unit(block, e, T(0));
    }
  });
}

template void general_random<float>(const GeneralCall&);
template void general_random<double>(const GeneralCall&);

}  // namespace hagang
