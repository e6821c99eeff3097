// The two products of training, each with a tape as its epilogue: rows of activations times a weight's panels, and
// the gradient tile of a weight, summed over the rows of a batch.
#pragma once

#include "kernels/mirror.hpp"
#include "kernels/product.hpp"
#include "kernels/tape.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

HG_INLINE void prefetch_tile(const Tape& tape, int64_t bytes) {
  for (int i = 0; i < tape.operand_count; i++) {
    if (!tape.operands[i].panel) continue;
    for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(tape.registers[i] + at, 1, 3);
  }
}

// Rows [begin, end) of out[r, n] = Σ_k a[r, k] b[k, n].
template <class T>
void contract_rows(const Call& call, const Moment&) {
  const int64_t columns = call.columns;
  const T* panel = reinterpret_cast<const T*>(call.b);
  for (int64_t c = 0; c < columns; c += call.panel_width) {
    const int64_t width = columns - c < call.panel_width ? columns - c : call.panel_width;
    const int64_t step = call.tape.tile_rows * call.panel_width / width;
    for (int64_t r = call.begin; r < call.end; r += step) {
      const int64_t rows = call.end - r < step ? call.end - r : step;
      point<T>(call.tape, r, c);
      widen_scratch(call.tape, width);
      const Factor<T> f{reinterpret_cast<const T*>(call.a) + r * call.a_row, call.a_row, 1, panel, width, call.depth};
      product<T, true, false>(f, rows, int(width / lanes<T>), reinterpret_cast<T*>(call.tape.registers[call.anchor]),
                              call.tape.row[call.anchor]);
      run_steps(call.tape, rows, width);
    }
    panel += call.b_row * width;  // b_row: allocated rows of the panel
  }
}

// Units [begin, end) of out[m, n] = Σ_r a[r, m] b[r, n]; a unit is some rows of one panel.
template <class T>
void contract_tile(const Call& call, const Moment& moment) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows;
  const int64_t depth = call.depth < 0 ? moment.count : call.depth;
  for (int64_t u = call.begin; u < call.end; u++) {
    const int64_t c = u / blocks * call.panel_width, m = u % blocks * unit_rows;
    const int64_t width = call.columns - c < call.panel_width ? call.columns - c : call.panel_width;
    const int64_t rows = call.rows - m < unit_rows ? call.rows - m : unit_rows;
    point_panel<T>(call.tape, m, c, width);
    widen_scratch(call.tape, width);
    if (call.far) prefetch_tile(call.tape, rows * width * int64_t(sizeof(T)));
    const Factor<T> f{reinterpret_cast<const T*>(call.a) + m, 1, call.a_row, reinterpret_cast<const T*>(call.b) + c,
                      call.b_row, depth};
    product_blocks<T>(f, rows, int(width / lanes<T>), reinterpret_cast<T*>(call.tape.registers[call.anchor]),
                      call.tape.row[call.anchor]);
    run_steps(call.tape, rows, width);
    refresh_mirrors<T>(call, m, rows, c, width);
  }
}

// Units [begin, end) of a pointwise cone over a panel.
template <class T>
void pointwise_panel(const Call& call, const Moment&) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows;
  for (int64_t u = call.begin; u < call.end; u++) {
    const int64_t c = u / blocks * call.panel_width, m = u % blocks * unit_rows;
    const int64_t width = call.columns - c < call.panel_width ? call.columns - c : call.panel_width;
    const int64_t rows = call.rows - m < unit_rows ? call.rows - m : unit_rows;
    point_panel<T>(call.tape, m, c, width);
    widen_scratch(call.tape, width);
    run_steps(call.tape, rows, width);
    refresh_mirrors<T>(call, m, rows, c, width);
  }
}

// Rows [begin, end) of a pointwise cone over rows of activations.
template <class T>
void pointwise_rows(const Call& call, const Moment&) {
  const Tape& tape = call.tape;
  for (int64_t r = call.begin; r < call.end; r += tape.tile_rows) {
    const int64_t rows = call.end - r < tape.tile_rows ? call.end - r : tape.tile_rows;
    for (int64_t c = 0; c < call.columns; c += tape.tile_columns) {
      const int64_t columns = call.columns - c < tape.tile_columns ? call.columns - c : tape.tile_columns;
      point<T>(tape, r, c);
      widen_scratch(tape, columns);
      run_steps(tape, rows, columns);
    }
  }
}

// Elements [begin, end) of a pointwise cone over a plain vector; the last tile runs on into the padding.
template <class T>
void pointwise_vector(const Call& call, const Moment&) {
  const Tape& tape = call.tape;
  for (int64_t c = call.begin; c < call.end; c += tape.tile_columns) {
    const int64_t left = call.end - c < tape.tile_columns ? call.end - c : tape.tile_columns;
    const int64_t columns = (left + lanes<T> - 1) / lanes<T> * lanes<T>;
    point<T>(tape, 0, c);
    widen_scratch(tape, columns);
    run_steps(tape, 1, columns);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
