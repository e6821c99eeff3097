// Brings the rows of a batch from the data's own arrays into the engine's padded rows.
#pragma once

#include "call.hpp"
#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T, class S>
HG_INLINE void gather_as(const Call& call, const Moment& moment) {
  const S* data = reinterpret_cast<const S*>(call.a);
  T* out = reinterpret_cast<T*>(call.out);
  for (int64_t r = call.begin; r < call.end; r++) {
    const int64_t row = call.depth ? 0 : moment.rows ? moment.rows[r] : moment.first + r;  // depth: not by rows
    const S* from = data + row * call.a_row;
    // Rows come from anywhere in memory: ask for one a few rows ahead.
    if (moment.rows && !call.depth && r + 4 < call.end) {
      const char* next = reinterpret_cast<const char*>(data + moment.rows[r + 4] * call.a_row);
      for (int64_t at = 0; at < call.columns * int64_t(sizeof(S)) && at < 4096; at += 64) __builtin_prefetch(next + at, 0, 2);
    }
    T* to = out + r * call.out_row;
    int64_t j = 0;
    if constexpr (sizeof(S) == sizeof(T) && S(0.5) != 0)
      for (; j + lanes<T> <= call.columns; j += lanes<T>) store<T>(to + j, load<T>(from + j));
    for (; j < call.columns; j++) to[j] = T(from[j]);
  }
}

template <class T>
void gather(const Call& call, const Moment& moment) {
  if (moment.again) return;
  switch (static_cast<Source>(call.how)) {
    case Source::float32: return gather_as<T, float>(call, moment);
    case Source::float64: return gather_as<T, double>(call, moment);
    case Source::int64: return gather_as<T, int64_t>(call, moment);
    default: return gather_as<T, uint8_t>(call, moment);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
