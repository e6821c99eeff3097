// A straight-line program: a small step in which every number is a register of its own, so that slices, broadcasts and
// reshapes cost nothing and nothing is left but arithmetic. Words are written by src/hagang/runtime/native/straight.py.
#pragma once

#include <cstdint>
#include <vector>

#include "plan.hpp"

namespace hagang {

struct StraightPlan {
  // A slot's numbers, row by row, in successive registers.
  struct Held {
    int slot, first, count;
  };
  // The numbers of an output, in registers anywhere.
  using Told = std::vector<int>;

  std::vector<double> registers;  // what each holds at first: the constants
  int stop = -1;     // the register that ends the chunk when it is not zero, or -1
  int computed = 0;  // so many instructions compute; then outputs are told, and the rest writes the slots
  std::vector<Held> held;
  std::vector<Told> outputs;
  std::vector<StepPlan> steps;
  Prologue prologue;
  std::vector<int> scalars;  // where the prologue's results go
};

constexpr int most_straight_registers = 1 << 14;

// Reads and verifies; throws std::invalid_argument.
StraightPlan read_straight_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count);

}  // namespace hagang
