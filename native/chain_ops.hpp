// Links: instructions of arithmetic that hand their results on in the processor's registers to the one after them.
//
// A link's operand is the result before it (A), vectors from memory (V) or one number a row (N). What is not listed
// here runs by itself over a whole tile; which instructions are worth a link is a matter of cost alone.
#pragma once

#include "tape_ops.hpp"

namespace hagang {

#define HG_KINDS_ONE(X, name) X(name, A) X(name, V)
// Operands that may change places stand in the order A, V, N.
#define HG_KINDS_SYMMETRIC(X, name) X(name, A, A) X(name, A, V) X(name, A, N) X(name, V, V) X(name, V, N)
#define HG_KINDS_TWO(X, name) HG_KINDS_SYMMETRIC(X, name) X(name, V, A) X(name, N, A) X(name, N, V)
#define HG_KINDS_THIRD(X, name, a, b) X(name, a, b, A) X(name, a, b, V) X(name, a, b, N)
#define HG_KINDS_PRODUCT(X, name)                                                           \
  HG_KINDS_THIRD(X, name, A, A) HG_KINDS_THIRD(X, name, A, V) HG_KINDS_THIRD(X, name, A, N) \
  HG_KINDS_THIRD(X, name, V, V) HG_KINDS_THIRD(X, name, V, N)
#define HG_KINDS_CHOICE(X, name)                                                            \
  HG_KINDS_THIRD(X, name, A, V) HG_KINDS_THIRD(X, name, A, N) HG_KINDS_THIRD(X, name, V, A) \
  HG_KINDS_THIRD(X, name, V, V) HG_KINDS_THIRD(X, name, V, N)

// ONE(name, a), TWO(name, a, b), THREE(name, a, b, c): every link there is.
#define HG_LINKS(ONE, TWO, THREE)                                                                                      \
  HG_KINDS_ONE(ONE, negative) HG_KINDS_ONE(ONE, absolute) HG_KINDS_ONE(ONE, sqrt) HG_KINDS_ONE(ONE, isfinite)          \
  HG_KINDS_ONE(ONE, logical_not) HG_KINDS_SYMMETRIC(TWO, add) HG_KINDS_SYMMETRIC(TWO, multiply)                        \
  HG_KINDS_SYMMETRIC(TWO, equal) HG_KINDS_TWO(TWO, subtract) HG_KINDS_TWO(TWO, divide) HG_KINDS_TWO(TWO, maximum)      \
  HG_KINDS_TWO(TWO, minimum) HG_KINDS_TWO(TWO, less) HG_KINDS_TWO(TWO, less_equal)                                     \
  HG_KINDS_PRODUCT(THREE, multiply_add) HG_KINDS_PRODUCT(THREE, multiply_subtract) HG_KINDS_CHOICE(THREE, where)

enum class From : char { none, A, V, N };  // where an operand comes from

// An instruction with the kinds of its operands; a link's code is its place among the forms.
struct LinkForm {
  int op;
  From a, b, c;
  bool operator==(const LinkForm&) const = default;
};

constexpr LinkForm link_forms[] = {
#define HG_ONE(name, a) {op_##name, From::a, From::none, From::none},
#define HG_TWO(name, a, b) {op_##name, From::a, From::b, From::none},
#define HG_THREE(name, a, b, c) {op_##name, From::a, From::b, From::c},
    HG_LINKS(HG_ONE, HG_TWO, HG_THREE)
#undef HG_ONE
#undef HG_TWO
#undef HG_THREE
};
constexpr int link_end = int(sizeof link_forms / sizeof *link_forms);  // the code after a chain's last link

}  // namespace hagang
