// The tape's instructions over one tile, and the loop that runs them.
//
// An instruction works on a whole tile that lies in the first-level cache, so the cost of interpreting is paid once
// for some hundred vectors. Widths are multiples of a vector: every buffer is padded, nothing has a tail.
#pragma once

#include "call.hpp"
#include "kernels/erf.hpp"
#include "kernels/maths.hpp"
#include "kernels/special.hpp"
#include "tape_ops.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T>
HG_INLINE Vec<T> truth(Ints<T> mask) {
  return select<T>(mask, spread<T>(1), spread<T>(0));
}

template <class T>
struct Unary {
  using V = Vec<T>;
  static HG_INLINE V move(V x) { return x; }
  static HG_INLINE V negative(V x) { return -x; }
  static HG_INLINE V absolute(V x) { return magnitude<T>(x); }
  static HG_INLINE V sign(V x) { return select<T>(x > 0, spread<T>(1), select<T>(x < 0, spread<T>(-1), x)); }
  static HG_INLINE V exp(V x) { return vexp<T>(x); }
  static HG_INLINE V log(V x) { return vlog<T>(x); }
  static HG_INLINE V log1p(V x) { return vlog1p<T>(x); }
  static HG_INLINE V expm1(V x) { return vexpm1<T>(x); }
  static HG_INLINE V sqrt(V x) { return square_root(x); }
  static HG_INLINE V sin(V x) { return vsin(x); }
  static HG_INLINE V cos(V x) { return vcos(x); }
  static HG_INLINE V tanh(V x) { return vtanh<T>(x); }
  static HG_INLINE V expit(V x) { return vexpit<T>(x); }
  static HG_INLINE V erf(V x) { return verf(x); }
  static HG_INLINE V erfc(V x) { return verfc(x); }
  static HG_INLINE V floor(V x) { return round_down(x); }
  static HG_INLINE V ceil(V x) { return round_up(x); }
  static HG_INLINE V rint(V x) { return round_even(x); }
  static HG_INLINE V isfinite(V x) { return truth<T>(magnitude<T>(x) < spread<T>(T(INFINITY))); }
  static HG_INLINE V logical_not(V x) { return truth<T>(x == 0); }
  static HG_INLINE V nonzero(V x) { return truth<T>(x != 0); }
  static HG_INLINE V truncate(V x) { return with_sign<T>(round_down(magnitude<T>(x)), x); }
  static HG_INLINE V single(V x) {
    return each<T>(x, [](T v) { return T(float(v)); });
  }
  // Rounded to 8 significant bits, ties to even, by way of single precision.
  static HG_INLINE V bfloat16(V x) {
    if constexpr (sizeof(T) == 4) {
      const Ints<T> bits = as_ints<T>(x), near = (bits + 0x7FFF + (bits >> 16 & 1)) & ~0xFFFF;
      return select<T>(x == x, as_floats<T>(near), x);
    } else {
      return each<T>(x, [](T v) {
        const float single = float(v);
        int32_t bits;
        std::memcpy(&bits, &single, sizeof bits);
        bits = (bits + 0x7FFF + (bits >> 16 & 1)) & ~0xFFFF;
        float near;
        std::memcpy(&near, &bits, sizeof near);
        return v == v ? T(near) : v;
      });
    }
  }
#define HG_LIBRARY(name, function) \
  static V name(V x) { return each<T>(x, [](T v) { return T(function(double(v))); }); }
  HG_LIBRARY(tan, ::tan)
  HG_LIBRARY(arcsin, ::asin)
  HG_LIBRARY(arccos, ::acos)
  HG_LIBRARY(arctan, ::atan)
  HG_LIBRARY(sinh, ::sinh)
  HG_LIBRARY(cosh, ::cosh)
  HG_LIBRARY(arcsinh, ::asinh)
  HG_LIBRARY(arccosh, ::acosh)
  HG_LIBRARY(arctanh, ::atanh)
  HG_LIBRARY(gammaln, log_gamma)
#undef HG_LIBRARY
};

template <class T>
struct Binary {
  using V = Vec<T>;
  static HG_INLINE V add(V a, V b) { return a + b; }
  static HG_INLINE V subtract(V a, V b) { return a - b; }
  static HG_INLINE V multiply(V a, V b) { return a * b; }
  static HG_INLINE V divide(V a, V b) { return a / b; }
  static HG_INLINE V maximum(V a, V b) { return larger<T>(a, b); }
  static HG_INLINE V minimum(V a, V b) { return smaller<T>(a, b); }
  static HG_INLINE V equal(V a, V b) { return truth<T>(a == b); }
  static HG_INLINE V less(V a, V b) { return truth<T>(a < b); }
  static HG_INLINE V less_equal(V a, V b) { return truth<T>(a <= b); }
  static HG_INLINE V logical_and(V a, V b) { return truth<T>((a != 0) & (b != 0)); }
  static HG_INLINE V logical_or(V a, V b) { return truth<T>((a != 0) | (b != 0)); }
  static HG_INLINE V xlogy(V a, V b) { return select<T>((a == 0) & (b == b), spread<T>(0), a * vlog<T>(b)); }
  static HG_INLINE V logaddexp(V a, V b) {
    const V high = larger<T>(a, b), low = smaller<T>(a, b), gap = select<T>(a == b, spread<T>(0), low - high);
    return high + vlog1p<T>(vexp<T>(gap));
  }
  static HG_INLINE V power(V a, V b) { return vpower(a, b); }
#define HG_LIBRARY(name, function)                                        \
  static V name(V a, V b) {                                               \
    for (int i = 0; i < lanes<T>; i++) a[i] = T(function(a[i], b[i]));    \
    return a;                                                             \
  }
  HG_LIBRARY(arctan2, ::atan2)
  HG_LIBRARY(remainder, floored_remainder)
  HG_LIBRARY(floor_divide, floored_quotient)
  HG_LIBRARY(polygamma, poly_gamma)
#undef HG_LIBRARY
};

