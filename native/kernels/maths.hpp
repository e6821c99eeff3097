// Vector functions within 2 ulp, float32 and float64. Every lane goes through the same operations whatever its
// neighbours hold, so that a result does not depend on its element's position in a tile.
//
// Reductions and polynomials follow fdlibm (Sun Microsystems, 1993) and W. Cody and W. Waite, Software Manual for
// the Elementary Functions (1980); series are Taylor's, carried until the remainder is below a twentieth of an ulp.
#pragma once

#include <cmath>

#include "kernels/simd.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T>
struct FloatTraits;

template <>
struct FloatTraits<float> {
  static constexpr int mantissa = 23, bias = 127;
  static constexpr float exp_low = -110, exp_high = 90;  // beyond them exp is 0 and infinity
  static constexpr float ln2_high = 0x1.62ep-1f, ln2_low = 0x1.0bfbe8p-15f;
  static constexpr int exp_terms = 7;
};

template <>
struct FloatTraits<double> {
  static constexpr int mantissa = 52, bias = 1023;
  static constexpr double exp_low = -760, exp_high = 720;
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr int exp_terms = 13;
};

constexpr double inverse_factorial[] = {
    1.0,           1.0,            1.0 / 2,         1.0 / 6,          1.0 / 24,         1.0 / 120,        1.0 / 720,
    1.0 / 5040,    1.0 / 40320,    1.0 / 362880,    1.0 / 3628800,    1.0 / 39916800,   1.0 / 479001600,  1.0 / 6227020800.0,
};

template <class T>
HG_INLINE Vec<T> power_of_two(Ints<T> n) {
  return as_floats<T>((n + FloatTraits<T>::bias) << FloatTraits<T>::mantissa);
}

// exp(r) = 1 + r + r²·tail(r) for |r| <= ln 2 / 2.
template <class T>
HG_INLINE Vec<T> exp_tail(Vec<T> r) {
  Vec<T> p = broadcast<T>(T(inverse_factorial[FloatTraits<T>::exp_terms]));
#pragma GCC unroll 16
  for (int k = FloatTraits<T>::exp_terms - 1; k >= 2; k--) p = fma(p, r, broadcast<T>(T(inverse_factorial[k])));
  return p;
}

template <class T>
struct ReducedArgument {
  Vec<T> n, r;  // x = n ln 2 + r
};

template <class T>
HG_INLINE ReducedArgument<T> reduce_exp(Vec<T> x) {
  const Vec<T> n = round_even(x * broadcast<T>(T(1.44269504088896340736)));
  Vec<T> r = fma(-n, broadcast<T>(FloatTraits<T>::ln2_high), x);
  return {n, fma(-n, broadcast<T>(FloatTraits<T>::ln2_low), r)};
}

template <class T>
HG_INLINE Vec<T> vexp(Vec<T> x) {
  const Vec<T> low = broadcast<T>(FloatTraits<T>::exp_low), high = broadcast<T>(FloatTraits<T>::exp_high);
  x = x < low ? low : x;
  x = x > high ? high : x;
  const auto [n, r] = reduce_exp<T>(x);
  const Vec<T> one = broadcast<T>(1), sum = one + r, lost = r - (sum - one);
  const Vec<T> p = sum + fma(exp_tail<T>(r), r * r, lost);
  // In two steps, because 2ⁿ itself may overflow or be subnormal where the product is not.
  const Ints<T> whole = to_ints<T>(n), half = whole >> 1;
  return p * power_of_two<T>(half) * power_of_two<T>(whole - half);
}

template <class T>
HG_INLINE Vec<T> vexpm1(Vec<T> x) {
  const Vec<T> low = broadcast<T>(-50), high = broadcast<T>(FloatTraits<T>::exp_high);
  Vec<T> y = x < low ? low : x;
  y = y > high ? high : y;
  const auto [n, r] = reduce_exp<T>(y);
  const Vec<T> p = fma(exp_tail<T>(r), r * r, r);
  // 2ⁿ(1 + p) - 1, halved until the end so that n = 1024 does not overflow on the sharing.
  const Vec<T> half = power_of_two<T>(to_ints<T>(n) - 1);
  const Vec<T> whole = (p * half + (half - broadcast<T>(T(0.5)))) * broadcast<T>(2);
  const Vec<T> beyond = broadcast<T>(T(INFINITY));
  return select<T>(x >= high, beyond, select<T>(n == 0, select<T>(x == 0, x, p), whole));
}

