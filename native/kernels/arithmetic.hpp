// What each instruction computes, on one vector of either element type: every interpreter calls these.
#pragma once

#include "kernels/erf.hpp"
#include "kernels/maths.hpp"
#include "kernels/special.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T>
HG_INLINE Vec<T> truth(Ints<T> mask) {
  return select<T>(mask, broadcast<T>(1), broadcast<T>(0));
}

template <class T>
struct Unary {
  using V = Vec<T>;
  static HG_INLINE V move(V x) { return x; }
  static HG_INLINE V negative(V x) { return -x; }
  static HG_INLINE V absolute(V x) { return magnitude<T>(x); }
  static HG_INLINE V sign(V x) { return select<T>(x > 0, broadcast<T>(1), select<T>(x < 0, broadcast<T>(-1), x)); }
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
  static HG_INLINE V isfinite(V x) { return truth<T>(magnitude<T>(x) < broadcast<T>(T(INFINITY))); }
  static HG_INLINE V logical_not(V x) { return truth<T>(x == 0); }
  static HG_INLINE V nonzero(V x) { return truth<T>(x != 0); }
  static HG_INLINE V truncate(V x) { return copy_sign<T>(round_down(magnitude<T>(x)), x); }
  static HG_INLINE V single(V x) {
    return map_lanes<T>(x, [](T v) { return T(float(v)); });
  }
  // Rounded to 8 significant bits, ties to even, after rounding to single precision.
  static HG_INLINE V bfloat16(V x) {
    if constexpr (sizeof(T) == 4) {
      const Ints<T> bits = as_ints<T>(x), near = (bits + 0x7FFF + (bits >> 16 & 1)) & ~0xFFFF;
      return select<T>(x == x, as_floats<T>(near), x);
    } else {
      return map_lanes<T>(x, [](T v) {
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
  static V name(V x) { return map_lanes<T>(x, [](T v) { return T(function(double(v))); }); }
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
  static HG_INLINE V xlogy(V a, V b) { return select<T>((a == 0) & (b == b), broadcast<T>(0), a * vlog<T>(b)); }
  static HG_INLINE V logaddexp(V a, V b) {
    const V high = larger<T>(a, b), low = smaller<T>(a, b), gap = select<T>(a == b, broadcast<T>(0), low - high);
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

}  // namespace hagang::HAGANG_ISA_NAMESPACE
