// Any contraction: batch axes, free axes of either operand, contracted axes, each of any stride.
#include <algorithm>

#include "cpu.hpp"
#include "general/array.hpp"
#include "kernels.hpp"

namespace hagang {

namespace {

struct Axes {
  std::vector<int64_t> dims, out, a, b;
};

// Axes of one role, with each array's stride (0 where the array lacks the axis).
Axes axes_of(const Array& holder, size_t from, size_t count, const Array* out, size_t out_at, const Array* a, size_t a_at,
             const Array* b, size_t b_at) {
  Axes axes;
  for (size_t i = 0; i < count; i++) {
    axes.dims.push_back(holder.dims[from + i]);
    axes.out.push_back(out ? out->strides[out_at + i] : 0);
    axes.a.push_back(a ? a->strides[a_at + i] : 0);
    axes.b.push_back(b ? b->strides[b_at + i] : 0);
  }
  return axes;
}

int64_t count_of(const std::vector<int64_t>& dims) {
  int64_t n = 1;
  for (int64_t d : dims) n *= d;
  return n;
}

// Copies numbers at x + offset(outer) + offset(inner) to `to`, rows of `row` numbers.
template <class T>
void pack(const T* x, const std::vector<int64_t>& outer, const std::vector<int64_t>& outer_strides,
          const std::vector<int64_t>& inner, const std::vector<int64_t>& inner_strides, T* to, int64_t row) {
  walk(outer, {&outer_strides}, 0, [&](const int64_t* at) {
    const T* from = x + at[0];
    int64_t j = 0;
    walk(inner, {&inner_strides}, 0, [&](const int64_t* in) { to[j++] = from[in[0]]; });
    to += row;
  });
}

// One matrix product by the register-tiled kernel, on packed copies of its operands.
template <class T>
void by_panels(const Axes& left, const Axes& right, const Axes& summed, T* out, const T* a, const T* b) {
  const ElementKernels& kernels = sizeof(T) == 4 ? active_isa().kernels().float32 : active_isa().kernels().float64;
  const int64_t m = count_of(left.dims), n = count_of(right.dims), depth = count_of(summed.dims);
  std::vector<T> first(size_t(m * depth) + size_t(padding)), whole(size_t(depth * n)), panel, product;
  pack(a, summed.dims, summed.a, left.dims, left.a, first.data(), m);
  pack(b, summed.dims, summed.b, right.dims, right.b, whole.data(), n);
  for (int64_t c = 0; c < n; c += kernels.panel_columns) {
    const int64_t used = std::min<int64_t>(n - c, kernels.panel_columns), width = (used + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
    panel.assign(size_t(depth * width), T(0));
    product.assign(size_t(m * width), T(0));
    for (int64_t k = 0; k < depth; k++) std::copy_n(whole.data() + k * n + c, used, panel.data() + k * width);
    kernels.packed_product(first.data(), panel.data(), product.data(), m, width, depth);
    const T* row = product.data();
    walk(left.dims, {&left.out}, 0, [&](const int64_t* i) {
      int64_t j = -c;
      walk(right.dims, {&right.out}, 0, [&](const int64_t* at) {
        if (j >= 0 && j < used) out[i[0] + at[0]] = row[j];
        j++;
      });
      row += width;
    });
  }
}

template <class T>
void by_dots(const Axes& left, const Axes& right, const Axes& summed, T* out, const T* a, const T* b) {
  const int64_t count = summed.dims.empty() ? 1 : summed.dims.back();
  const int64_t a_step = summed.dims.empty() ? 0 : summed.a.back(), b_step = summed.dims.empty() ? 0 : summed.b.back();
  walk(left.dims, {&left.out, &left.a}, 0, [&](const int64_t* i) {
    walk(right.dims, {&right.out, &right.b}, 0, [&](const int64_t* j) {
      T total = 0;
      walk(summed.dims, {&summed.a, &summed.b}, summed.dims.empty() ? 0 : 1, [&](const int64_t* k) {
        const T* x = a + i[1] + k[0];
        const T* y = b + j[1] + k[1];
        for (int64_t from = 0; from < count; from += row_block) {
          const int64_t until = count - from < row_block ? count : from + row_block;
          T sum = 0;
          for (int64_t n = from; n < until; n++) sum += x[n * a_step] * y[n * b_step];
          total += sum;
        }
      });
      out[i[0] + j[0]] = total;
    });
  });
}

constexpr int64_t worth_packing = 2048;  // multiply–adds of one product

}  // namespace

template <class T>
void general_contract(const GeneralCall& call) {
  const Array &out = call.arrays[0], &a = call.arrays[1], &b = call.arrays[2];
  const size_t nb = size_t(call.numbers[0]), ni = size_t(call.numbers[1]), nj = size_t(call.numbers[2]), nk = size_t(call.numbers[3]);
  const Axes batch = axes_of(out, 0, nb, &out, 0, &a, 0, &b, 0);
  const Axes left = axes_of(out, nb, ni, &out, nb, &a, nb, nullptr, 0);
  const Axes right = axes_of(out, nb + ni, nj, &out, nb + ni, nullptr, 0, &b, nb + nk);
  const Axes summed = axes_of(a, nb + ni, nk, nullptr, 0, &a, nb + ni, &b, nb);
  // Which sharing is taken must not depend on the share of the rows that a thread has: the rows count as one.
  const int64_t rest = count_of(right.dims) * count_of(summed.dims);
  const bool packed = call.by_rows ? rest >= worth_packing / 16 : count_of(left.dims) * rest >= worth_packing;
  walk(batch.dims, {&batch.out, &batch.a, &batch.b}, 0, [&](const int64_t* at) {
    T* to = out.as<T>() + at[0];
    const T *x = a.as<T>() + at[1], *y = b.as<T>() + at[2];
    if (packed) by_panels(left, right, summed, to, x, y);
    else by_dots(left, right, summed, to, x, y);
  });
}

template void general_contract<float>(const GeneralCall&);
template void general_contract<double>(const GeneralCall&);

// A panelled matrix as plain rows, or plain rows into panels. numbers: columns of a full panel, allocated rows.
template <class T>
void copy(const T* from, int64_t from_step, T* to, int64_t to_step, int64_t count) {
  if (from_step == 1 && to_step == 1) std::copy_n(from, count, to);
  else for (int64_t i = 0; i < count; i++) to[i * to_step] = from[i * from_step];
}

// The panelled array's view is of whole rows, padding included.
template <class T>
void general_panel(const GeneralCall& call, bool into) {
  const Array &panelled = call.arrays[into ? 0 : 1], &plain = call.arrays[into ? 1 : 0];
  const int64_t full = call.numbers[0], allocated = call.numbers[1];
  const int64_t columns = plain.dims[1], padded = panelled.strides[0];
  for (int64_t c = 0; c < columns; c += full) {
    const int64_t width = padded - c < full ? padded - c : full, used = columns - c < full ? columns - c : full;
    for (int64_t r = 0; r < plain.dims[0]; r++) {
      T* in_panel = panelled.as<T>() + c * allocated + r * width;
      T* in_row = plain.as<T>() + r * plain.strides[0] + c * plain.strides[1];
      if (into) copy(in_row, plain.strides[1], in_panel, 1, used);
      else copy(in_panel, 1, in_row, plain.strides[1], used);
    }
  }
}

template void general_panel<float>(const GeneralCall&, bool);
template void general_panel<double>(const GeneralCall&, bool);

}  // namespace hagang
