// Matrix products on register tiles: out[m, n] = Σ_k a(m, k) b[k, n].
//
// b's rows are contiguous along n (a weight's panel, or rows of activations); a is read one number at a time. Each
// element of the result is one sequence of multiply–adds over k, so its bits do not depend on how rows are grouped into
// tiles or divided among threads.
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

static_assert(tallest[panel_vectors] == hagang::row_group);

template <class T>
constexpr int panel_columns = panel_vectors * lanes<T>;

// The type in which products of two T's are summed, how one is added, and how many steps of the sum it stands for.
template <class T>
struct ProductTraits {
  using Sum = T;
  static constexpr int rows = 1;
  static HG_INLINE Vec<T> add(Vec<T> a, Vec<T> b, Vec<T> sum) { return fma(a, b, sum); }
};
template <class T>
using Sum = typename ProductTraits<T>::Sum;

// Cache lines that will be needed next, prefetched one per step of k; the last again and again.
struct PrefetchRange {
  const char* from;
  const char* last;
};

template <class T>
struct ProductOperands {
  const T* a;
  int64_t a_stride, a_step;  // from one m to the next, from one k to the next
  const T* b;
  int64_t b_stride;  // from one k to the next
  int64_t depth;
  const PrefetchRange* ahead = nullptr;  // one for each group of rows
  int ahead_count = 0;
};

// What becomes of a tile's sums, which start from zero.
enum class Accumulate { overwrite, add };

// One tile of M rows and N vectors. `Along` says that a is contiguous along k (a_step == 1), otherwise along m
// (a_stride == 1), so that one of the two strides is a compile-time constant.
template <class T, int M, int N, bool Along, Accumulate How>
void product_tile(const ProductOperands<T>& f, Sum<T>* out, int64_t out_stride) {
  constexpr int L = lanes<T>;
  Vec<Sum<T>> sum[M][N];
#pragma GCC unroll 16
  for (int m = 0; m < M; m++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++)
      sum[m][n] = Vec<Sum<T>>{};
  const T* a = f.a;
  const T* b = f.b;
  const int64_t a_stride = Along ? f.a_stride : 1, a_step = Along ? 1 : f.a_step, b_stride = f.b_stride;
  PrefetchRange ahead = f.ahead_count ? *f.ahead : PrefetchRange{reinterpret_cast<const char*>(f.b), nullptr};
  for (int64_t k = 0; k < f.depth; k++, a += a_step, b += b_stride) {
    if constexpr (N == panel_vectors && !Along) {
      __builtin_prefetch(ahead.from, 1, 3);
      ahead.from += ahead.from < ahead.last ? 64 : 0;
    }
    Vec<T> row[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) row[n] = load<T>(b + n * L);
#pragma GCC unroll 16
    for (int m = 0; m < M; m++) {
      const Vec<T> one = broadcast<T>(a[m * a_stride]);
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) sum[m][n] = ProductTraits<T>::add(one, row[n], sum[m][n]);
    }
  }
#pragma GCC unroll 16
  for (int m = 0; m < M; m++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) {
      Sum<T>* to = out + m * out_stride + n * L;
      if constexpr (How == Accumulate::add) store<Sum<T>>(to, load<Sum<T>>(to) + sum[m][n]);
      else store<Sum<T>>(to, sum[m][n]);
    }
}

template <class T>
using TileFunction = void (*)(const ProductOperands<T>&, Sum<T>*, int64_t);

template <class T, bool Along, Accumulate How, int N, int... M>
struct TileRow {
  static constexpr TileFunction<T> functions[] = {nullptr, product_tile<T, M, N, Along, How>...};
};

// Rows are grouped as evenly as the tallest tile allows.
template <class T, bool Along, Accumulate How, int N, int... M>
HG_INLINE void product_rows(ProductOperands<T> f, int64_t rows, Sum<T>* out, int64_t out_stride) {
  const int64_t groups = (rows + tallest[N] - 1) / tallest[N];
  int64_t from = 0;
  for (int64_t g = 1; g <= groups; g++) {
    const int64_t to = rows * g / groups;
    TileRow<T, Along, How, N, M...>::functions[to - from](f, out + from * out_stride, out_stride);
    f.a += (to - from) * (Along ? f.a_stride : 1);
    if (f.ahead_count) f.ahead++, f.ahead_count--;
    from = to;
  }
}

template <class T, bool Along, Accumulate How>
inline void product(const ProductOperands<T>& f, int64_t rows, int vectors, Sum<T>* out, int64_t out_stride) {
  switch (vectors) {
#if defined(__AVX512F__) || defined(__aarch64__)
    case 1: return product_rows<T, Along, How, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14>(f, rows, out, out_stride);
    case 2: return product_rows<T, Along, How, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>(f, rows, out, out_stride);
    case 3: return product_rows<T, Along, How, 3, 1, 2, 3, 4, 5, 6, 7, 8>(f, rows, out, out_stride);
    default: return product_rows<T, Along, How, 4, 1, 2, 3, 4, 5, 6>(f, rows, out, out_stride);
#else
    case 1: return product_rows<T, Along, How, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>(f, rows, out, out_stride);
    default: return product_rows<T, Along, How, 2, 1, 2, 3, 4, 5, 6>(f, rows, out, out_stride);
#endif
  }
}

// A sum over rows in blocks, each from zero, folded in order: accurate for long batches, and the same for every number
// of threads because the blocks depend on the shape alone.
template <class T>
inline void product_blocks(ProductOperands<T> f, int64_t rows, int vectors, Sum<T>* out, int64_t out_stride) {
  constexpr int64_t block = row_block / ProductTraits<T>::rows;
  const int64_t depth = f.depth;
  f.depth = depth < block ? depth : block;
  product<T, false, Accumulate::overwrite>(f, rows, vectors, out, out_stride);
  for (int64_t k = block; k < depth; k += block) {
    f.a += block * f.a_step;
    f.b += block * f.b_stride;
    f.depth = depth - k < block ? depth - k : block;
    product<T, false, Accumulate::add>(f, rows, vectors, out, out_stride);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
