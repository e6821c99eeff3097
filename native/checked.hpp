// What a plan's and a caller's sizes go through: an overflow is more memory than there is, an impossible size a
// malformed plan.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace hagang {

// A type of our own, because other extension modules in the process may translate std::bad_alloc their own way.
struct OutOfMemory : std::runtime_error {
  using std::runtime_error::runtime_error;
  explicit OutOfMemory(int64_t bytes)
      : OutOfMemory("expected " + std::to_string(bytes) + " bytes of memory for slots or a step, which the system does not have. Use smaller batches.") {}
};

constexpr int64_t max_extent = int64_t(1) << 48;  // no sound plan has an extent beyond this

[[noreturn]] inline void reject(const std::string& what) {
  throw std::invalid_argument("malformed plan: " + what + ". Lower the program again; this is a fault of the lowering.");
}

[[noreturn]] inline void size_overflow() {
  throw OutOfMemory("the arrays of a session or a step are larger than any memory. Use smaller batches or fewer parameters.");
}

inline int64_t checked_add(int64_t a, int64_t b) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) size_overflow();
  return sum;
}

inline int64_t checked_multiply(int64_t a, int64_t b) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) size_overflow();
  return product;
}

constexpr int64_t round_up(int64_t count, int64_t to) { return (count + to - 1) / to * to; }

// For counts that need not be stored, such as the rows of a run that is stopped early.
inline int64_t saturating_multiply(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

}  // namespace hagang
