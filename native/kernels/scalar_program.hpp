// The scalar program interpreter: one number per register, one thread, no call in a whole chunk.
#pragma once

#include <type_traits>

#include "call.hpp"
#include "kernels/arithmetic.hpp"
#include "scalar_program_ops.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// Every instruction ends in its own indirect jump, so that the branch predictor learns which follows which: twice as fast
// as a switch in a loop. Functions are computed as a vector of which one lane is used, so they have the tape's bits.
inline int64_t run_scalar_program(const ScalarCall& call, const double* scalars, int64_t steps) {
#define HG_LABEL(name) &&at_##name,
#define HG_LABELS_UNARY(name) &&linked_##name##_,
#define HG_LABELS_BINARY(name) &&linked_##name##_a_, &&linked_##name##_b_, &&linked_##name##_ab_,
#define HG_LABELS_TERNARY(name) &&linked_##name##_a_, &&linked_##name##_b_, &&linked_##name##_ab_, &&linked_##name##_c_,
#define HG_LABELS_PAIR(first, form, second) &&pair_##first##_##form##_##second##_,
#define HG_LABELS_STORE(name, type) &&store_##name##_,
#define HG_LABELS_CONTROL(name) &&control_##name##_,
  static const void* const labels[] = {
      HG_UNARY(HG_LABEL) HG_BINARY(HG_LABEL) HG_TERNARY(HG_LABEL) HG_LINKED_UNARY(HG_LABELS_UNARY)
      HG_LINKED_BINARY(HG_LABELS_BINARY) HG_LINKED_TERNARY(HG_LABELS_TERNARY) HG_PAIRS(HG_LABELS_PAIR)
      HG_STORE(HG_LABELS_STORE) HG_CONTROL(HG_LABELS_CONTROL)};
#undef HG_LABEL
#undef HG_LABELS_UNARY
#undef HG_LABELS_BINARY
#undef HG_LABELS_TERNARY
#undef HG_LABELS_PAIR
#undef HG_LABELS_STORE
#undef HG_LABELS_CONTROL

  double* const r = call.registers;
  const ScalarInstruction* s = call.instructions;
  double last = 0;  // the previous result
  int64_t step = 0;

#define HG_GO goto *labels[s->op]
#define HG_DO(of, ...)                        \
  r[s->to] = last = of<double>::__VA_ARGS__[0]; \
  s++;                                        \
  HG_GO;
#define HG_A broadcast<double>(r[s->a])
#define HG_B broadcast<double>(r[s->b])
#define HG_C broadcast<double>(r[s->c])
#define HG_LAST broadcast<double>(last)
  HG_GO;

#define HG_CASE(name) at_##name : HG_DO(Unary, name(HG_A))
  HG_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) at_##name : HG_DO(Binary, name(HG_A, HG_B))
  HG_BINARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) at_##name : HG_DO(Ternary, name(HG_A, HG_B, HG_C))
  HG_TERNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name) linked_##name##_ : HG_DO(Unary, name(HG_LAST))
  HG_LINKED_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name)                                       \
  linked_##name##_a_ : HG_DO(Binary, name(HG_LAST, HG_B))   \
  linked_##name##_b_ : HG_DO(Binary, name(HG_A, HG_LAST))   \
  linked_##name##_ab_ : HG_DO(Binary, name(HG_LAST, HG_LAST))
  HG_LINKED_BINARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name)                                                \
  linked_##name##_a_ : HG_DO(Ternary, name(HG_LAST, HG_B, HG_C))     \
  linked_##name##_b_ : HG_DO(Ternary, name(HG_A, HG_LAST, HG_C))     \
  linked_##name##_ab_ : HG_DO(Ternary, name(HG_LAST, HG_LAST, HG_C)) \
  linked_##name##_c_ : HG_DO(Ternary, name(HG_A, HG_B, HG_LAST))
  HG_LINKED_TERNARY(HG_CASE)
#undef HG_CASE

#define HG_FIRST_ab(name) Binary<double>::name(HG_A, HG_B)[0]
#define HG_FIRST_lb(name) Binary<double>::name(HG_LAST, HG_B)[0]
#define HG_FIRST_ll(name) Binary<double>::name(HG_LAST, HG_LAST)[0]
#define HG_SECOND_plus t + r[s->c]
#define HG_SECOND_minus t - r[s->c]
#define HG_SECOND_from r[s->c] - t
#define HG_SECOND_times t * r[s->c]
#define HG_SECOND_twice t + t
#define HG_SECOND_squared t * t
#define HG_CASE(first, form, second)          \
  pair_##first##_##form##_##second##_ : {     \
    const double t = HG_FIRST_##form(first);  \
    r[s->to] = last = HG_SECOND_##second;     \
    s++;                                      \
    HG_GO;                                    \
  }
  HG_PAIRS(HG_CASE)
#undef HG_CASE
#undef HG_FIRST_ab
#undef HG_FIRST_lb
#undef HG_FIRST_ll
#undef HG_SECOND_plus
#undef HG_SECOND_minus
#undef HG_SECOND_from
#undef HG_SECOND_times
#undef HG_SECOND_twice
#undef HG_SECOND_squared

#define HG_CASE(name, type)                                                       \
  store_##name##_ : {                                                              \
    OutputCursor& t = call.outputs[s->b];                                             \
    const double value = r[s->a];                                                 \
    *reinterpret_cast<type*>(t.to) = std::is_same_v<type, bool> ? value != 0 : type(value); \
    t.to += t.stride;                                                             \
    s++;                                                                          \
    HG_GO;                                                                        \
  }
  HG_STORE(HG_CASE)
#undef HG_CASE

control_load_scalar_:
  r[s->to] = *scalars++;
  s++;
  HG_GO;
control_stop_if_:
  if (r[s->a] != 0) return step + 1;
  s++;
  HG_GO;
control_next_step_:
  if (++step == steps) return step;
  s = call.instructions;
  HG_GO;
#undef HG_GO
#undef HG_DO
#undef HG_A
#undef HG_B
#undef HG_C
#undef HG_LAST
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
