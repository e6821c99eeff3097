#include "run/step_scalars.hpp"

#include <algorithm>
#include <stdexcept>

#include "cpu.hpp"
#include "kernels.hpp"

namespace hagang {

StepScalars::StepScalars(const Prologue& prologue, const Chunk& chunk)
    : prologue_(prologue), chunk_(chunk), count_(int64_t(prologue.results.size())) {
  if (count_ == 0) return;
  const size_t registers = size_t(prologue.inputs) + prologue.constants.size() + size_t(prologue.scratch);
  registers_.resize(registers * block_steps);
  scalars_.resize(size_t(count_ * block_steps));
  for (size_t i = 0; i < prologue.constants.size(); i++)
    std::fill_n(registers_.begin() + long((size_t(prologue.inputs) + i) * block_steps), block_steps, prologue.constants[i]);
}

void StepScalars::check(const Prologue& prologue, const Chunk& chunk) {
  if (prologue.inputs - 1 > chunk.scalar_rows) throw std::invalid_argument("expected a row of numbers for every scalar");
}

// The last input is the number of rows, which all steps of the block are taken to have; a short last step computes anew.
void StepScalars::compute(int64_t step, int64_t rows) {
  first_ = step, rows_ = rows;
  ready_ = std::min(block_steps, chunk_.steps - step);
  const int inputs = prologue_.inputs;
  for (int i = 0; i + 1 < inputs; i++)
    std::copy_n(chunk_.scalars + i * chunk_.steps + step, ready_, registers_.begin() + i * block_steps);
  std::fill_n(registers_.begin() + (inputs - 1) * block_steps, ready_, double(rows));
  run_instructions();
  store_results();
}

void StepScalars::run_instructions() {
  const ElementKernels& kernels = kernels_for(64);
  const int64_t columns = round_up(ready_, kernels.lanes);
  const int64_t row_strides[4] = {0, 0, 0, 0};
  for (const Instruction& s : prologue_.instructions) {
    char* at[4];
    const int registers[] = {s.to, s.a, s.b, s.c};
    for (int i = 0; i < 4; i++) at[i] = reinterpret_cast<char*>(registers_.data() + registers[i] * block_steps);
    const BoundInstruction bound{nullptr, 0, 1, 2, 3, true};
    kernels.instruction(s.op, 0)(at, row_strides, bound, 1, columns);
  }
}

void StepScalars::store_results() {
  for (int64_t j = 0; j < count_; j++) {
    const auto& result = prologue_.results[size_t(j)];
    const double* from = registers_.data() + result.from * block_steps;
    for (int64_t i = 0; i < ready_; i++) {
      double& scalar = scalars_[size_t(i * count_ + j)];
      if (result.bits == 64) scalar = from[i];
      else {
        const float single = float(from[i]);
        std::memcpy(&scalar, &single, sizeof single);
      }
    }
  }
}

}  // namespace hagang
