// Arrays of any strides and loops over them: the fallback for every op that has no faster kernel.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include "call.hpp"
#include "plan.hpp"

namespace hagang {

struct Array {
  char* data;
  int bits;
  std::vector<int64_t> dims, strides;  // strides count numbers

  int64_t count() const {
    int64_t n = 1;
    for (int64_t d : dims) n *= d;
    return n;
  }
  int rank() const { return int(dims.size()); }

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
};

class Fault;

// A general op bound to its arrays.
struct GeneralCall {
  GeneralOp op;
  std::vector<Array> arrays;     // the output first
  std::vector<int64_t> numbers;  // the op's own
  Fault* fault;
  bool by_rows = false;      // the first axis is a thread's share of the rows
  int64_t block_offset = 0;  // rows of the step's earlier blocks
};

// Verifies that the arrays and numbers fit the op; throws std::invalid_argument.
void check_general(const GeneralCall& call);

// Runs a general op; `call.extra` is its GeneralCall.
void run_general(const Call& call, const StepContext& context);

// Calls f(offsets) for every index of the outer axes, the last `inner` axes left to f; one offset per array.
template <class F>
void walk(const std::vector<int64_t>& dims, std::initializer_list<const std::vector<int64_t>*> strides, int inner, F&& f) {
  const int outer = int(dims.size()) - inner;
  int64_t offset[4] = {};
  for (int64_t d : dims)
    if (d == 0) return;
  if (outer == 0) return f(offset);
  int64_t at[16] = {};
  for (;;) {
    f(offset);
    int k = outer - 1;
    for (; k >= 0; k--) {
      const size_t i = size_t(k);
      size_t a = 0;
      for (const auto* stride : strides) offset[a++] += (*stride)[i];
      if (++at[k] < dims[i]) break;
      a = 0;
      for (const auto* stride : strides) offset[a++] -= (*stride)[i] * dims[i];
      at[k] = 0;
    }
    if (k < 0) return;
  }
}

// The kernels by family.
template <class T> void general_reduce(const GeneralCall& call);
template <class T> void general_argmax(const GeneralCall& call);
template <class T> void general_argsort(const GeneralCall& call);
template <class T> void general_cumsum(const GeneralCall& call);
template <class T> void general_contract(const GeneralCall& call);
template <class T> void general_take(const GeneralCall& call);
template <class T> void general_scatter_add(const GeneralCall& call);
template <class T> void general_solve(const GeneralCall& call);
template <class T> void general_det(const GeneralCall& call);
template <class T> void general_random(const GeneralCall& call);
template <class T> void general_panel(const GeneralCall& call, bool into);

}  // namespace hagang
