// Matrix products on register tiles: out[m, n] = Σ_k a(m, k) b[k, n].
//
// b's rows are contiguous along n (a weight's panel, or rows of activations), a is read one number at a time. Each
// element of the result is one chain of multiply–adds over k in order, so its bits do not depend on how rows are
// grouped into tiles or dealt to threads.
#pragma once

#include "call.hpp"
#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// Vectors in a full panel, and the tallest tile for each width: accumulators, the row of b and one number of a must
// fit in 32 registers with AVX-512 and NEON, in 16 otherwise.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int panel_vectors = 4;
constexpr int tallest[panel_vectors + 1] = {0, 14, 12, 8, 6};
#else
constexpr int panel_vectors = 2;
constexpr int tallest[panel_vectors + 1] = {0, 12, 6};
#endif

static_assert(tallest[panel_vectors] == hagang::group_rows);

template <class T>
constexpr int panel_columns = panel_vectors * lanes<T>;

// What products of two T's are summed in, how one is added, and how many steps of the sum it is.
template <class T>
struct Terms {
  using Sum = T;
  static constexpr int rows = 1;
  static HG_INLINE Vec<T> add(Vec<T> a, Vec<T> b, Vec<T> sum) { return fma(a, b, sum); }
};
template <class T>
using Sum = typename Terms<T>::Sum;

// Cache lines that will be needed next and are asked for meanwhile, one a step of k; the last again and again.
struct Ahead {
  const char* from;
  const char* last;
};

template <class T>
struct Factor {
  const T* a;
  int64_t a_row, a_step;  // from one m to the next, from one k to the next
  const T* b;
  int64_t b_row;  // from one k to the next
  int64_t depth;
  const Ahead* ahead = nullptr;  // one for each group of rows
  int ahead_count = 0;
};

// What becomes of a tile's chains, which begin from zero: written, or added to what was written before.
enum class Chain { fresh, added };

// One tile of M rows and N vectors. `Along` says that a's k are neighbours (a_step == 1), otherwise its m are
// (a_row == 1), so that one of the two strides is known when compiling.
template <class T, int M, int N, bool Along, Chain How>
void product_tile(const Factor<T>& f, Sum<T>* out, int64_t out_row) {
  constexpr int L = lanes<T>;
  Vec<Sum<T>> sum[M][N];
#pragma GCC unroll 16
  for (int m = 0; m < M; m++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++)
      sum[m][n] = Vec<Sum<T>>{};
  const T* a = f.a;
  const T* b = f.b;
  const int64_t a_row = Along ? f.a_row : 1, a_step = Along ? 1 : f.a_step, b_row = f.b_row;
  Ahead ahead = f.ahead_count ? *f.ahead : Ahead{reinterpret_cast<const char*>(f.b), nullptr};
  for (int64_t k = 0; k < f.depth; k++, a += a_step, b += b_row) {
    if constexpr (N == panel_vectors && !Along) {
      __builtin_prefetch(ahead.from, 1, 3);
      ahead.from += ahead.from < ahead.last ? 64 : 0;
    }
    Vec<T> row[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) row[n] = load<T>(b + n * L);
#pragma GCC unroll 16
    for (int m = 0; m < M; m++) {
      const Vec<T> one = spread<T>(a[m * a_row]);
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) sum[m][n] = Terms<T>::add(one, row[n], sum[m][n]);
    }
  }
#pragma GCC unroll 16
  for (int m = 0; m < M; m++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) {
      Sum<T>* to = out + m * out_row + n * L;
      if constexpr (How == Chain::added) store<Sum<T>>(to, load<Sum<T>>(to) + sum[m][n]);
      else store<Sum<T>>(to, sum[m][n]);
    }
}

template <class T>
using TileFunction = void (*)(const Factor<T>&, Sum<T>*, int64_t);

template <class T, bool Along, Chain How, int N, int... M>
struct TileRow {
  static constexpr TileFunction<T> functions[] = {nullptr, product_tile<T, M, N, Along, How>...};
};

// Rows are grouped as evenly as the tallest tile allows.
template <class T, bool Along, Chain How, int N, int... M>
HG_INLINE void product_rows(Factor<T> f, int64_t rows, Sum<T>* out, int64_t out_row) {
  const int64_t groups = (rows + tallest[N] - 1) / tallest[N];
  int64_t from = 0;
  for (int64_t g = 1; g <= groups; g++) {
    const int64_t to = rows * g / groups;
    TileRow<T, Along, How, N, M...>::functions[to - from](f, out + from * out_row, out_row);
    f.a += (to - from) * (Along ? f.a_row : 1);
    if (f.ahead_count) f.ahead++, f.ahead_count--;
    from = to;
  }
}

template <class T, bool Along, Chain How>
inline void product(const Factor<T>& f, int64_t rows, int vectors, Sum<T>* out, int64_t out_row) {
  switch (vectors) {
#if defined(__AVX512F__) || defined(__aarch64__)
    case 1: return product_rows<T, Along, How, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14>(f, rows, out, out_row);
    case 2: return product_rows<T, Along, How, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>(f, rows, out, out_row);
    case 3: return product_rows<T, Along, How, 3, 1, 2, 3, 4, 5, 6, 7, 8>(f, rows, out, out_row);
    default: return product_rows<T, Along, How, 4, 1, 2, 3, 4, 5, 6>(f, rows, out, out_row);
#else
    case 1: return product_rows<T, Along, How, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>(f, rows, out, out_row);
    default: return product_rows<T, Along, How, 2, 1, 2, 3, 4, 5, 6>(f, rows, out, out_row);
#endif
  }
}

// A sum over rows in blocks, each from zero, folded in order: accurate for long batches, the same for every number
// of threads because the blocks follow from the shape.
template <class T>
inline void product_blocks(Factor<T> f, int64_t rows, int vectors, Sum<T>* out, int64_t out_row) {
  constexpr int64_t block = row_block / Terms<T>::rows;
  const int64_t depth = f.depth;
  f.depth = depth < block ? depth : block;
  product<T, false, Chain::fresh>(f, rows, vectors, out, out_row);
  for (int64_t k = block; k < depth; k += block) {
    f.a += block * f.a_step;
    f.b += block * f.b_row;
    f.depth = depth - k < block ? depth - k : block;
    product<T, false, Chain::added>(f, rows, vectors, out, out_row);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
