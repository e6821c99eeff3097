// What straight-line code has beside the tape's instructions.
//
// Pairs are two instructions of arithmetic in one, where nobody else reads what the first makes: what costs most is
// going from one instruction to the next. Linked ones take up the result of the instruction before them while it is still in the processor's register: a chain
// of them does not wait for memory. Which are worth it is a matter of cost alone.
#pragma once

#include "tape_ops.hpp"

namespace hagang {

#define HG_LINKED_UNARY(X) X(negative) X(absolute) X(sqrt) X(isfinite) X(logical_not)
#define HG_LINKED_BINARY(X) X(add) X(subtract) X(multiply) X(divide) X(maximum) X(minimum)
#define HG_LINKED_TERNARY(X) X(multiply_add) X(multiply_subtract)

// X(first, form, second): the first instruction t of registers a and b (ab), of the last result and b (lb), or of the
// last result twice (ll); then t + c, t - c, c - t, t · c, t + t or t · t.
#define HG_PAIR_SECONDS(X, first, form) \
  X(first, form, plus) X(first, form, minus) X(first, form, from) X(first, form, times) X(first, form, twice) X(first, form, squared)
#define HG_PAIR_FORMS(X, first) HG_PAIR_SECONDS(X, first, ab) HG_PAIR_SECONDS(X, first, lb) HG_PAIR_SECONDS(X, first, ll)
#define HG_PAIRS(X) HG_PAIR_FORMS(X, add) HG_PAIR_FORMS(X, subtract) HG_PAIR_FORMS(X, multiply)

// Telling a number outside, by the element type there; then a step's scalar, the stop value, and the next step.
#define HG_TELL(X) X(float32, float) X(float64, double) X(int64, int64_t) X(uint8, uint8_t) X(boolean, bool)
#define HG_CONTROL(X) X(take) X(stop) X(again)

#define HG_ENUM_UNARY(name) linked_##name,
#define HG_ENUM_BINARY(name) linked_##name##_a, linked_##name##_b, linked_##name##_ab,
#define HG_ENUM_TERNARY(name) linked_##name##_a, linked_##name##_b, linked_##name##_ab, linked_##name##_c,
#define HG_ENUM_PAIR(first, form, second) pair_##first##_##form##_##second,
#define HG_ENUM_TELL(name, type) tell_##name,
#define HG_ENUM_CONTROL(name) control_##name,
enum StraightOp : int {
  before_straight_ops = tape_op_count - 1,
  HG_LINKED_UNARY(HG_ENUM_UNARY) HG_LINKED_BINARY(HG_ENUM_BINARY) HG_LINKED_TERNARY(HG_ENUM_TERNARY)
  HG_PAIRS(HG_ENUM_PAIR) HG_TELL(HG_ENUM_TELL) HG_CONTROL(HG_ENUM_CONTROL)
};
#undef HG_ENUM_UNARY
#undef HG_ENUM_BINARY
#undef HG_ENUM_TERNARY
#undef HG_ENUM_PAIR
#undef HG_ENUM_TELL
#undef HG_ENUM_CONTROL

// The instruction that takes up the last result as a, b or c; the instruction itself where there is none.
constexpr int linked_op(int op, bool a, bool b, bool c) {
  const int both = a && b ? 2 : b ? 1 : 0;
  switch (op) {
#define HG_CASE(name) \
  case op_##name: return a ? linked_##name : op;
    HG_LINKED_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) \
  case op_##name: return a || b ? linked_##name##_a + both : op;
    HG_LINKED_BINARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) \
  case op_##name: return c ? (a || b ? op : linked_##name##_c) : a || b ? linked_##name##_a + both : op;
    HG_LINKED_TERNARY(HG_CASE)
#undef HG_CASE
    default: return op;
  }
}

}  // namespace hagang
