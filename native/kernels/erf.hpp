// The error function and its complement, erf(x) = 2/√π ∫₀ˣ e^(-s²) ds, within 2 ulp. In float64 the tail of erfc would
// be off by 5, so that one is the C library's.
//
// Near zero erf(x) = x p(x²); elsewhere erfc(x) = e^(-x²) h(t) / (x + 3) with t = (x - 3) / (x + 3), which maps all
// positive x into (-1, 1) and leaves a smooth h. Both polynomials are near-minimax fits made from 40 digits by mpmath's
// `chebyfit`: h with 22 terms on 0.46 <= x <= 28 (beyond which erfc is zero), p with 12 on |x| <= 1.
#pragma once

#include "kernels/maths.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <size_t N>
HG_INLINE Vec<double> polynomial(const double (&c)[N], Vec<double> x) {
  Vec<double> y = broadcast<double>(c[0]);
#pragma GCC unroll 32
  for (size_t i = 1; i < N; i++) y = fma(y, x, broadcast<double>(c[i]));
  return y;
}

// erf(x) / x for z = x² <= 1.
HG_INLINE Vec<double> erf_core(Vec<double> z) {
  constexpr double c[] = {
      -0x1.ac9585a44fe29p-31, 0x1.d76af6ca49787p-27, -0x1.5c131500d3f88p-23, 0x1.b981d78881a5dp-20,
      -0x1.f4ca838adb73bp-17, 0x1.f9a2be4f731a1p-14, -0x1.c02db0665e53dp-11, 0x1.565bccfa44156p-8,
      -0x1.b82ce31203772p-6, 0x1.ce2f21a040f66p-4, -0x1.812746b0379c1p-2, 0x1.20dd750429b6dp+0};
  return polynomial(c, z);
}

// erfc(x) for x >= 0.46, NaN where x is.
HG_INLINE Vec<double> erfc_tail(Vec<double> x) {
  constexpr double c[] = {
      -0x1.c041feb93636dp-28, -0x1.818d4ae75f61dp-29, 0x1.a4c5124428007p-25, 0x1.990fc4eb543a5p-25,
      -0x1.f47b9941e0b6fp-23, -0x1.b6b197ced6354p-22, 0x1.0c331c57de89bp-20, 0x1.732a7ecd23fb9p-19,
      -0x1.3ebb5355e8127p-18, -0x1.251b2d70c43eep-16, 0x1.fdff874bd2c38p-16, 0x1.c3253c1a09ec6p-14,
      -0x1.2238fe21dcf0ep-12, -0x1.1f78e16021ae3p-11, 0x1.8dae3a2869cc0p-9, -0x1.3dd3e70f49baep-10,
      -0x1.b78993d6b5a2cp-6, 0x1.e995f11b16e21p-4, -0x1.3deb21415dc98p-2, 0x1.2e326945de2b8p-1,
      -0x1.c44c471baa376p-1, 0x1.12f21ddd9f5e2p+0};
  const Vec<double> far = broadcast<double>(28), near = x > far ? far : x, three = broadcast<double>(3);
  const Vec<double> sum = near + three, t = (near - three) / sum;
  // The exponential would magnify the rounding error of x².
  const Vec<double> square = near * near, lost = fma(near, near, -square), e = vexp<double>(-square);
  const Vec<double> y = (e - e * lost) * (polynomial(c, t) / sum);
  return select<double>(x == x, y, x);
}

HG_INLINE Vec<double> verf(Vec<double> x) {
  const Vec<double> a = magnitude<double>(x), one = broadcast<double>(1);
  return select<double>(a < one, x * erf_core(x * x), copy_sign<double>(one - erfc_tail(a), x));
}

HG_INLINE Vec<double> verfc(Vec<double> x) {
  return map_lanes<double>(x, [](double v) { return ::erfc(v); });
}

HG_INLINE Vec<float> verf(Vec<float> x) {
  return via_double(x, [](Vec<double> v) { return verf(v); });
}

HG_INLINE Vec<float> verfc(Vec<float> x) {
  return via_double(x, [](Vec<double> v) {
    const Vec<double> a = magnitude<double>(v), one = broadcast<double>(1), two = broadcast<double>(2), tail = erfc_tail(a);
    const Vec<double> middle = one - v * erf_core(v * v), outside = select<double>(v < 0, two - tail, tail);
    return select<double>(a < broadcast<double>(0.46), middle, outside);
  });
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
