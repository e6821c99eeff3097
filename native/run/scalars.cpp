#include "run/scalars.hpp"

#include <algorithm>
#include <stdexcept>

#include "call.hpp"
#include "cpu.hpp"
#include "kernels.hpp"

namespace hagang {

Scalars::Scalars(const Prologue& prologue, const Chunk& chunk)
    : prologue_(prologue), chunk_(chunk), results_(int64_t(prologue.results.size())) {
  if (results_ == 0) return;
  const size_t registers = size_t(prologue.inputs) + prologue.constants.size() + size_t(prologue.scratch);
  registers_.resize(registers * block);
  cells_.resize(size_t(results_ * block));
  for (size_t i = 0; i < prologue.constants.size(); i++)
    std::fill_n(registers_.begin() + long((size_t(prologue.inputs) + i) * block), block, prologue.constants[i]);
}

void Scalars::check(const Prologue& prologue, const Chunk& chunk) {
  if (prologue.inputs - 1 > chunk.scalar_rows) throw std::invalid_argument("expected a row of numbers for every scalar");
}

// The last input is the number of rows, which the block's steps are taken to share; a short last step fills anew.
void Scalars::fill(int64_t step, int64_t rows) {
  first_ = step, rows_ = rows;
  ready_ = std::min(block, chunk_.steps - step);
  const int inputs = prologue_.inputs;
  for (int i = 0; i + 1 < inputs; i++)
    std::copy_n(chunk_.scalars + i * chunk_.steps + step, ready_, registers_.begin() + i * block);
  std::fill_n(registers_.begin() + (inputs - 1) * block, ready_, double(rows));
  const KernelsOf& kernels = active_isa().kernels().float64;
  const int64_t columns = (ready_ + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
  const int64_t row[4] = {0, 0, 0, 0};
  for (const StepPlan& s : prologue_.steps) {
    char* at[4];
    const int names[] = {s.to, s.a, s.b, s.c};
    for (int i = 0; i < 4; i++) at[i] = reinterpret_cast<char*>(registers_.data() + names[i] * block);
    const Step one{nullptr, 0, 1, 2, 3, true};
    kernels.step(s.op, 0)(at, row, one, 1, columns);
  }
  for (int64_t j = 0; j < results_; j++) {
    const auto& result = prologue_.results[size_t(j)];
    const double* from = registers_.data() + result.from * block;
    for (int64_t i = 0; i < ready_; i++) {
      double& cell = cells_[size_t(i * results_ + j)];
      if (result.bits == 64) cell = from[i];
      else {
        const float single = float(from[i]);
        std::memcpy(&cell, &single, sizeof single);
      }
    }
  }
}

}  // namespace hagang
