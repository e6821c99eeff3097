// Vectors of one instruction set: a thin layer over GCC's and Clang's vector extensions, plus the few instructions that
// the extensions cannot express. Included once per instruction set, into that set's own namespace: an inline function
// shared between translation units compiled with different flags would be linked once, from whichever unit the linker
// met first, and could put AVX-512 instructions into the baseline.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define HG_INLINE __attribute__((always_inline)) inline

namespace hagang::HAGANG_ISA_NAMESPACE {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class T>
struct VectorTraits;

template <>
struct VectorTraits<float> {
  typedef float V __attribute__((vector_size(vector_bytes)));
  typedef int32_t I __attribute__((vector_size(vector_bytes)));
  typedef float Half __attribute__((vector_size(vector_bytes / 2)));
  using Int = int32_t;
};

template <>
struct VectorTraits<double> {
  typedef double V __attribute__((vector_size(vector_bytes)));
  typedef int64_t I __attribute__((vector_size(vector_bytes)));
  using Int = int64_t;
};

template <class T>
using Vec = typename VectorTraits<T>::V;
template <class T>
using Ints = typename VectorTraits<T>::I;  // a vector of integers as wide as T; also the type of a comparison
template <class T>
constexpr int lanes = vector_bytes / int(sizeof(T));

template <class T>
HG_INLINE Vec<T> load(const T* p) {
  Vec<T> v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <class T>
HG_INLINE void store(T* p, Vec<T> v) {
  std::memcpy(p, &v, sizeof v);
}

// x - 0 keeps the sign of a negative zero, which x + 0 would lose.
template <class T>
HG_INLINE Vec<T> broadcast(T x) {
  return x - Vec<T>{};
}

template <class T>
HG_INLINE Ints<T> broadcast_int(typename VectorTraits<T>::Int x) {
  return x - Ints<T>{};
}

template <class T>
HG_INLINE Vec<T> select(Ints<T> mask, Vec<T> yes, Vec<T> no) {
  return mask ? yes : no;
}

template <class T>
HG_INLINE Ints<T> as_ints(Vec<T> v) {
  return reinterpret_cast<Ints<T>>(v);
}

template <class T>
HG_INLINE Vec<T> as_floats(Ints<T> v) {
  return reinterpret_cast<Vec<T>>(v);
}

// Lane j of the result is number I[j] of a's lanes followed by b's.
template <class T, int... I>
HG_INLINE Vec<T> shuffle(Vec<T> a, Vec<T> b) {
#if defined(__clang__)
  return __builtin_shufflevector(a, b, I...);
#else
  return __builtin_shuffle(a, b, Ints<T>{I...});
#endif
}

template <class T>
using Lanes = std::make_integer_sequence<int, lanes<T>>;

// Lane j of the result is lane j + By of v, wrapping around.
template <class T, int By, int... J>
HG_INLINE Vec<T> rotate_lanes(Vec<T> v, std::integer_sequence<int, J...>) {
  return shuffle<T, (J + By) % lanes<T>...>(v, v);
}

// Exchanges lanes between two rows: the first keeps its lanes whose number lacks the bit `Half` and takes the second's
// such lanes into those that have it; the second keeps those that have it and takes the first's.
template <class T, int Half, int... J>
HG_INLINE void exchange(Vec<T>& a, Vec<T>& b, std::integer_sequence<int, J...>) {
  const Vec<T> first = shuffle<T, (J & Half ? lanes<T> + (J ^ Half) : J)...>(a, b);
  b = shuffle<T, (J & Half ? lanes<T> + J : (J | Half))...>(a, b);
  a = first;
}

template <class T, class F>
HG_INLINE Vec<T> map_lanes(Vec<T> v, F f) {
  for (int i = 0; i < lanes<T>; i++) v[i] = f(v[i]);
  return v;
}

// a·b + c: one rounding where the processor has it, two in the baseline. Never left to the compiler.
HG_INLINE Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#elif defined(__aarch64__)
  return vfmaq_f32(c, a, b);
#else
  return a * b + c;
#endif
}

HG_INLINE Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_pd(a, b, c);
#elif defined(__aarch64__)
  return vfmaq_f64(c, a, b);
#else
  return a * b + c;
#endif
}

