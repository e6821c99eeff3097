// The prologue: each step's scalars, that is whatever depends on the step's number and the scheduled values alone,
// computed ahead for a block of steps by the tape's instructions, in float64.
#pragma once

#include <cstring>
#include <vector>

#include "plan.hpp"
#include "run/chunk.hpp"

namespace hagang {

class StepScalars {
 public:
  StepScalars(const Prologue& prologue, const Chunk& chunk);

  // Throws std::invalid_argument if the chunk lacks scalars that the prologue reads.
  static void check(const Prologue& prologue, const Chunk& chunk);

  // Copies the scalars of a step of so many rows to `to`, eight bytes each.
  void copy(int64_t step, int64_t rows, double* to) {
    if (count_ == 0) return;
    std::memcpy(to, from(step, rows), size_t(count_) * sizeof(double));
  }

  // The scalars of a step; those of the block's later steps follow.
  const double* from(int64_t step, int64_t rows) {
    if (count_ > 0 && (step < first_ || step >= first_ + ready_ || rows != rows_)) compute(step, rows);
    return scalars_.data() + (step - first_) * count_;
  }

  static constexpr int64_t block_steps = 256;

 private:
  void compute(int64_t step, int64_t rows);
  void run_instructions();
  void store_results();

  const Prologue& prologue_;
  const Chunk& chunk_;
  const int64_t count_;  // of scalars per step
  int64_t first_ = 0, ready_ = 0, rows_ = -1;  // the steps computed, and for how many rows
  std::vector<double> registers_, scalars_;
};

}  // namespace hagang
