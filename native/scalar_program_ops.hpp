// The opcodes that a scalar program has beside the shared instructions. Dispatch is what costs most there, so:
//
// A linked instruction takes the previous result from the processor's register instead of memory, which shortens the
// dependency chain. A pair is two instructions of arithmetic behind one jump, where nothing else reads the first's result.
#pragma once

#include "instructions.hpp"

namespace hagang {

#define HG_LINKED_UNARY(X) HG_CHEAP_UNARY(X)
#define HG_LINKED_BINARY(X) HG_CHEAP_COMMUTATIVE(X) HG_CHEAP_ORDERED(X)
#define HG_LINKED_TERNARY(X) HG_CHEAP_PRODUCT(X) HG_CHEAP_SELECT(X)

// X(first, form, second): the first instruction computes t from registers a and b (ab), from the previous result and b
// (lb), or from the previous result twice (ll); the second is t + c, t - c, c - t, t · c, t + t or t · t.
#define HG_PAIR_SECONDS(X, first, form) \
  X(first, form, plus) X(first, form, minus) X(first, form, from) X(first, form, times) X(first, form, twice) X(first, form, squared)
#define HG_PAIR_FORMS(X, first) HG_PAIR_SECONDS(X, first, ab) HG_PAIR_SECONDS(X, first, lb) HG_PAIR_SECONDS(X, first, ll)
#define HG_PAIRS(X) HG_PAIR_FORMS(X, add) HG_PAIR_FORMS(X, subtract) HG_PAIR_FORMS(X, multiply)

// Storing a number of an output, by the element type there.
#define HG_STORE(X) X(float32, float) X(float64, double) X(int64, int64_t) X(uint8, uint8_t) X(boolean, bool)
// Loading a scalar of the step, ending the chunk if a register is not zero, going on to the next step.
#define HG_CONTROL(X) X(load_scalar) X(stop_if) X(next_step)

#define HG_ENUM_UNARY(name) linked_##name,
#define HG_ENUM_BINARY(name) linked_##name##_a, linked_##name##_b, linked_##name##_ab,
#define HG_ENUM_TERNARY(name) linked_##name##_a, linked_##name##_b, linked_##name##_ab, linked_##name##_c,
#define HG_ENUM_PAIR(first, form, second) pair_##first##_##form##_##second,
#define HG_ENUM_STORE(name, type) store_##name,
#define HG_ENUM_CONTROL(name) control_##name,
enum ScalarOpcode : int {
  before_scalar_opcodes = opcode_count - 1,
  HG_LINKED_UNARY(HG_ENUM_UNARY) HG_LINKED_BINARY(HG_ENUM_BINARY) HG_LINKED_TERNARY(HG_ENUM_TERNARY)
  HG_PAIRS(HG_ENUM_PAIR) HG_STORE(HG_ENUM_STORE) HG_CONTROL(HG_ENUM_CONTROL)
};
#undef HG_ENUM_UNARY
#undef HG_ENUM_BINARY
#undef HG_ENUM_TERNARY
#undef HG_ENUM_PAIR
#undef HG_ENUM_STORE
#undef HG_ENUM_CONTROL

// The instruction that takes the previous result as a, b or c; the instruction itself where there is no such form.
constexpr int linked_op(int op, bool a, bool b, bool c) {
  const int form = a && b ? 2 : b ? 1 : 0;
  switch (op) {
#define HG_CASE(name) \
  case op_##name: return a ? linked_##name : op;
    HG_LINKED_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) \
  case op_##name: return a || b ? linked_##name##_a + form : op;
    HG_LINKED_BINARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) \
  case op_##name: return c ? (a || b ? op : linked_##name##_c) : a || b ? linked_##name##_a + form : op;
    HG_LINKED_TERNARY(HG_CASE)
#undef HG_CASE
    default: return op;
  }
}

}  // namespace hagang
