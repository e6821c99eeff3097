// Refreshes the transposed copies of a panel tile just written.
#pragma once

#include "call.hpp"
#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// d[j][i] = s[i][j] for one square of `lanes` by `lanes`, by log2(lanes) rounds of exchanges.
template <class T>
HG_INLINE void transpose_square(const T* s, int64_t s_row, T* d, int64_t d_row) {
  constexpr int L = lanes<T>;
  Vec<T> v[L];
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) v[i] = load<T>(s + i * s_row);
#pragma GCC unroll 8
  for (int half = L / 2; half; half /= 2) {
    Ints<T> low{}, high{};
    for (int j = 0; j < L; j++) {
      // After exchanging with the partner row `half` away, element j comes from this row where bit `half` of j
      // agrees with the row's, from the partner where it does not.
      low[j] = j & half ? L + (j ^ half) : j;
      high[j] = j & half ? L + j : (j | half);
    }
#pragma GCC unroll 16
    for (int i = 0; i < L; i++) {
      if (i & half) continue;
      const Vec<T> a = v[i], b = v[i | half];
      v[i] = __builtin_shuffle(a, b, low);
      v[i | half] = __builtin_shuffle(a, b, high);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) store<T>(d + i * d_row, v[i]);
}

// Rows m…m+rows, columns c…c+width of each mirrored panel. The mirror's panels run along the original's rows, and a
// unit may span several of them. Both have rows allocated in whole squares, so a square that runs past the end reads
// and writes padding.
template <class T>
HG_INLINE void refresh_mirrors(const Call& call, int64_t m, int64_t rows, int64_t c, int64_t width) {
  constexpr int L = lanes<T>;
  const int64_t columns = (call.rows + L - 1) / L * L, full = call.panel_width;
  for (int i = 0; i < call.mirror_count; i++) {
    const Mirror& mirror = call.mirrors[i];
    for (int64_t r = m; r < m + rows; r += L) {
      const int64_t start = r / full * full, wide = columns - start < full ? columns - start : full;
      const T* from = reinterpret_cast<const T*>(mirror.from) + c * mirror.from_rows + r * width;
      T* to = reinterpret_cast<T*>(mirror.to) + start * mirror.to_rows + c * wide + (r - start);
      for (int64_t j = 0; j < width; j += L) transpose_square<T>(from + j, width, to + j * wide, wide);
    }
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
