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

  // Throws std::invalid_argument if the chunk has not all scalars that the prologue reads.
  static void check(const Prologue& prologue, const Chunk& chunk);

  // Puts the scalars of a step, which has `rows` rows, at `to`, eight bytes each.
  void copy(int64_t step, int64_t rows, double* to) {
    if (results_ == 0) return;
    std::memcpy(to, from(step, rows), size_t(results_) * sizeof(double));
  }

  // The scalars of a step; those of the steps up to a whole number of blocks follow.
  const double* from(int64_t step, int64_t rows) {
    if (results_ > 0 && (step < first_ || step >= first_ + ready_ || rows != rows_)) fill(step, rows);
    return cells_.data() + (step - first_) * results_;
  }

  static constexpr int64_t block = 256;  // steps computed at once

 private:
  void fill(int64_t step, int64_t rows);

  const Prologue& prologue_;
  const Chunk& chunk_;
  const int64_t results_;
  int64_t first_ = 0, ready_ = 0, rows_ = -1;
  std::vector<double> registers_, cells_;
};

}  // namespace hagang
