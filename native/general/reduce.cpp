// Reductions and running sums over any strides: one chain an element, in row-major order.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "general/array.hpp"

namespace hagang {

namespace {

template <class T, class F>
void fold_axes(const Array& out, const Array& in, size_t kept, T start, F join) {
  const std::vector<int64_t> outer(in.strides.begin(), in.strides.begin() + long(kept));
  const std::vector<int64_t> dims(in.dims.begin() + long(kept), in.dims.end());
  const std::vector<int64_t> strides(in.strides.begin() + long(kept), in.strides.end());
  const int64_t count = dims.empty() ? 1 : dims.back(), step = strides.empty() ? 0 : strides.back();
  walk(out.dims, {&out.strides, &outer}, 0, [&](const int64_t* at) {
    T total = start;
    walk(dims, {&strides}, dims.empty() ? 0 : 1, [&](const int64_t* inside) {
      const T* x = in.as<T>() + at[1] + inside[0];
      for (int64_t from = 0; from < count; from += row_block) {
        const int64_t until = count - from < row_block ? count : from + row_block;
        T sum = start;
        for (int64_t i = from; i < until; i++) sum = join(sum, x[i * step]);
        total = join(total, sum);
      }
    });
    out.as<T>()[at[0]] = total;
  });
}

}  // namespace

template <class T>
void general_reduce(const GeneralCall& call) {
  const Array &out = call.arrays[0], &in = call.arrays[1];
  const size_t kept = size_t(out.rank());
  const T infinity = T(INFINITY);
  switch (Fold(call.numbers[0])) {
    case Fold::sum: return fold_axes<T>(out, in, kept, T(0), [](T a, T b) { return a + b; });
    case Fold::product: return fold_axes<T>(out, in, kept, T(1), [](T a, T b) { return a * b; });
    case Fold::maximum: return fold_axes<T>(out, in, kept, -infinity, [](T a, T b) { return a >= b || a != a ? a : b; });
    case Fold::minimum: return fold_axes<T>(out, in, kept, infinity, [](T a, T b) { return a <= b || a != a ? a : b; });
  }
}

// The first of the largest; a NaN counts as the largest, as in NumPy. Positions are whole float64 numbers.
template <class T>
void general_argmax(const GeneralCall& call) {
  const Array &out = call.arrays[0], &in = call.arrays[1];
  const std::vector<int64_t> outer(in.strides.begin(), in.strides.end() - 1);
  const int64_t count = in.dims.back(), step = in.strides.back();
  walk(out.dims, {&out.strides, &outer}, 0, [&](const int64_t* at) {
    const T* x = in.as<T>() + at[1];
    int64_t best = 0;
    for (int64_t i = 1; i < count; i++)
      if (x[best * step] == x[best * step] && !(x[i * step] <= x[best * step])) best = i;
    if (out.bits == 64) out.as<double>()[at[0]] = double(best);
    else out.as<float>()[at[0]] = float(best);
  });
}

// The positions in rising order, equal elements in their own; NaNs last, as in NumPy. Whole float64 numbers.
template <class T>
void general_argsort(const GeneralCall& call) {
  const Array &out = call.arrays[0], &in = call.arrays[1];
  const int64_t count = out.dims.back(), to = out.strides.back(), from = in.strides.back();
  std::vector<int64_t> order(static_cast<size_t>(count));
  walk(out.dims, {&out.strides, &in.strides}, 1, [&](const int64_t* at) {
    const T* x = in.as<T>() + at[1];
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
      const T a = x[i * from], b = x[j * from];
      return a < b || (b != b && a == a);
    });
    for (int64_t i = 0; i < count; i++) out.as<double>()[at[0] + i * to] = double(order[size_t(i)]);
  });
}

template <class T>
void general_cumsum(const GeneralCall& call) {
  const Array &out = call.arrays[0], &in = call.arrays[1];
  const int64_t count = out.dims.back(), to = out.strides.back(), from = in.strides.back();
  walk(out.dims, {&out.strides, &in.strides}, 1, [&](const int64_t* at) {
    T sum = 0;
    for (int64_t i = 0; i < count; i++) {
      sum += in.as<T>()[at[1] + i * from];
      out.as<T>()[at[0] + i * to] = sum;
    }
  });
}

template void general_reduce<float>(const GeneralCall&);
template void general_reduce<double>(const GeneralCall&);
template void general_argmax<float>(const GeneralCall&);
template void general_argmax<double>(const GeneralCall&);
template void general_argsort<float>(const GeneralCall&);
template void general_argsort<double>(const GeneralCall&);
template void general_cumsum<float>(const GeneralCall&);
template void general_cumsum<double>(const GeneralCall&);

}  // namespace hagang
