// The scalars of each step: whatever depends on the step's number and the scheduled values alone, computed ahead for
// a block of steps by the tape interpreter, in float64.
#pragma once

#include <cstring>
#include <vector>

#include "plan.hpp"
#include "run/executable.hpp"

namespace hagang {

class Scalars {
 public:
  Scalars(const Prologue& prologue, const Chunk& chunk);

  // Puts the scalars of a step, which has `rows` rows, at `to`, eight bytes each.
  void copy(int64_t step, int64_t rows, double* to) {
    if (results_ == 0) return;
    if (step < first_ || step >= first_ + ready_ || rows != rows_) fill(step, rows);
    std::memcpy(to, cells_.data() + (step - first_) * results_, size_t(results_) * sizeof(double));
  }

 private:
  void fill(int64_t step, int64_t rows);

  const Prologue& prologue_;
  const Chunk& chunk_;
  const int64_t results_;
  int64_t first_ = 0, ready_ = 0, rows_ = -1;
  std::vector<double> registers_, cells_;
};

}  // namespace hagang
