// The two products of training, each with a tape as its epilogue: rows of activations times a weight's panels, and
// the gradient tile of a weight, summed over the rows of a batch.
#pragma once

#include "kernels/mirror.hpp"
#include "kernels/product.hpp"
#include "kernels/reduce.hpp"
#include "kernels/tape.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// The arrays of a panel's tile, to be fetched while its product is made.
struct Fetch {
  static constexpr int most = 8;
  Ahead arrays[most];
  int count = 0;

  Fetch(const Tape& tape, int64_t bytes) {
    for (int i = 0; i < tape.operand_count && count < most; i++)
      if (tape.operands[i].panel) arrays[count++] = {tape.registers[i], tape.registers[i] + bytes - 64};
  }
};

// Rows [begin, end) of out[r, n] = Σ_k a[r, k] b[k, n]: a few panels at a time, side by side in one tile, so that the
// tape has long rows.
template <class T>
void contract_rows(const Call& call, const Moment&) {
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
        const T* panel = reinterpret_cast<const T*>(call.b) + call.b_row * (c + p);  // b_row: allocated rows of a panel
        const Factor<T> f{reinterpret_cast<const T*>(call.a) + r * call.a_row, call.a_row, 1, panel, width, call.depth};
        product<T, true, Chain::fresh>(f, rows, int(width / lanes<T>), out + p, call.tape.row[call.anchor]);
      }
      run_steps(call.tape, rows, columns);
    }
  }
}

// Some rows of one panel.
struct PanelTile {
  int64_t m, rows, c, width;
};

// The tiles of a unit: some rows of a stripe of panels.
template <class F>
HG_INLINE void each_tile(const Call& call, int64_t unit, F&& f) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows, stripe = unit / blocks * call.stripe;
  const int64_t m = unit % blocks * unit_rows, rows = call.rows - m < unit_rows ? call.rows - m : unit_rows;
  const int64_t end = call.columns - stripe < call.stripe ? call.columns : stripe + call.stripe;
  for (int64_t c = stripe; c < end; c += call.panel_width)
    f(PanelTile{m, rows, c, end - c < call.panel_width ? end - c : call.panel_width});
}

// Where a tile's numbers lie among those kept between the blocks of a step: each group of units by itself, its tiles in
// the order in which they are made.
HG_INLINE int64_t sum_of(const Call& call, int64_t m, int64_t c) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows, stripe = c / call.stripe * call.stripe;
  const int64_t end = call.columns - stripe < call.stripe ? call.columns - stripe : call.stripe;
  const int64_t panels = (end + call.panel_width - 1) / call.panel_width;
  const int64_t tile = m / unit_rows * panels + (c - stripe) / call.panel_width;
  return (stripe / call.panel_width * blocks + tile) * unit_rows * call.panel_width;
}

template <class T>
HG_INLINE void point_at(const Call& call, const PanelTile& t) {
  point_panel<T>(call.tape, t.m, t.c, t.width);
  widen_scratch(call.tape, t.width);
}

template <class T>
HG_INLINE void finish(const Call& call, const PanelTile& t) {
  run_steps(call.tape, t.rows, t.width);
  refresh_mirrors<T>(call, t.m, t.rows, t.c, t.width);
}

// --- the sum over rows on packed operands ---
//
// Rows of a batch lie far apart, so a tile that reads some columns of each would use a cache line here and a line there
// of both operands. Where they are many they are copied first: some hundred rows of a stripe's columns of b, and of as
// many columns of a, each in panels of their own that are read from front to end.

template <class T>
constexpr int64_t packed_m = packed_units / int64_t(sizeof(T));
template <class T>
constexpr int64_t packed_n = stripe_bytes / int64_t(sizeof(T));
template <class T>
constexpr int64_t packed_apart = packed_rows + 64 / int64_t(sizeof(T));  // rows from panel to panel: not a power of two

// Columns [0, columns) of so many rows, in panels of W, the last of which may be narrower.
template <class T, int W>
HG_INLINE void pack(const T* from, int64_t row, int64_t rows, int64_t columns, T* to) {
  const int64_t whole = columns / W * W, rest = columns - whole;
  for (int64_t r = 0; r < rows; r++, from += row) {
    for (int64_t c = 0; c < whole; c += W) {
      __builtin_prefetch(from + 4 * row + c);
      T* line = to + c * packed_apart<T> + r * W;
#pragma GCC unroll 8
      for (int j = 0; j < W; j += lanes<T>) store<T>(line + j, load<T>(from + c + j));
    }
    T* line = to + whole * packed_apart<T> + r * rest;
    for (int64_t j = 0; j < rest; j += lanes<T>) store<T>(line + j, load<T>(from + whole + j));
  }
}

