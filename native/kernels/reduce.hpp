// Reductions in an order that depends on the shape alone: along a row by lanes and then a fixed tree, over the rows in
// order, in blocks of 4,096.
#pragma once

#include "kernels/tape.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

struct FoldSum {
  template <class T> static HG_INLINE T start() { return 0; }
  template <class X> static HG_INLINE X join(X a, X b) { return a + b; }
};
struct FoldProduct {
  template <class T> static HG_INLINE T start() { return 1; }
  template <class X> static HG_INLINE X join(X a, X b) { return a * b; }
};
struct FoldMaximum {
  template <class T> static HG_INLINE T start() { return -T(INFINITY); }
  template <class X> static HG_INLINE X join(X a, X b) { return ((a >= b) | (a != a)) ? a : b; }
};
struct FoldMinimum {
  template <class T> static HG_INLINE T start() { return T(INFINITY); }
  template <class X> static HG_INLINE X join(X a, X b) { return ((a <= b) | (a != a)) ? a : b; }
};

// Folds the lanes of a vector as a tree.
template <class T, class F, int Half = lanes<T> / 2>
HG_INLINE T fold_lanes(Vec<T> v) {
  v = F::join(v, rotate_lanes<T, Half>(v, Lanes<T>{}));
  if constexpr (Half > 1) return fold_lanes<T, F, Half / 2>(v);
  else return v[0];
}

// Folds as many rows as there are lanes, each like `fold_lanes`, all at once: lane i of the result is row i. Each round
// exchanges halves between pairs of rows and joins them, which halves the number of vectors.
template <class T, class F, int Half = lanes<T> / 2>
HG_INLINE Vec<T> fold_square(Vec<T>* v) {
#pragma GCC unroll 8
  for (int i = 0; i < Half; i++) {
    exchange<T, Half>(v[i], v[i + Half], Lanes<T>{});
    v[i] = F::join(v[i], v[i + Half]);
  }
  if constexpr (Half > 1) return fold_square<T, F, Half / 2>(v);
  else return v[0];
}

template <class T>
HG_INLINE Ints<T> lane_numbers() {
  Ints<T> n{};
  for (int j = 0; j < lanes<T>; j++) n[j] = j;
  return n;
}

// Folds x[0 … count) into one vector, lane by lane. Reads on into padding, which it masks.
template <class T, class F>
HG_INLINE Vec<T> fold_run(const T* x, int64_t count, Vec<T> sum) {
  constexpr int L = lanes<T>;
  int64_t j = 0;
  for (; j + L <= count; j += L) sum = F::join(sum, load<T>(x + j));
  if (j < count) {
    const Ints<T> inside = lane_numbers<T>() < broadcast_int<T>(typename VectorTraits<T>::Int(count - j));
    sum = F::join(sum, select<T>(inside, load<T>(x + j), broadcast<T>(F::template start<T>())));
  }
  return sum;
}

// Folds each row [begin, end) to one number, then runs a tape over the vector of results.
template <class T, class F>
void reduce_rows(const Call& call, const StepContext&) {
  const Tape& tape = call.tape;
  const Vec<T> start = broadcast<T>(F::template start<T>());
  const T* x = reinterpret_cast<const T*>(call.a);
  for (int64_t r = call.begin; r < call.end; r += tape.tile_columns) {
    const int64_t rows = call.end - r < tape.tile_columns ? call.end - r : tape.tile_columns;
    const int64_t columns = (rows + lanes<T> - 1) / lanes<T> * lanes<T>;
    point<T>(tape, 0, r);
    widen_scratch(tape, columns);
    T* to = reinterpret_cast<T*>(tape.registers[call.anchor]);
    for (int64_t i = 0; i < rows; i += lanes<T>) {
      const int64_t many = rows - i < lanes<T> ? rows - i : lanes<T>;
      Vec<T> v[lanes<T>];
      for (int64_t k = 0; k < lanes<T>; k++) v[k] = start;
      for (int64_t k = 0; k < many; k++) v[k] = fold_run<T, F>(x + (r + i + k) * call.a_stride, call.depth, start);
      store<T>(to + i, fold_square<T, F>(v));
    }
    run_instructions(tape, 1, columns);
  }
}