// log((1 + f)) for f of m = 1 + f in [√½, √2), plus k ln 2.
HG_INLINE Vec<double> log_series(Vec<double> z) {
  constexpr double c[] = {0x1.2f112df3e5244p-3, 0x1.39a09d078c69fp-3, 0x1.7466496cb03dep-3, 0x1.c71c51d8e78afp-3,
                          0x1.2492494229359p-2, 0x1.999999997fa04p-2, 0x1.5555555555593p-1};
  Vec<double> p = broadcast<double>(c[0]);
#pragma GCC unroll 8
  for (int i = 1; i < 7; i++) p = fma(p, z, broadcast<double>(c[i]));
  return p * z;
}

HG_INLINE Vec<float> log_series(Vec<float> z) {
  constexpr float c[] = {0x1.f13c4cp-3f, 0x1.23d3dcp-2f, 0x1.999c26p-2f, 0x1.555554p-1f};
  Vec<float> p = broadcast<float>(c[0]);
#pragma GCC unroll 4
  for (int i = 1; i < 4; i++) p = fma(p, z, broadcast<float>(c[i]));
  return p * z;
}

// log(x) + correction, for log1p, whose 1 + x has lost its last bits.
template <class T>
HG_INLINE Vec<T> log_plus(Vec<T> x, Vec<T> correction) {
  using F = FloatTraits<T>;
  const Vec<T> tiny = power_of_two<T>(broadcast_int<T>(1 - F::bias));
  const Ints<T> small = x < tiny;
  const T lift = T(uint64_t(1) << (F::mantissa + 1));
  const Vec<T> scaled = select<T>(small, x * broadcast<T>(lift), x);
  constexpr auto sqrt_half = sizeof(T) == 8 ? int64_t(0x3fe6a09e667f3bcd) : int64_t(0x3f3504f3);
  const Ints<T> shifted = as_ints<T>(scaled) - broadcast_int<T>(typename VectorTraits<T>::Int(sqrt_half));
  const Ints<T> exponent = shifted >> F::mantissa;
  const Vec<T> m = as_floats<T>(as_ints<T>(scaled) - (exponent << F::mantissa));
  const Vec<T> k = to_floats<T>(exponent) - select<T>(small, broadcast<T>(F::mantissa + 1), broadcast<T>(0));
  const Vec<T> f = m - broadcast<T>(1), s = f / (f + broadcast<T>(2)), half_square = broadcast<T>(T(0.5)) * f * f;
  const Vec<T> rest = s * (half_square + log_series(s * s));
  const Vec<T> y = fma(k, broadcast<T>(F::ln2_high), f - (half_square - (rest + fma(k, broadcast<T>(F::ln2_low), correction))));
  const Vec<T> infinity = broadcast<T>(T(INFINITY));
  Vec<T> special = select<T>(x == 0, -infinity, broadcast<T>(T(NAN)));
  special = select<T>(x == infinity, infinity, special);
  return select<T>((x > 0) & (x < infinity), y, special);
}

template <class T>
HG_INLINE Vec<T> vlog(Vec<T> x) {
  return log_plus<T>(x, broadcast<T>(0));
}

template <class T>
HG_INLINE Vec<T> vlog1p(Vec<T> x) {
  const Vec<T> one = broadcast<T>(1), u = one + x;
  const Vec<T> lost = select<T>(x >= one, one - (u - x), x - (u - one));
  const Vec<T> y = log_plus<T>(u, select<T>(u < broadcast<T>(T(INFINITY)), lost / u, broadcast<T>(0)));
  return select<T>(u == one, x, y);
}

// tanh(x) - x for |x| < 0.625: S. Moshier's Cephes.
HG_INLINE Vec<double> tanh_rest(Vec<double> x, Vec<double> z) {
  Vec<double> p = fma(broadcast<double>(-9.64399179425052238628e-1), z, broadcast<double>(-9.92877231001918586564e1));
  p = fma(p, z, broadcast<double>(-1.61468768441708447952e3));
  Vec<double> q = z + broadcast<double>(1.12811678491632931402e2);
  q = fma(q, z, broadcast<double>(2.23548839060100448583e3));
  q = fma(q, z, broadcast<double>(4.84406305325125486048e3));
  return x * z * (p / q);
}

HG_INLINE Vec<float> tanh_rest(Vec<float> x, Vec<float> z) {
  constexpr float c[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f};
  Vec<float> p = broadcast<float>(c[0]);
#pragma GCC unroll 8
  for (int i = 1; i < 5; i++) p = fma(p, z, broadcast<float>(c[i]));
  return x * z * p;
}

