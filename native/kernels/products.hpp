// The two products of training, each with a tape as its epilogue: rows of activations times a weight's panels, and a
// weight's gradient, tile by tile, summed over the rows of a batch.
#pragma once

#include "kernels/mirror.hpp"
#include "kernels/product.hpp"
#include "kernels/reduce.hpp"
#include "kernels/tape.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// The arrays of a panel's tile, to be prefetched while its product is computed.
struct PrefetchList {
  static constexpr int most = 8;
  PrefetchRange arrays[most];
  int count = 0;

  PrefetchList(const Tape& tape, int64_t bytes) {
    for (int i = 0; i < tape.operand_count && count < most; i++)
      if (tape.operands[i].panel_rows) arrays[count++] = {tape.registers[i], tape.registers[i] + bytes - 64};
  }
};

// Rows [begin, end) of out[r, n] = Σ_k a[r, k] b[k, n]: a few panels at a time, side by side in one tile, so that the
// tape has long rows.
template <class T>
void contract_rows(const Call& call, const StepContext&) {
  const int64_t full = call.tape.tile_columns;
  for (int64_t c = 0; c < call.columns; c += full) {
    const int64_t columns = call.columns - c < full ? call.columns - c : full, step = call.tape.tile_rows * full / columns;
    for (int64_t r = call.begin; r < call.end; r += step) {
      const int64_t rows = call.end - r < step ? call.end - r : step;
      point<T>(call.tape, r, c);
      widen_scratch(call.tape, columns);
      T* out = reinterpret_cast<T*>(call.tape.registers[call.anchor]);
      for (int64_t p = 0; p < columns; p += call.panel_width) {
        const int64_t width = columns - p < call.panel_width ? columns - p : call.panel_width;
        const T* panel = reinterpret_cast<const T*>(call.b) + call.b_stride * (c + p);  // b_stride: allocated rows of a panel
        const ProductOperands<T> f{reinterpret_cast<const T*>(call.a) + r * call.a_stride, call.a_stride, 1, panel, width, call.depth};
        product<T, true, Accumulate::overwrite>(f, rows, int(width / lanes<T>), out + p, call.tape.row_strides[call.anchor]);
      }
      run_instructions(call.tape, rows, columns);
    }
  }
}

// Some rows of one panel.
struct PanelTile {
  int64_t m, rows, c, width;
};

// A unit's tile. Units run down one panel before the next, so that what a product reads of the panel stays in cache.
HG_INLINE PanelTile tile_of(const Call& call, int64_t unit) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows, m = unit % blocks * unit_rows, c = unit / blocks * call.panel_width;
  return {m, call.rows - m < unit_rows ? call.rows - m : unit_rows, c, call.columns - c < call.panel_width ? call.columns - c : call.panel_width};
}

// Where a tile's numbers lie among the partial sums.
HG_INLINE int64_t partial_sum_at(const Call& call, const PanelTile& t) {
  return (call.rows + unit_rows - 1) / unit_rows * unit_rows * t.c + t.m * t.width;
}

template <class T>
HG_INLINE void point_at(const Call& call, const PanelTile& t) {
  point_panel<T>(call.tape, t.m, t.c, t.width);
  widen_scratch(call.tape, t.width);
}

template <class T>
HG_INLINE void finish(const Call& call, const PanelTile& t) {
  run_instructions(call.tape, t.rows, t.width);
  refresh_mirrors<T>(call, t.m, t.rows, t.c, t.width);
}

// Units [begin, end) of out[m, n] = Σ_r a[r, m] b[r, n].
template <class T>
void contract_tile(const Call& call, const StepContext& context) {
  const int64_t depth = call.depth < 0 ? context.row_count : call.depth;
  for (int64_t u = call.begin; u < call.end; u++) {
    const PanelTile t = tile_of(call, u);
    point_at<T>(call, t);
    const PrefetchList fetch(call.tape, t.rows * t.width * int64_t(sizeof(T)));
    const ProductOperands<T> f{reinterpret_cast<const T*>(call.a) + t.m, 1, call.a_stride, reinterpret_cast<const T*>(call.b) + t.c,
                      call.b_stride, depth, fetch.arrays, call.prefetch ? fetch.count : 0};
    T* out = reinterpret_cast<T*>(call.tape.registers[call.anchor]);
    product_blocks<T>(f, t.rows, int(t.width / lanes<T>), out, call.tape.row_strides[call.anchor]);
    if (fold_blocks<T, FoldSum>(call, context, partial_sum_at(call, t), t.rows * t.width, out)) finish<T>(call, t);
  }
}

// Units [begin, end) of a pointwise expression over a panel.
template <class T>
void pointwise_panel(const Call& call, const StepContext&) {
  for (int64_t u = call.begin; u < call.end; u++) {
    const PanelTile t = tile_of(call, u);
    point_at<T>(call, t);
    finish<T>(call, t);
  }
}

// Rows [begin, end) of a pointwise expression over rows of activations.
template <class T>
void pointwise_rows(const Call& call, const StepContext&) {
  const Tape& tape = call.tape;
  for (int64_t r = call.begin; r < call.end; r += tape.tile_rows) {
    const int64_t rows = call.end - r < tape.tile_rows ? call.end - r : tape.tile_rows;
    for (int64_t c = 0; c < call.columns; c += tape.tile_columns) {
      const int64_t columns = call.columns - c < tape.tile_columns ? call.columns - c : tape.tile_columns;
      point<T>(tape, r, c);
      widen_scratch(tape, columns);
      run_instructions(tape, rows, columns);
    }
  }
}

// Elements [begin, end) of a pointwise expression over a plain vector; the last tile runs on into the padding.
template <class T>
void pointwise_vector(const Call& call, const StepContext&) {
  const Tape& tape = call.tape;
  for (int64_t c = call.begin; c < call.end; c += tape.tile_columns) {
    const int64_t left = call.end - c < tape.tile_columns ? call.end - c : tape.tile_columns;
    const int64_t columns = (left + lanes<T> - 1) / lanes<T> * lanes<T>;
    point<T>(tape, 0, c);
    widen_scratch(tape, columns);
    run_instructions(tape, 1, columns);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
