// Any contraction: batch axes, free axes of either operand, contracted axes, each of any stride.
#include "general/array.hpp"

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

}  // namespace

template <class T>
void general_contract(const GeneralCall& call) {
  const Array &out = call.arrays[0], &a = call.arrays[1], &b = call.arrays[2];
  const size_t nb = size_t(call.numbers[0]), ni = size_t(call.numbers[1]), nj = size_t(call.numbers[2]), nk = size_t(call.numbers[3]);
  const Axes batch = axes_of(out, 0, nb, &out, 0, &a, 0, &b, 0);
  const Axes left = axes_of(out, nb, ni, &out, nb, &a, nb, nullptr, 0);
  const Axes right = axes_of(out, nb + ni, nj, &out, nb + ni, nullptr, 0, &b, nb + nk);
  const Axes summed = axes_of(a, nb + ni, nk, nullptr, 0, &a, nb + ni, &b, nb);
  const int64_t count = nk ? summed.dims.back() : 1, a_step = nk ? summed.a.back() : 0, b_step = nk ? summed.b.back() : 0;
  walk(batch.dims, {&batch.out, &batch.a, &batch.b}, 0, [&](const int64_t* outer) {
    const int64_t at[3] = {outer[0], outer[1], outer[2]};
    walk(left.dims, {&left.out, &left.a}, 0, [&](const int64_t* i) {
      walk(right.dims, {&right.out, &right.b}, 0, [&](const int64_t* j) {
        T total = 0;
        walk(summed.dims, {&summed.a, &summed.b}, nk ? 1 : 0, [&](const int64_t* k) {
          const T* x = a.as<T>() + at[1] + i[1] + k[0];
          const T* y = b.as<T>() + at[2] + j[1] + k[1];
          for (int64_t from = 0; from < count; from += row_block) {
            const int64_t until = count - from < row_block ? count : from + row_block;
            T sum = 0;
            for (int64_t n = from; n < until; n++) sum += x[n * a_step] * y[n * b_step];
            total += sum;
          }
        });
        out.as<T>()[at[0] + i[0] + j[0]] = total;
      });
    });
  });
}

template void general_contract<float>(const GeneralCall&);
template void general_contract<double>(const GeneralCall&);

// A panelled matrix as plain rows, or plain rows into panels. numbers: columns of a full panel, allocated rows.
// The panelled array's view is of whole rows, padding included.
template <class T>
void general_panel(const GeneralCall& call, bool into) {
  const Array &panelled = call.arrays[into ? 0 : 1], &plain = call.arrays[into ? 1 : 0];
  const int64_t full = call.numbers[0], allocated = call.numbers[1];
  const int64_t columns = plain.dims[1], padded = panelled.strides[0];
  for (int64_t c = 0; c < columns; c += full) {
    const int64_t width = padded - c < full ? padded - c : full, used = columns - c < full ? columns - c : full;
    for (int64_t r = 0; r < plain.dims[0]; r++)
      for (int64_t j = 0; j < used; j++) {
        T& in_panel = panelled.as<T>()[c * allocated + r * width + j];
        T& in_row = plain.as<T>()[r * plain.strides[0] + (c + j) * plain.strides[1]];
        if (into) in_panel = in_row;
        else in_row = in_panel;
      }
  }
}

template void general_panel<float>(const GeneralCall&, bool);
template void general_panel<double>(const GeneralCall&, bool);

}  // namespace hagang
