// The tape interpreter: instructions over one tile, and the loop that runs them.
//
// An instruction works on a whole tile in the first-level cache, so that a hundred or so vectors share the cost of one
// dispatch. Widths are multiples of a vector: every buffer is padded, so no loop has a tail.
#pragma once

#include "call.hpp"
#include "instructions.hpp"
#include "kernels/arithmetic.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

// A source, row by row: vectors from memory, or one number per row.
template <class T, bool Scalar>
struct SourceRows {
  const T* p;
  int64_t row;
  Vec<T> one;
  HG_INLINE SourceRows(char* const* registers, const int64_t* rows, int r) : p(reinterpret_cast<const T*>(registers[r])), row(rows[r]) { begin(); }
  HG_INLINE void begin() {
    if constexpr (Scalar) one = broadcast<T>(*p);
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
void run_unary(char* const* registers, const int64_t* row, const BoundInstruction& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, SourceRows<T, A>(registers, row, s.a));
}

template <class T, auto F, bool A, bool B>
void run_binary(char* const* registers, const int64_t* row, const BoundInstruction& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, SourceRows<T, A>(registers, row, s.a), SourceRows<T, B>(registers, row, s.b));
}

template <class T, auto F, bool A, bool B, bool C>
void run_ternary(char* const* registers, const int64_t* row, const BoundInstruction& s, int64_t rows, int64_t columns) {
  run_rows<T, F>(HG_TO, SourceRows<T, A>(registers, row, s.a), SourceRows<T, B>(registers, row, s.b), SourceRows<T, C>(registers, row, s.c));
}

#undef HG_TO

// The function of an instruction for its kinds of sources (bit 0: a is one number per row, bit 1: b, bit 2: c).
template <class T>
InstructionFunction instruction_function(int op, int scalars) {
  switch (op) {
#define HG_CASE(name)                                                                                 \
  case op_##name:                                                                                     \
    return scalars & 1 ? run_unary<T, Unary<T>::name, true> : run_unary<T, Unary<T>::name, false>;
    HG_UNARY(HG_CASE)
#undef HG_CASE
#define HG_CASE(name)                                                                                 \
  case op_##name: {                                                                                   \
    static constexpr InstructionFunction kinds[] = {                                                         \
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
    static constexpr InstructionFunction kinds[] = {HG_PART(name, false, false), HG_PART(name, true, false), \
                                             HG_PART(name, false, true), HG_PART(name, true, true)};  \
    return kinds[(scalars & 3) * 2 + (scalars >> 2)];                                                 \
  }
    HG_TERNARY(HG_CASE)
#undef HG_CASE
#undef HG_PART
    default: return nullptr;
  }
}

HG_INLINE void run_instructions(const Tape& tape, int64_t rows, int64_t columns) {
  for (int i = 0; i < tape.instruction_count; i++) {
    const BoundInstruction& s = tape.instructions[i];
    if (s.contiguous) s.run(tape.registers, tape.row_strides, s, 1, rows * columns);
    else s.run(tape.registers, tape.row_strides, s, rows, columns);
  }
}

// Points the array registers at the tile whose first element is (r, c).
template <class T>
HG_INLINE void point(const Tape& tape, int64_t r, int64_t c) {
  if (tape.fixed) return;
  for (int i = 0; i < tape.operand_count; i++) {
    const Operand& o = tape.operands[i];
    tape.registers[i] = o.base + (r * o.row_stride + c * o.column_stride) * int64_t(sizeof(T));
  }
}

// The same within the panel that starts at column c; a panel's row stride is its width.
template <class T>
HG_INLINE void point_panel(const Tape& tape, int64_t r, int64_t c, int64_t width) {
  if (tape.fixed) return;
  for (int i = 0; i < tape.operand_count; i++) {
    const Operand& o = tape.operands[i];
    if (o.panel_rows) {
      tape.row_strides[i] = width;
      tape.registers[i] = o.base + (c * o.panel_rows + r * width) * int64_t(sizeof(T));
    } else {
      tape.registers[i] = o.base + (r * o.row_stride + c * o.column_stride) * int64_t(sizeof(T));
    }
  }
}

// Scratch tiles are as wide as the current tile.
HG_INLINE void widen_scratch(const Tape& tape, int64_t columns) {
  if (tape.fixed) return;
  for (int i = tape.operand_count; i < tape.register_count; i++) tape.row_strides[i] = columns;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
