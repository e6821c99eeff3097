// The chain interpreter: a run of cheap instructions over several vectors at once, whose intermediate results stay in
// vector registers.
#pragma once

#include "chain_links.hpp"
#include "kernels/tape.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// Vectors processed at once: they and some of an operand's fit the vector registers.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int chain_vectors = 16;
#else
constexpr int chain_vectors = 8;
#endif

// A link with its operands' addresses; `to` is null where nothing but the next link reads the result.
template <class T>
struct ResolvedLink {
  const void* code;
  T* to;
  const T *a, *b, *c;
};

// Runs the links on [from, end), N vectors at a time as long as so many are left; returns where it stopped. The code after
// the last link advances to the next vectors. Without links it returns the table of labels, which only this function knows.
template <class T, int N>
int64_t run_links(const ResolvedLink<T>* links, int64_t from, int64_t end, const void* const** codes) {
#define HG_ONE(name, a) &&name##_##a,
#define HG_TWO(name, a, b) &&name##_##a##b,
#define HG_THREE(name, a, b, c) &&name##_##a##b##c,
  static const void* const labels[] = {HG_LINKS(HG_ONE, HG_TWO, HG_THREE) &&next};
#undef HG_ONE
#undef HG_TWO
#undef HG_THREE
  constexpr int L = lanes<T>;
  if (!links) {
    *codes = labels;
    return from;
  }
  if (from + N * L > end) return from;
  // The accumulator. An array would be kept in memory.
  Vec<T> last0, last1, last2, last3, last4, last5, last6, last7, last8, last9, last10, last11, last12, last13, last14, last15;
  last0 = last1 = last2 = last3 = last4 = last5 = last6 = last7 = Vec<T>{};
  last8 = last9 = last10 = last11 = last12 = last13 = last14 = last15 = Vec<T>{};
  const ResolvedLink<T>* s = links;

#define HG_GO goto *s->code
#define HG_FOUR(X, i, j, k, l, ...) X(i, __VA_ARGS__) X(j, __VA_ARGS__) X(k, __VA_ARGS__) X(l, __VA_ARGS__)
#define HG_ALL(X, ...)                                                                                         \
  if constexpr (N == 1) { X(0, __VA_ARGS__) }                                                                  \
  if constexpr (N >= 4) { HG_FOUR(X, 0, 1, 2, 3, __VA_ARGS__) }                                                \
  if constexpr (N >= 8) { HG_FOUR(X, 4, 5, 6, 7, __VA_ARGS__) }                                                \
  if constexpr (N == 16) { HG_FOUR(X, 8, 9, 10, 11, __VA_ARGS__) HG_FOUR(X, 12, 13, 14, 15, __VA_ARGS__) }
#define HG_FIND_A(x)
#define HG_FIND_V(x) const T* const x = s->x + from;
#define HG_FIND_N(x) const Vec<T> x = broadcast<T>(*s->x);
#define HG_READ_A(x, i) last##i
#define HG_READ_V(x, i) load<T>(x + i * L)
#define HG_READ_N(x, i) x
#define HG_STORE_LAST(i, to) store<T>(to + i * L, last##i);
#define HG_DO_ONE(i, name, A) last##i = Unary<T>::name(HG_READ_##A(a, i));
#define HG_DO_TWO(i, name, A, B) last##i = Binary<T>::name(HG_READ_##A(a, i), HG_READ_##B(b, i));
#define HG_DO_THREE(i, name, A, B, C) last##i = Ternary<T>::name(HG_READ_##A(a, i), HG_READ_##B(b, i), HG_READ_##C(c, i));
#define HG_NEXT                   \
  if (T* to = s->to) {            \
    to += from;                   \
    HG_ALL(HG_STORE_LAST, to)           \
  }                               \
  s++;                            \
  HG_GO;
#define HG_ONE(name, A) \
  name##_##A : { HG_FIND_##A(a) HG_ALL(HG_DO_ONE, name, A) HG_NEXT }
#define HG_TWO(name, A, B) \
  name##_##A##B : { HG_FIND_##A(a) HG_FIND_##B(b) HG_ALL(HG_DO_TWO, name, A, B) HG_NEXT }
#define HG_THREE(name, A, B, C) \
  name##_##A##B##C : { HG_FIND_##A(a) HG_FIND_##B(b) HG_FIND_##C(c) HG_ALL(HG_DO_THREE, name, A, B, C) HG_NEXT }
  HG_GO;
  HG_LINKS(HG_ONE, HG_TWO, HG_THREE)
next:
  from += N * L;
  if (from + N * L > end) return from;
  s = links;
  HG_GO;
#undef HG_GO
#undef HG_FOUR
#undef HG_ALL
#undef HG_FIND_A
#undef HG_FIND_V
#undef HG_FIND_N
#undef HG_READ_A
#undef HG_READ_V
#undef HG_READ_N
#undef HG_STORE_LAST
#undef HG_DO_ONE
#undef HG_DO_TWO
#undef HG_DO_THREE
#undef HG_NEXT
#undef HG_ONE
#undef HG_TWO
#undef HG_THREE
}

template <class T, int N>
const void* const* link_codes() {
  const void* const* codes;
  run_links<T, N>(nullptr, 0, 0, &codes);
  return codes;
}

// Runs the links on row r of a tile, N vectors at a time from column `from` on.
template <class T, int N>
int64_t run_row(char* const* registers, const int64_t* row, const Link* links, int64_t r, int64_t from, int64_t columns) {
  if (from + N * lanes<T> > columns) return from;
  static const void* const* const codes = link_codes<T, N>();
  ResolvedLink<T> resolved[max_links + 1];
  ResolvedLink<T>* f = resolved;
  const auto at = [&](int x) { return reinterpret_cast<T*>(registers[x]) + r * row[x]; };
  for (; links->code != link_end; links++)
    *f++ = {codes[links->code], links->stored ? at(links->to) : nullptr, at(links->a), at(links->b), at(links->c)};
  f->code = codes[link_end];
  return run_links<T, N>(resolved, from, columns, nullptr);
}

// A chain as one instruction of a tape.
template <class T>
void run_chain(char* const* registers, const int64_t* row, const BoundInstruction& s, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t from = run_row<T, chain_vectors>(registers, row, s.links, r, 0, columns);
    from = run_row<T, 4>(registers, row, s.links, r, from, columns);
    run_row<T, 1>(registers, row, s.links, r, from, columns);
  }
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