HG_INLINE Vec<float> square_root(Vec<float> v) {
#if defined(__AVX512F__)
  return _mm512_sqrt_ps(v);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(v);
#elif defined(__SSE2__)
  return _mm_sqrt_ps(v);
#elif defined(__aarch64__)
  return vsqrtq_f32(v);
#else
  return map_lanes<float>(v, [](float x) { return __builtin_sqrtf(x); });
#endif
}

HG_INLINE Vec<double> square_root(Vec<double> v) {
#if defined(__AVX512F__)
  return _mm512_sqrt_pd(v);
#elif defined(__AVX2__)
  return _mm256_sqrt_pd(v);
#elif defined(__SSE2__)
  return _mm_sqrt_pd(v);
#elif defined(__aarch64__)
  return vsqrtq_f64(v);
#else
  return map_lanes<double>(v, [](double x) { return __builtin_sqrt(x); });
#endif
}

// The three roundings to whole numbers; `mode` is the immediate of x86's round instructions, `letter` names ARM's.
#if defined(__AVX512F__)
#define HG_ROUND(name, mode, letter, scalar)                                                             \
  HG_INLINE Vec<float> name(Vec<float> v) { return _mm512_roundscale_ps(v, mode); }              \
  HG_INLINE Vec<double> name(Vec<double> v) { return _mm512_roundscale_pd(v, mode); }
#elif defined(__AVX2__)
#define HG_ROUND(name, mode, letter, scalar)                                                             \
  HG_INLINE Vec<float> name(Vec<float> v) { return _mm256_round_ps(v, mode); }                   \
  HG_INLINE Vec<double> name(Vec<double> v) { return _mm256_round_pd(v, mode); }
#elif defined(__aarch64__)
#define HG_ROUND(name, mode, letter, scalar)                                                     \
  HG_INLINE Vec<float> name(Vec<float> v) { return vrnd##letter##q_f32(v); }                    \
  HG_INLINE Vec<double> name(Vec<double> v) { return vrnd##letter##q_f64(v); }
#else
#define HG_ROUND(name, mode, letter, scalar)                                                             \
  HG_INLINE Vec<float> name(Vec<float> v) {                                                     \
    return map_lanes<float>(v, [](float x) { return float(scalar(double(x))); });                    \
  }                                                                                             \
  HG_INLINE Vec<double> name(Vec<double> v) {                                                   \
    return map_lanes<double>(v, [](double x) { return scalar(x); });                                 \
  }
#endif
HG_ROUND(round_even, 8, n, __builtin_rint)
HG_ROUND(round_down, 9, m, __builtin_floor)
HG_ROUND(round_up, 10, p, __builtin_ceil)
#undef HG_ROUND

template <class T>
HG_INLINE Vec<T> magnitude(Vec<T> v) {
  constexpr auto sign = typename VectorTraits<T>::Int(1) << (sizeof(T) * 8 - 1);
  return as_floats<T>(as_ints<T>(v) & ~broadcast_int<T>(sign));
}

// The magnitude of one with the sign of another.
template <class T>
HG_INLINE Vec<T> copy_sign(Vec<T> size, Vec<T> sign_of) {
  constexpr auto sign = typename VectorTraits<T>::Int(1) << (sizeof(T) * 8 - 1);
  return as_floats<T>((as_ints<T>(size) & ~broadcast_int<T>(sign)) | (as_ints<T>(sign_of) & broadcast_int<T>(sign)));
}

// NumPy's maximum and minimum: a NaN on either side is propagated.
template <class T>
HG_INLINE Vec<T> larger(Vec<T> a, Vec<T> b) {
  return ((a >= b) | (a != a)) ? a : b;
}

template <class T>
HG_INLINE Vec<T> smaller(Vec<T> a, Vec<T> b) {
  return ((a <= b) | (a != a)) ? a : b;
}

template <class T>
HG_INLINE Ints<T> to_ints(Vec<T> v) {
  return __builtin_convertvector(v, Ints<T>);
}

template <class T>
HG_INLINE Vec<T> to_floats(Ints<T> v) {
  return __builtin_convertvector(v, Vec<T>);
}

// A float32 function computed in float64: correctly rounded in all but a few cases, at about a third of the speed of a
// function of its own.
template <class F>
HG_INLINE Vec<float> via_double(Vec<float> v, F f) {
  VectorTraits<float>::Half part[2];
  std::memcpy(part, &v, sizeof v);
  for (auto& half : part) half = __builtin_convertvector(f(__builtin_convertvector(half, Vec<double>)), VectorTraits<float>::Half);
  std::memcpy(&v, part, sizeof v);
  return v;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