// Adds this block's numbers in `x` to the partial sums [at, at + count) of the step; returns false while blocks are left.
// After the last block `x` holds the total. Without blocks there is nothing to do.
template <class T, class F>
HG_INLINE bool fold_blocks(const Call& call, const StepContext& context, int64_t at, int64_t count, T* x) {
  if (!call.partial_sums) return true;
  T* partial = reinterpret_cast<T*>(call.partial_sums) + at;
  for (int64_t j = 0; j < count; j += lanes<T>) {
    const Vec<T> block = load<T>(x + j), all = context.block_offset ? F::join(load<T>(partial + j), block) : block;
    store<T>(context.last_block ? x + j : partial + j, all);
  }
  return context.last_block;
}

// Folds columns [begin, end) over the rows, then runs a tape over the vector of results.
template <class T, class F>
void reduce_columns(const Call& call, const StepContext& context) {
  constexpr int L = lanes<T>;
  const Tape& tape = call.tape;
  const T* x = reinterpret_cast<const T*>(call.a);
  const int64_t depth = call.depth < 0 ? context.row_count : call.depth;
  const Vec<T> start = broadcast<T>(F::template start<T>());
  for (int64_t c = call.begin; c < call.end; c += tape.tile_columns) {
    const int64_t left = call.end - c < tape.tile_columns ? call.end - c : tape.tile_columns;
    const int64_t columns = (left + L - 1) / L * L;
    point<T>(tape, 0, c);
    widen_scratch(tape, columns);
    T* to = reinterpret_cast<T*>(tape.registers[call.anchor]);
    for (int64_t j = 0; j < columns; j += 4 * L) {
      const int n = int((columns - j) / L < 4 ? (columns - j) / L : 4);
      Vec<T> total[4] = {start, start, start, start};
      for (int64_t from = 0; from < depth; from += row_block) {
        const int64_t until = depth - from < row_block ? depth : from + row_block;
        Vec<T> sum[4] = {start, start, start, start};
        const T* p = x + from * call.a_stride + c + j;
        if (n == 4) {
          for (int64_t r = from; r < until; r++, p += call.a_stride)
#pragma GCC unroll 4
            for (int k = 0; k < 4; k++) sum[k] = F::join(sum[k], load<T>(p + k * L));
        } else {
          for (int k = 0; k < n; k++) {
            const T* q = p + k * L;
            for (int64_t r = from; r < until; r++, q += call.a_stride) sum[k] = F::join(sum[k], load<T>(q));
          }
        }
        for (int k = 0; k < n; k++) total[k] = F::join(total[k], sum[k]);
      }
      for (int k = 0; k < n; k++) store<T>(to + j + k * L, total[k]);
    }
    if (fold_blocks<T, F>(call, context, c, columns, to)) run_instructions(tape, 1, columns);
  }
}

// Folds a vector to one number, then runs a tape over it.
template <class T, class F>
void reduce_all(const Call& call, const StepContext& context) {
  const T* x = reinterpret_cast<const T*>(call.a);
  const int64_t depth = call.depth < 0 ? context.row_count : call.depth;
  T total = F::template start<T>();
  for (int64_t from = 0; from < depth; from += row_block) {
    const int64_t count = depth - from < row_block ? depth - from : row_block;
    total = F::join(total, fold_lanes<T, F>(fold_run<T, F>(x + from, count, broadcast<T>(F::template start<T>()))));
  }
  point<T>(call.tape, 0, 0);
  widen_scratch(call.tape, lanes<T>);
  T* to = reinterpret_cast<T*>(call.tape.registers[call.anchor]);
  *to = total;
  if (fold_blocks<T, F>(call, context, 0, lanes<T>, to)) run_instructions(call.tape, 1, lanes<T>);
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
