// Copies the rows of a batch from the caller's arrays into padded rows.
#pragma once

#include "call.hpp"
#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T, class S>
HG_INLINE void gather_as(const Call& call, const StepContext& context) {
  const S* data = reinterpret_cast<const S*>(call.a);
  T* out = reinterpret_cast<T*>(call.out);
  for (int64_t r = call.begin; r < call.end; r++) {
    const int64_t row = call.depth ? 0 : context.row_indices ? context.row_indices[r] : context.first_row + r;  // depth: the array has no rows
    const S* from = data + row * call.a_stride;
    // Rows come from anywhere in memory: prefetch a few rows ahead.
    if (context.row_indices && !call.depth && r + 4 < call.end) {
      const char* next = reinterpret_cast<const char*>(data + context.row_indices[r + 4] * call.a_stride);
      for (int64_t at = 0; at < call.columns * int64_t(sizeof(S)) && at < 4096; at += 64) __builtin_prefetch(next + at, 0, 2);
    }
    T* to = out + r * call.out_stride;
    int64_t j = 0;
    if constexpr (sizeof(S) == sizeof(T) && S(0.5) != 0)
      for (; j + lanes<T> <= call.columns; j += lanes<T>) store<T>(to + j, load<T>(from + j));
    for (; j < call.columns; j++) to[j] = T(from[j]);
  }
}

template <class T>
void gather(const Call& call, const StepContext& context) {
  if (context.same_rows) return;
  switch (static_cast<ElementType>(call.variant)) {
    case ElementType::float32: return gather_as<T, float>(call, context);
    case ElementType::float64: return gather_as<T, double>(call, context);
    case ElementType::int64: return gather_as<T, int64_t>(call, context);
    default: return gather_as<T, uint8_t>(call, context);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
