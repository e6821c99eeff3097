// The tape's instructions: the one list that the interpreter, the verifier and Python read.
#pragma once

// X(name): one operand.
#define HG_UNARY(X)                                                                                                  \
  X(move) X(negative) X(absolute) X(sign) X(exp) X(log) X(log1p) X(expm1) X(sqrt) X(sin) X(cos) X(tan) X(arcsin)     \
  X(arccos) X(arctan) X(sinh) X(cosh) X(tanh) X(arcsinh) X(arccosh) X(arctanh) X(erf) X(erfc) X(expit) X(gammaln)    \
  X(floor) X(ceil) X(rint) X(isfinite) X(logical_not) X(truncate) X(nonzero) X(single) X(bfloat16)
// X(name): two operands.
#define HG_BINARY(X)                                                                                                 \
  X(add) X(subtract) X(multiply) X(divide) X(power) X(maximum) X(minimum) X(arctan2) X(logaddexp) X(xlogy)           \
  X(remainder) X(floor_divide) X(equal) X(less) X(less_equal) X(logical_and) X(logical_or) X(polygamma)
// X(name): three operands. where(c, a, b); multiply_add(a, b, c) is c + a·b and multiply_subtract c - a·b, with the
// product rounded as if it stood alone.
#define HG_TERNARY(X) X(where) X(multiply_add) X(multiply_subtract)

namespace hagang {

#define HG_ENUM(name) op_##name,
enum TapeOp : int { HG_UNARY(HG_ENUM) HG_BINARY(HG_ENUM) HG_TERNARY(HG_ENUM) tape_op_count };
#undef HG_ENUM

#define HG_NAME(name) #name,
constexpr const char* tape_op_names[] = {HG_UNARY(HG_NAME) HG_BINARY(HG_NAME) HG_TERNARY(HG_NAME)};
#undef HG_NAME

constexpr int tape_arity(int op) { return op < op_add ? 1 : op < op_where ? 2 : 3; }

}  // namespace hagang