template <class T>
HG_INLINE Vec<T> vtanh(Vec<T> x) {
  const Vec<T> a = magnitude<T>(x), two = broadcast<T>(2), one = broadcast<T>(1);
  const Vec<T> large = one - two / (vexp<T>(two * a) + one), small = a + tanh_rest(a, a * a);
  const Vec<T> y = select<T>(a < broadcast<T>(T(0.625)), small, large);
  return copy_sign<T>(select<T>(a > broadcast<T>(22), one, y), x);
}

template <class T>
HG_INLINE Vec<T> vexpit(Vec<T> x) {
  const Vec<T> one = broadcast<T>(1), e = vexp<T>(-magnitude<T>(x)), sum = one + e, lost = e - (sum - one);
  Vec<T> y = select<T>(x < 0, e, one) / sum;
  y = y - y * (lost * fma(e, broadcast<T>(T(-0.5)), one));  // what the sum lost, over the sum to first order
  return select<T>(x == x, y, x);
}

// --- sine and cosine: fdlibm's kernels on [-π/4, π/4] ---

HG_INLINE Vec<double> sin_kernel(Vec<double> x, Vec<double> tail) {
  constexpr double s1 = -0x1.5555555555549p-3;
  constexpr double s[] = {0x1.5d93a5acfd57cp-33, -0x1.ae5e68a2b9cebp-26, 0x1.71de357b1fe7dp-19, -0x1.a01a019c161d5p-13,
                          0x1.111111110f8a6p-7};
  const Vec<double> z = x * x, v = z * x;
  Vec<double> r = broadcast<double>(s[0]);
#pragma GCC unroll 8
  for (int i = 1; i < 5; i++) r = fma(r, z, broadcast<double>(s[i]));
  return x - ((z * (broadcast<double>(0.5) * tail - v * r) - tail) - v * broadcast<double>(s1));
}

HG_INLINE Vec<double> cos_kernel(Vec<double> x, Vec<double> tail) {
  constexpr double c[] = {-0x1.8fae9be8838d4p-37, 0x1.1ee9ebdb4b1c4p-29, -0x1.27e4f809c52adp-22, 0x1.a01a019cb1590p-16,
                          -0x1.6c16c16c15177p-10, 0x1.555555555554cp-5};
  const Vec<double> z = x * x;
  Vec<double> r = broadcast<double>(c[0]);
#pragma GCC unroll 8
  for (int i = 1; i < 6; i++) r = fma(r, z, broadcast<double>(c[i]));
  const Vec<double> half = broadcast<double>(0.5) * z, w = broadcast<double>(1) - half;
  return w + (((broadcast<double>(1) - w) - half) + (z * z * r - x * tail));
}

// Beyond this the three-part π/2 has too few digits, and the C library is used.
constexpr double trig_limit = 0x1p19;

// sin(x + turns·π/2).
HG_INLINE Vec<double> sin_turned(Vec<double> x, int turns) {
  const Vec<double> n = round_even(x * broadcast<double>(0x1.45f306dc9c883p-1));
  // π/2 in parts of 33 bits, so that n times a part is exact for |n| < 2²⁰.
  const Vec<double> t = x - n * broadcast<double>(0x1.921fb544p0);
  const Vec<double> w1 = n * broadcast<double>(0x1.0b4611a6p-34), r = t - w1;
  const Vec<double> w = n * broadcast<double>(0x1.3198a2e037073p-69) - ((t - r) - w1);
  const Vec<double> high = r - w, tail = (r - high) - w;
  const Ints<double> q = to_ints<double>(select<double>(magnitude<double>(x) < broadcast<double>(trig_limit), n, broadcast<double>(0))) + turns;
  const Vec<double> y = select<double>((q & 1) == 0, sin_kernel(high, tail), cos_kernel(high, tail));
  return select<double>((q & 2) == 0, y, -y);
}

HG_INLINE Vec<double> vsin(Vec<double> x) {
  Vec<double> y = sin_turned(x, 0);
  for (int i = 0; i < lanes<double>; i++)
    if (!(__builtin_fabs(x[i]) < trig_limit)) y[i] = ::sin(x[i]);
  return select<double>(x == 0, x, y);
}

HG_INLINE Vec<double> vcos(Vec<double> x) {
  Vec<double> y = sin_turned(x, 1);
  for (int i = 0; i < lanes<double>; i++)
    if (!(__builtin_fabs(x[i]) < trig_limit)) y[i] = ::cos(x[i]);
  return y;
}

HG_INLINE Vec<float> vsin(Vec<float> x) {
  return via_double(x, [](Vec<double> v) { return vsin(v); });
}
HG_INLINE Vec<float> vcos(Vec<float> x) {
  return via_double(x, [](Vec<double> v) { return vcos(v); });
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
