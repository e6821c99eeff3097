// Reading a plan's words one by one: what both kinds of plan have in common.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "plan.hpp"

namespace hagang {

constexpr int64_t far = int64_t(1) << 48;  // no honest plan has an extent beyond this

[[noreturn]] inline void refuse(const std::string& what) {
  throw std::invalid_argument("malformed plan: " + what + ". Lower the program again; this is a fault of the lowering.");
}

// Reads words one by one; running past the end is an error like any other.
class Reader {
 public:
  Reader(const int64_t* words, size_t count) : at_(words), end_(words + count) {}

  int64_t word() {
    if (at_ == end_) refuse("the words end too early");
    return *at_++;
  }

  int number(int64_t low, int64_t high, const char* what) {
    const int64_t value = word();
    if (value < low || value > high)
      refuse(std::string("expected ") + what + " from " + std::to_string(low) + " to " + std::to_string(high) +
             ", received " + std::to_string(value));
    return int(value);
  }

  Extent extent() {
    const Extent e{word(), word()};
    if (e.fixed < -far || e.fixed > far || e.per_row < -far || e.per_row > far) refuse("an extent is out of range");
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
    if (at_ != end_) refuse("words are left over");
  }

 private:
  const int64_t* at_;
  const int64_t* end_;
};

StepPlan read_step(Reader& in, int last_register);
Prologue read_prologue(Reader& in, const double* numbers, size_t count);

// No instruction names a register beyond these.
void check_steps(const std::vector<StepPlan>& steps, int registers);

}  // namespace hagang
