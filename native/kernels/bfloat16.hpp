// The two products of training with operands rounded to bfloat16, for processors that multiply pairs of them: two
// neighbours along the sum share 32 bits, and one instruction adds both products to a float32 sum. Operands are rounded
// into scratch of the thread's own when they are read; the arrays themselves stay float32.
#pragma once

#include "kernels.hpp"
#include "kernels/products.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

struct Pair {
  uint32_t bits;
};

template <>
struct VectorTraits<Pair> {
  using V = Ints<float>;
};

// Both products are added to the sum without rounding in between; subnormal numbers count as zero.
template <>
struct ProductTraits<Pair> {
  using Sum = float;
  static constexpr int rows = 2;
  static HG_INLINE Vec<float> add(Vec<Pair> a, Vec<Pair> b, Vec<float> sum) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  }
};

template <>
HG_INLINE Vec<Pair> broadcast<Pair>(Pair x) {
  return broadcast_int<float>(int32_t(x.bits));
}

constexpr int L = lanes<float>;
using Shorts = short __attribute__((vector_size(64)));

// Sixteen columns of two rows as sixteen pairs.
HG_INLINE void pair_lines(Vec<float> first, Vec<float> second, Pair* to) {
  constexpr Shorts interleave = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  const __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(second, first);
  store<Pair>(to, (Ints<float>)_mm512_permutexvar_epi16((__m512i)interleave, rounded));
}

// Columns [0, columns) of so many rows, two rows to a line of pairs; an odd last row is paired with zeros.
HG_INLINE void pair_rows(const float* from, int64_t row, int64_t rows, int64_t columns, Pair* to) {
  for (int64_t r = 0; r < rows; r += 2, from += 2 * row, to += columns)
    for (int64_t j = 0; j < columns; j += L)
      pair_lines(load<float>(from + j), r + 1 < rows ? load<float>(from + row + j) : Vec<float>{}, to + j);
}

// The first `count` numbers of a row as pairs of neighbours, with zeros to a whole vector.
HG_INLINE void pair_along(const float* from, int64_t count, Pair* to) {
  for (int64_t k = 0; k < count; k += 2 * L, to += L) {
    const int64_t left = count - k;
    const auto some = [&](int64_t at) {
      const int64_t n = left - at < 0 ? 0 : left - at < L ? left - at : L;
      return _mm512_maskz_loadu_ps(__mmask16((1u << n) - 1), from + k + at);
    };
    store<Pair>(to, (Ints<float>)_mm512_cvtne2ps_pbh(some(L), some(0)));
  }
}

// Rows [begin, end) of out[r, n] = Σ_k a[r, k] b[k, n]. A panel is rounded once for some hundred rows.
inline void contract_rows_rounded(const Call& call, const StepContext&) {
  const int64_t deep = (call.depth + 1) / 2, a_stride = bf16_row_pairs(call.depth);
  Pair* a = reinterpret_cast<Pair*>(call.bf16_pairs);
  Pair* b = a + bf16_block_rows * a_stride;
  for (int64_t from = call.begin; from < call.end; from += bf16_block_rows) {
    const int64_t end = call.end - from < bf16_block_rows ? call.end : from + bf16_block_rows;
    for (int64_t r = from; r < end; r++)
      pair_along(reinterpret_cast<const float*>(call.a) + r * call.a_stride, call.depth, a + (r - from) * a_stride);
    for (int64_t c = 0; c < call.columns; c += call.panel_width) {
      const int64_t columns = call.columns - c < call.panel_width ? call.columns - c : call.panel_width;
      pair_rows(reinterpret_cast<const float*>(call.b) + call.b_stride * c, columns, call.depth, columns, b);
      const int64_t step = call.tape.tile_rows * call.panel_width / columns;
      for (int64_t r = from; r < end; r += step) {
        const int64_t rows = end - r < step ? end - r : step;
        point<float>(call.tape, r, c);
        widen_scratch(call.tape, columns);
        float* out = reinterpret_cast<float*>(call.tape.registers[call.anchor]);
        const ProductOperands<Pair> f{a + (r - from) * a_stride, a_stride, 1, b, columns, deep};
        product<Pair, true, Accumulate::overwrite>(f, rows, int(columns / L), out, call.tape.row_strides[call.anchor]);
        run_instructions(call.tape, rows, columns);
      }
    }
  }
}

// Units [begin, end) of out[m, n] = Σ_r a[r, m] b[r, n]. The columns of b are rounded once per panel, those of a once per
// unit.
inline void contract_tile_rounded(const Call& call, const StepContext& context) {
  const int64_t depth = call.depth < 0 ? context.row_count : call.depth, deep = (depth + 1) / 2;
  Pair* a = reinterpret_cast<Pair*>(call.bf16_pairs);
  Pair* b = a + deep * unit_rows;
  int64_t rounded = -1;
  for (int64_t u = call.begin; u < call.end; u++) {
    const PanelTile t = tile_of(call, u);
    if (t.c != rounded) pair_rows(reinterpret_cast<const float*>(call.b) + t.c, call.b_stride, depth, t.width, b);
    rounded = t.c;
    pair_rows(reinterpret_cast<const float*>(call.a) + t.m, call.a_stride, depth, unit_rows, a);
    point_at<float>(call, t);
    const PrefetchList fetch(call.tape, t.rows * t.width * int64_t(sizeof(float)));
    const ProductOperands<Pair> f{a, 1, unit_rows, b, t.width, deep, fetch.arrays, call.prefetch ? fetch.count : 0};
    float* out = reinterpret_cast<float*>(call.tape.registers[call.anchor]);
    product_blocks<Pair>(f, t.rows, int(t.width / L), out, call.tape.row_strides[call.anchor]);
    if (fold_blocks<float, FoldSum>(call, context, partial_sum_at(call, t), t.rows * t.width, out)) finish<float>(call, t);
  }
}

const Bfloat16Products& products() {
  static const Bfloat16Products table = {contract_rows_rounded, contract_tile_rounded};
  return table;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
