// Linear systems and determinants by Gaussian elimination with partial pivoting, in float64 for both element types.
#include <cmath>

#include "fault.hpp"
#include "general/array.hpp"

namespace hagang {

namespace {

// An LU factorisation; `swaps` counts the row exchanges.
struct Factors {
  std::vector<double> m;
  std::vector<int64_t> order;
  int64_t n;
  int swaps = 0;
  bool singular = false;

  double& at(int64_t i, int64_t j) { return m[size_t(i * n + j)]; }

  void eliminate() {
    for (int64_t i = 0; i < n; i++) order.push_back(i);
    for (int64_t k = 0; k < n; k++) {
      int64_t pivot = k;
      for (int64_t i = k + 1; i < n; i++)
        if (std::fabs(at(i, k)) > std::fabs(at(pivot, k))) pivot = i;
      if (at(pivot, k) == 0) {
        singular = true;
        continue;
      }
      if (pivot != k) {
        for (int64_t j = 0; j < n; j++) std::swap(at(k, j), at(pivot, j));
        std::swap(order[size_t(k)], order[size_t(pivot)]);
        swaps++;
      }
      for (int64_t i = k + 1; i < n; i++) {
        const double ratio = at(i, k) /= at(k, k);
        for (int64_t j = k + 1; j < n; j++) at(i, j) -= ratio * at(k, j);
      }
    }
  }
};

template <class T>
Factors factors_of(const Array& a, int64_t offset) {
  Factors f;
  f.n = a.dims.back();
  const size_t r = size_t(a.rank());
  for (int64_t i = 0; i < f.n; i++)
    for (int64_t j = 0; j < f.n; j++) f.m.push_back(double(a.as<T>()[offset + i * a.strides[r - 2] + j * a.strides[r - 1]]));
  f.eliminate();
  return f;
}

std::vector<int64_t> leading(const std::vector<int64_t>& all, size_t drop) {
  return {all.begin(), all.end() - long(drop)};
}

}  // namespace

template <class T>
void general_solve(const GeneralCall& call) {
  const Array &out = call.arrays[0], &a = call.arrays[1], &b = call.arrays[2];
  const size_t r = size_t(out.rank());
  const auto dims = leading(out.dims, 2), so = leading(out.strides, 2), sa = leading(a.strides, 2), sb = leading(b.strides, 2);
  const int64_t n = a.dims.back(), columns = out.dims.back();
  walk(dims, {&so, &sa, &sb}, 0, [&](const int64_t* at) {
    Factors f = factors_of<T>(a, at[1]);
    if (f.singular) call.fault->report("solve: expected matrices that can be inverted, received a singular one");
    std::vector<double> x(static_cast<size_t>(n));
    for (int64_t c = 0; c < columns; c++) {
      for (int64_t i = 0; i < n; i++) {
        double sum = double(b.as<T>()[at[2] + f.order[size_t(i)] * b.strides[r - 2] + c * b.strides[r - 1]]);
        for (int64_t j = 0; j < i; j++) sum -= f.at(i, j) * x[size_t(j)];
        x[size_t(i)] = sum;
      }
      for (int64_t i = n - 1; i >= 0; i--) {
        for (int64_t j = i + 1; j < n; j++) x[size_t(i)] -= f.at(i, j) * x[size_t(j)];
        x[size_t(i)] /= f.at(i, i);
      }
      for (int64_t i = 0; i < n; i++) out.as<T>()[at[0] + i * out.strides[r - 2] + c * out.strides[r - 1]] = T(x[size_t(i)]);
    }
  });
}

template <class T>
void general_det(const GeneralCall& call) {
  const Array &out = call.arrays[0], &a = call.arrays[1];
  const auto sa = leading(a.strides, 2);
  walk(out.dims, {&out.strides, &sa}, 0, [&](const int64_t* at) {
    Factors f = factors_of<T>(a, at[1]);
    double product = f.swaps % 2 ? -1 : 1;
    for (int64_t i = 0; i < f.n; i++) product *= f.at(i, i);
    out.as<T>()[at[0]] = T(product);
  });
}

template void general_solve<float>(const GeneralCall&);
template void general_solve<double>(const GeneralCall&);
template void general_det<float>(const GeneralCall&);
template void general_det<double>(const GeneralCall&);

}  // namespace hagang
