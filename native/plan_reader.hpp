// Reading a plan's words: what plans of kernels and scalar programs have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan.hpp"

namespace hagang {

// Running past the last word is an error like any other.
class PlanReader {
 public:
  PlanReader(const int64_t* words, size_t count) : at_(words), end_(words + count) {}

  int64_t word() {
    if (at_ == end_) reject("the words end too early");
    return *at_++;
  }

  int number(int64_t low, int64_t high, const char* what) {
    const int64_t value = word();
    if (value < low || value > high)
      reject(std::string("expected ") + what + " from " + std::to_string(low) + " to " + std::to_string(high) +
             ", received " + std::to_string(value));
    return int(value);
  }

  Extent extent() {
    const Extent e{word(), word()};
    if (e.fixed < -max_extent || e.fixed > max_extent || e.per_row < -max_extent || e.per_row > max_extent) reject("an extent is out of range");
    return e;
  }

  template <class T, class F>
  std::vector<T> list(F&& read) {
    const int count = number(0, 1 << 20, "a count");
    std::vector<T> items;
    for (int i = 0; i < count; i++) items.push_back(read());
    return items;
  }

  void finish() {
    if (at_ != end_) reject("words are left over");
  }

 private:
  const int64_t* at_;
  const int64_t* end_;
};

Instruction read_instruction(PlanReader& in, int last_register);
Prologue read_prologue(PlanReader& in, const double* numbers, size_t count);

// Rejects instructions that name a register beyond these.
void check_instructions(const std::vector<Instruction>& steps, int registers);

}  // namespace hagang