template <class T>
struct Ternary {
  using V = Vec<T>;
  static HG_INLINE V where(V c, V a, V b) { return select<T>(c != 0, a, b); }
  static HG_INLINE V multiply_add(V a, V b, V c) { return c + a * b; }
  static HG_INLINE V multiply_subtract(V a, V b, V c) { return c - a * b; }
};

// A source, row by row: vectors from memory, or one number a row.
template <class T, bool Scalar>
struct Taken {
  const T* p;
  int64_t row;
  Vec<T> one;
  HG_INLINE Taken(char* const* registers, const int64_t* rows, int r) : p(reinterpret_cast<const T*>(registers[r])), row(rows[r]) { begin(); }
  HG_INLINE void begin() {
    if constexpr (Scalar) one = spread<T>(*p);
  }
  HG_INLINE void next() { p += row, begin(); }
  HG_INLINE Vec<T> operator[](int64_t j) const {
    if constexpr (Scalar) return one;
    else return load<T>(p + j);
  }
};

template <class T, auto F, class... Sources>
HG_INLINE void run_rows(T* to, int64_t row, int64_t rows, int64_t columns, Sources... sources) {
  for (;;) {
    for (int64_t j = 0; j < columns; j += lanes<T>) store<T>(to + j, F(sources[j]...));
    if (--rows == 0) return;
    to += row;
    (sources.next(), ...);
  }
}

#define HG_TO reinterpret_cast<T*>(registers[s.to]), row[s.to], rows, columns

template <class T, auto F, bool A>
void run_unary(char* const* registers, const int64_t* row, const Step& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, Taken<T, A>(registers, row, s.a));
}

template <class T, auto F, bool A, bool B>
void run_binary(char* const* registers, const int64_t* row, const Step& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, Taken<T, A>(registers, row, s.a), Taken<T, B>(registers, row, s.b));
}

template <class T, auto F, bool A, bool B, bool C>
void run_ternary(char* const* registers, const int64_t* row, const Step& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, Taken<T, A>(registers, row, s.a), Taken<T, B>(registers, row, s.b), Taken<T, C>(registers, row, s.c));
}

#undef HG_TO

// The code of an instruction for the kinds of its sources (bit 0: a is one number a row, bit 1: b, bit 2: c).
template <class T>
StepFunction step_function(int op, int scalars) {
  switch (op) {
#define HG_CASE(name)                                                                                 \
  case op_##name:                                                                                     \
    return scalars & 1 ? run_unary<T, Unary<T>::name, true> : run_unary<T, Unary<T>::name, false>;
    HG_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name)                                                                                 \
  case op_##name: {                                                                                   \
    static constexpr StepFunction kinds[] = {                                                         \
        run_binary<T, Binary<T>::name, false, false>, run_binary<T, Binary<T>::name, true, false>,    \
        run_binary<T, Binary<T>::name, false, true>, run_binary<T, Binary<T>::name, true, true>};     \
    return kinds[scalars & 3];                                                                        \
  }
    HG_BINARY(HG_CASE)
#undef HG_CASE
#define HG_PART(name, a, b) \
  run_ternary<T, Ternary<T>::name, a, b, false>, run_ternary<T, Ternary<T>::name, a, b, true>
#define HG_CASE(name)                                                                                 \
  case op_##name: {                                                                                   \
    static constexpr StepFunction kinds[] = {HG_PART(name, false, false), HG_PART(name, true, false), \
                                             HG_PART(name, false, true), HG_PART(name, true, true)};  \
    return kinds[(scalars & 3) * 2 + (scalars >> 2)];                                                 \
  }
    HG_TERNARY(HG_CASE)
#undef HG_CASE
#undef HG_PART
    default: return nullptr;
  }
}

HG_INLINE void run_steps(const Tape& tape, int64_t rows, int64_t columns) {
  for (int i = 0; i < tape.step_count; i++) {
    const Step& s = tape.steps[i];
    if (s.flat) s.run(tape.registers, tape.row, s, 1, rows * columns);
    else s.run(tape.registers, tape.row, s, rows, columns);
  }
}

// Points the array registers at the tile whose corner is (r, c).
template <class T>
HG_INLINE void point(const Tape& tape, int64_t r, int64_t c) {
  if (tape.fixed) return;
  for (int i = 0; i < tape.operand_count; i++) {
    const Operand& o = tape.operands[i];
    tape.registers[i] = o.base + (r * o.row + c * o.column) * int64_t(sizeof(T));
  }
}

// The same within the panel that starts at column c and is `width` wide; the row stride of a panel is its width.
template <class T>
HG_INLINE void point_panel(const Tape& tape, int64_t r, int64_t c, int64_t width) {
  if (tape.fixed) return;
  for (int i = 0; i < tape.operand_count; i++) {
    const Operand& o = tape.operands[i];
    if (o.panel) {
      tape.row[i] = width;
      tape.registers[i] = o.base + (c * o.panel + r * width) * int64_t(sizeof(T));
    } else {
      tape.registers[i] = o.base + (r * o.row + c * o.column) * int64_t(sizeof(T));
    }
  }
}

// Scratch tiles are as wide as the tile that is being worked on.
HG_INLINE void widen_scratch(const Tape& tape, int64_t columns) {
  if (tape.fixed) return;
  for (int i = tape.operand_count; i < tape.register_count; i++) tape.row[i] = columns;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