// The chains of one tile over the packed rows [k, k + f.depth) of the step: in `sum` within the first block of rows,
// later in `part`, which is added to `sum` at a block's end; `ends` where no rows of this call are left.
template <class T>
HG_INLINE void packed_tile(const Factor<T>& f, const PanelTile& t, int64_t k, bool ends, T* sum, T* part, int64_t sum_row) {
  const int vectors = int(t.width / lanes<T>);
  T* to = k < row_block ? sum : part;
  if (k % row_block == 0) product<T, false, Chain::fresh>(f, t.rows, vectors, to, sum_row);
  else product<T, false, Chain::resumed>(f, t.rows, vectors, to, sum_row);
  if (to == part && (ends || (k + f.depth) % row_block == 0))
    for (int64_t j = 0; j < t.rows * t.width; j += lanes<T>) store<T>(sum + j, load<T>(sum + j) + load<T>(part + j));
}

// Units [first, first + count), all of one stripe; `fresh` where the units before were of another.
template <class T>
void contract_group(const Call& call, const Moment& moment, int64_t first, int64_t count, int64_t depth, bool fresh) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows, m = first % blocks * unit_rows, c = first / blocks * call.stripe;
  const int64_t columns = call.columns - c < call.stripe ? call.columns - c : call.stripe, tile = unit_rows * call.panel_width;
  T* a = reinterpret_cast<T*>(call.packed);
  T* b = a + packed_m<T> * packed_apart<T>;
  T* parts = b + packed_n<T> * packed_apart<T>;
  T* sums = call.sums ? reinterpret_cast<T*>(call.sums) + sum_of(call, m, c) : parts + packed_m<T> * packed_n<T>;
  const bool at_once = depth <= packed_rows && !call.sums;
  for (int64_t k = 0; k == 0 || k < depth; k += packed_rows) {
    const int64_t deep = depth - k < packed_rows ? depth - k : packed_rows;
    pack<T, unit_rows>(reinterpret_cast<const T*>(call.a) + k * call.a_row + m, call.a_row, deep, count * unit_rows, a);
    if (fresh || !at_once) pack<T, panel_columns<T>>(reinterpret_cast<const T*>(call.b) + k * call.b_row + c, call.b_row, deep, columns, b);
    for (int64_t u = 0, number = 0; u < count; u++)
      each_tile(call, first + u, [&](const PanelTile& t) {
        const bool ends = k + deep >= depth, last = ends && (moment.last || !call.sums);
        if (last) point_at<T>(call, t);
        const Fetch fetch(call.tape, last && call.far ? t.rows * t.width * int64_t(sizeof(T)) : 0);
        T* out = reinterpret_cast<T*>(call.tape.registers[call.anchor]);
        T* sum = at_once ? out : sums + number * tile;
        const Factor<T> f{a + u * unit_rows * packed_apart<T>, 1, unit_rows, b + (t.c - c) * packed_apart<T>, t.width, deep, fetch.arrays, last && call.far ? fetch.count : 0};
        packed_tile<T>(f, t, k + (call.sums ? moment.offset : 0), ends, sum, parts + number * tile, at_once ? call.tape.row[call.anchor] : t.width);
        number++;
        if (!last) return;
        if (!at_once) std::memcpy(out, sum, size_t(t.rows * t.width) * sizeof(T));
        finish<T>(call, t);
      });
  }
}

template <class T>
void contract_packed(const Call& call, const Moment& moment, int64_t depth) {
  const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows, most = packed_m<T> / unit_rows;
  for (int64_t u = call.begin, count; u < call.end; u += count) {
    count = blocks - u % blocks < most ? blocks - u % blocks : most;
    if (count > call.end - u) count = call.end - u;
    contract_group<T>(call, moment, u, count, depth, u == call.begin || u % blocks == 0);
  }
}

// Units [begin, end) of out[m, n] = Σ_r a[r, m] b[r, n].
template <class T>
void contract_tile(const Call& call, const Moment& moment) {
  const int64_t depth = call.depth < 0 ? moment.count : call.depth;
  if (call.packed) return contract_packed<T>(call, moment, depth);
  for (int64_t u = call.begin; u < call.end; u++)
    each_tile(call, u, [&](const PanelTile& t) {
      point_at<T>(call, t);
      const Fetch fetch(call.tape, t.rows * t.width * int64_t(sizeof(T)));
      const Factor<T> f{reinterpret_cast<const T*>(call.a) + t.m, 1, call.a_row, reinterpret_cast<const T*>(call.b) + t.c,
                        call.b_row, depth, fetch.arrays, call.far ? fetch.count : 0};
      T* out = reinterpret_cast<T*>(call.tape.registers[call.anchor]);
      product_blocks<T>(f, t.rows, int(t.width / lanes<T>), out, call.tape.row[call.anchor]);
      if (fold_blocks<T, FoldSum>(call, moment, sum_of(call, t.m, t.c), t.rows * t.width, out)) finish<T>(call, t);
    });
}

// Units [begin, end) of a pointwise cone over a panel.
template <class T>
void pointwise_panel(const Call& call, const Moment&) {
  for (int64_t u = call.begin; u < call.end; u++)
    each_tile(call, u, [&](const PanelTile& t) {
      point_at<T>(call, t);
      finish<T>(call, t);
    });
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
