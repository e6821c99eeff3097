// Functions too rare for a vector version: one lane at a time, in float64.
#pragma once

#include "kernels/maths.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

inline double log_gamma(double x) {
#if defined(_WIN32)
  return ::lgamma(x);
#else
  int sign;
  return ::lgamma_r(x, &sign);  // lgamma itself writes a global variable
#endif
}

HG_INLINE Vec<double> vpower(Vec<double> x, Vec<double> y) {
  for (int i = 0; i < lanes<double>; i++) x[i] = ::pow(x[i], y[i]);
  return x;
}

// In float32, x^y = e^(y log x) computed in float64 is accurate enough. Where x is not an ordinary positive number, the C
// library decides.
HG_INLINE Vec<float> vpower(Vec<float> x, Vec<float> y) {
  VectorTraits<float>::Half of[2], to[2];
  std::memcpy(of, &x, sizeof x), std::memcpy(to, &y, sizeof y);
  for (int i = 0; i < 2; i++)
    of[i] = __builtin_convertvector(vexp<double>(__builtin_convertvector(to[i], Vec<double>) * vlog<double>(__builtin_convertvector(of[i], Vec<double>))), VectorTraits<float>::Half);
  Vec<float> power;
  std::memcpy(&power, of, sizeof power);
  for (int i = 0; i < lanes<float>; i++)
    if (!(x[i] > 0 && x[i] < INFINITY && __builtin_fabsf(y[i]) < INFINITY)) power[i] = ::powf(x[i], y[i]);
  return power;
}

// NumPy's remainder has the divisor's sign.
template <class T>
inline T floored_remainder(T a, T b) {
  T r = T(::fmod(double(a), double(b)));
  if (r != 0 && (r < 0) != (b < 0)) r += b;
  return r != 0 ? r : T(__builtin_copysign(0.0, double(b)));
}

template <class T>
inline T floored_quotient(T a, T b) {
  if (b == 0) return a / b;
  const T q = T((double(a) - double(floored_remainder(a, b))) / double(b));
  const T down = T(__builtin_floor(double(q)));
  return q - down > T(0.5) ? down + 1 : down;
}

// Hurwitz's zeta function Σ (x + k)^-s for s > 1 by Euler and Maclaurin (NIST DLMF 25.11.5).
inline double hurwitz_zeta(double s, double x) {
  if (x < -1e6) return double(x == __builtin_floor(x) ? INFINITY : NAN);  // the sum would have too many terms
  double sum = 0;
  while (x < 16) sum += ::pow(x, -s), x += 1;
  constexpr double bernoulli[] = {1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000.0};
  double power = ::pow(x, -s), total = sum + power * x / (s - 1) + power / 2, rising = s;
  power /= x;
  for (int k = 0; k < 6; k++) {
    total += bernoulli[k] * rising * power;
    rising *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= x * x;
  }
  return total;
}

// The digamma function: recurrence up to 10, then the asymptotic series (NIST DLMF 5.5.2, 5.5.4, 5.11.2).
inline double digamma(double x) {
  if (x == 0) return __builtin_copysign(double(INFINITY), -x);
  if (x < 0 && x == __builtin_floor(x)) return double(NAN);
  constexpr double pi = 3.14159265358979323846;
  if (x < 0) return digamma(1 - x) - pi / ::tan(pi * (x - __builtin_floor(x)));
  double shift = 0;
  while (x < 10) shift -= 1 / x, x += 1;
  constexpr double c[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  const double z = 1 / (x * x);
  double series = 0;
  for (int k = 6; k >= 0; k--) series = z * (c[k] + series);
  return shift + ::log(x) - 0.5 / x - series;
}

// The n-th derivative of digamma: (-1)ⁿ⁺¹ n! ζ(n + 1, x).
inline double poly_gamma(double n, double x) {
  if (n == 0) return digamma(x);
  const double size = ::tgamma(n + 1) * hurwitz_zeta(n + 1, x);
  return ::fmod(n, 2) == 0 ? -size : size;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
