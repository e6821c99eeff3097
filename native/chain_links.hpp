// The links of chains: cheap instructions specialised by where each operand comes from, so that a chain passes results
// on in vector registers. An operand is the accumulator (A: the result of the link before), vectors from memory (V) or
// one number per row (N). A combination that is not listed runs as an instruction of its own, at its usual cost.
#pragma once

#include "instructions.hpp"

namespace hagang {

#define HG_FORMS_UNARY(name, X) X(name, A) X(name, V)
// Operands that may be exchanged stand in the order A, V, N.
#define HG_FORMS_COMMUTATIVE(name, X) X(name, A, A) X(name, A, V) X(name, A, N) X(name, V, V) X(name, V, N)
#define HG_FORMS_ORDERED(name, X) HG_FORMS_COMMUTATIVE(name, X) X(name, V, A) X(name, N, A) X(name, N, V)
#define HG_FORMS_THIRD(name, X, a, b) X(name, a, b, A) X(name, a, b, V) X(name, a, b, N)
#define HG_FORMS_PRODUCT(name, X)                                                              \
  HG_FORMS_THIRD(name, X, A, A) HG_FORMS_THIRD(name, X, A, V) HG_FORMS_THIRD(name, X, A, N)    \
  HG_FORMS_THIRD(name, X, V, V) HG_FORMS_THIRD(name, X, V, N)
#define HG_FORMS_SELECT(name, X)                                                               \
  HG_FORMS_THIRD(name, X, A, V) HG_FORMS_THIRD(name, X, A, N) HG_FORMS_THIRD(name, X, V, A)    \
  HG_FORMS_THIRD(name, X, V, V) HG_FORMS_THIRD(name, X, V, N)

// Every link there is: ONE(name, a), TWO(name, a, b), THREE(name, a, b, c).
#define HG_LINKS(ONE, TWO, THREE)                                                                          \
  HG_CHEAP_UNARY(HG_FORMS_UNARY, ONE) HG_CHEAP_COMMUTATIVE(HG_FORMS_COMMUTATIVE, TWO)                      \
  HG_CHEAP_ORDERED(HG_FORMS_ORDERED, TWO) HG_CHEAP_PRODUCT(HG_FORMS_PRODUCT, THREE)                        \
  HG_CHEAP_SELECT(HG_FORMS_SELECT, THREE)

enum class LinkOperand : char { none, A, V, N };

// An instruction with the origin of each operand; a link's code is its index among the forms.
struct LinkForm {
  int op;
  LinkOperand a, b, c;
  bool operator==(const LinkForm&) const = default;
};

constexpr LinkForm link_forms[] = {
#define HG_ONE(name, a) {op_##name, LinkOperand::a, LinkOperand::none, LinkOperand::none},
#define HG_TWO(name, a, b) {op_##name, LinkOperand::a, LinkOperand::b, LinkOperand::none},
#define HG_THREE(name, a, b, c) {op_##name, LinkOperand::a, LinkOperand::b, LinkOperand::c},
    HG_LINKS(HG_ONE, HG_TWO, HG_THREE)
#undef HG_ONE
#undef HG_TWO
#undef HG_THREE
};
constexpr int link_end = int(sizeof link_forms / sizeof *link_forms);  // the code after a chain's last link

}  // namespace hagang
