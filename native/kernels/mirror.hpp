// Refreshes the mirrors (transposed copies) of a panel tile that was just written.
#pragma once

#include "call.hpp"
#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// Transposes a square of lanes: exchanges between rows `Half` apart, then half of that apart, and so on.
template <class T, int Half = lanes<T> / 2>
HG_INLINE void transpose(Vec<T>* v) {
#pragma GCC unroll 16
  for (int i = 0; i < lanes<T>; i++)
    if (!(i & Half)) exchange<T, Half>(v[i], v[i | Half], Lanes<T>{});
  if constexpr (Half > 1) transpose<T, Half / 2>(v);
}

// d[j][i] = s[i][j] for one square of `lanes` by `lanes`.
template <class T>
HG_INLINE void transpose_square(const T* s, int64_t s_row, T* d, int64_t d_row) {
  constexpr int L = lanes<T>;
  Vec<T> v[L];
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) v[i] = load<T>(s + i * s_row);
  transpose<T>(v);
#pragma GCC unroll 16
  for (int i = 0; i < L; i++) store<T>(d + i * d_row, v[i]);
}

// Rows m…m+rows, columns c…c+width of each mirrored panel. The mirror's panels run along the original's rows, and a
// unit may span several of them. Both have whole squares allocated, so a square that runs past the end reads and writes
// padding.
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
