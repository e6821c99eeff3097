// A scalar program: a small step in which every number is a register of its own, so that slices, broadcasts and reshapes
// cost nothing and only arithmetic is left. Words are written by src/hagang/runtime/native/scalar_program.py.
#pragma once

#include <cstdint>
#include <vector>

#include "plan.hpp"

namespace hagang {

struct ScalarProgram {
  // A slot's numbers, row by row, in successive registers.
  struct SlotRegisters {
    int slot, first, count;
  };

  std::vector<double> registers;  // what each holds at first: the constants
  int stop = -1;     // the register that ends the chunk when it is not zero, or -1
  int computed = 0;  // this many instructions compute; then outputs are stored, and the others write the slots
  std::vector<SlotRegisters> slots;
  std::vector<std::vector<int>> outputs;  // the registers of each output's numbers
  std::vector<Instruction> instructions;
  Prologue prologue;
  std::vector<int> scalars;  // the registers of the prologue's results
};

constexpr int max_scalar_registers = 1 << 14;

// Reads and verifies; throws std::invalid_argument.
ScalarProgram read_scalar_program(const int64_t* words, size_t count, const double* numbers, size_t number_count);

}  // namespace hagang
