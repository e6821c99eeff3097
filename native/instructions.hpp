// The engine's pointwise instruction set: the one list that every interpreter, the verifier and Python
// (`_native.instructions()`) read. What each instruction computes is written once, in kernels/arithmetic.hpp.
//
// Four interpreters run these instructions. Each exists because the cost of interpreting lies elsewhere:
//
//   tape            kernels/tape.hpp, bound by run/tape_compiler.cpp. Vectors over a tile that fits the first-level
//                   cache: one indirect call per instruction and tile. It is the epilogue of every kernel.
//   chain           kernels/chain.hpp, links in chain_links.hpp. A run of cheap instructions that a tape executes as one
//                   instruction: intermediate results stay in vector registers instead of going through the cache.
//   scalar program  kernels/scalar_program.hpp, opcodes in scalar_program_ops.hpp. A small step (a minimised function)
//                   in which every number is a register: no kernels, phases or threads, one jump per instruction.
//   prologue        run/step_scalars.cpp. Tape instructions over a row of 256 steps: learning rates and whatever else
//                   depends on the step alone, computed ahead in float64.
//
// Chains and scalar programs fuse the same instructions: those listed as cheap below, for which moving operands
// through memory costs more than the arithmetic. Each has its own operand forms. Fusion never changes a bit.
#pragma once

#include <cstdint>

// HG_UNARY(X) expands to X(name) for every instruction with one operand; further arguments are passed on.
#define HG_UNARY(X)                                                                                                  \
  X(move) X(negative) X(absolute) X(sign) X(exp) X(log) X(log1p) X(expm1) X(sqrt) X(sin) X(cos) X(tan) X(arcsin)     \
  X(arccos) X(arctan) X(sinh) X(cosh) X(tanh) X(arcsinh) X(arccosh) X(arctanh) X(erf) X(erfc) X(expit) X(gammaln)    \
  X(floor) X(ceil) X(rint) X(isfinite) X(logical_not) X(truncate) X(nonzero) X(single) X(bfloat16)
#define HG_BINARY(X)                                                                                                 \
  X(add) X(subtract) X(multiply) X(divide) X(power) X(maximum) X(minimum) X(arctan2) X(logaddexp) X(xlogy)           \
  X(remainder) X(floor_divide) X(equal) X(less) X(less_equal) X(logical_and) X(logical_or) X(polygamma)
// where(c, a, b); multiply_add(a, b, c) is c + a·b and multiply_subtract c - a·b, with the product rounded first.
#define HG_TERNARY(X) X(where) X(multiply_add) X(multiply_subtract)

// The instructions that chains and scalar programs fuse. X(name, further arguments).
#define HG_CHEAP_UNARY(X, ...)                                                                  \
  X(negative __VA_OPT__(, ) __VA_ARGS__) X(absolute __VA_OPT__(, ) __VA_ARGS__)                 \
  X(sqrt __VA_OPT__(, ) __VA_ARGS__) X(isfinite __VA_OPT__(, ) __VA_ARGS__)                     \
  X(logical_not __VA_OPT__(, ) __VA_ARGS__)
#define HG_CHEAP_COMMUTATIVE(X, ...) \
  X(add __VA_OPT__(, ) __VA_ARGS__) X(multiply __VA_OPT__(, ) __VA_ARGS__) X(equal __VA_OPT__(, ) __VA_ARGS__)
#define HG_CHEAP_ORDERED(X, ...)                                                                \
  X(subtract __VA_OPT__(, ) __VA_ARGS__) X(divide __VA_OPT__(, ) __VA_ARGS__)                   \
  X(maximum __VA_OPT__(, ) __VA_ARGS__) X(minimum __VA_OPT__(, ) __VA_ARGS__)                   \
  X(less __VA_OPT__(, ) __VA_ARGS__) X(less_equal __VA_OPT__(, ) __VA_ARGS__)
#define HG_CHEAP_PRODUCT(X, ...) \
  X(multiply_add __VA_OPT__(, ) __VA_ARGS__) X(multiply_subtract __VA_OPT__(, ) __VA_ARGS__)
#define HG_CHEAP_SELECT(X, ...) X(where __VA_OPT__(, ) __VA_ARGS__)

namespace hagang {

#define HG_ENUM(name) op_##name,
enum Opcode : int { HG_UNARY(HG_ENUM) HG_BINARY(HG_ENUM) HG_TERNARY(HG_ENUM) opcode_count };
#undef HG_ENUM

#define HG_NAME(name) #name,
constexpr const char* opcode_names[] = {HG_UNARY(HG_NAME) HG_BINARY(HG_NAME) HG_TERNARY(HG_NAME)};
#undef HG_NAME

constexpr int arity(int op) { return op < op_add ? 1 : op < op_where ? 2 : 3; }

// Whether the first two operands may be exchanged; known for cheap instructions only.
constexpr bool commutes(int op) {
  switch (op) {
#define HG_CASE(name) case op_##name:
    HG_CHEAP_COMMUTATIVE(HG_CASE) HG_CHEAP_PRODUCT(HG_CASE) return true;
#undef HG_CASE
    default: return false;
  }
}

// An instruction over numbered registers: destination and up to three sources.
struct Instruction {
  int op, to, a, b, c;
};

// How many of an instruction's sources are this register.
constexpr int read_count(const Instruction& s, int r) {
  const int operands = arity(s.op);
  return int(s.a == r) + int(operands > 1 && s.b == r) + int(operands > 2 && s.c == r);
}

// Calls f(register) for every source.
template <class F>
constexpr void for_each_source(const Instruction& s, F&& f) {
  const int sources[] = {s.a, s.b, s.c};
  for (int i = 0; i < arity(s.op); i++) f(sources[i]);
}

}  // namespace hagang
