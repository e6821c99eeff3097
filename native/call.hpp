// A Call is one kernel bound to one thread's part of the work: every pointer resolved, every extent known, nothing left
// to look up while steps run. Plain data; the code that runs it is compiled once per instruction set.
#pragma once

#include <cstdint>

namespace hagang {

// An array as a tape sees it: element (r, c) of the domain is at base + r * row_stride + c * column_stride. A column
// stride of 1 is read as vectors, 0 as one number per row. In a panel the row stride is the panel's width, and
// `panel_rows` elements are skipped for each column before the panel's first.
struct Operand {
  char* base;
  int64_t row_stride, column_stride, panel_rows;
};

struct BoundInstruction;
struct Link;
using InstructionFunction = void (*)(char* const* registers, const int64_t* row_strides, const BoundInstruction&, int64_t rows, int64_t columns);

// An instruction bound to an instruction set: destination and up to three sources, as register numbers.
struct BoundInstruction {
  InstructionFunction run;
  uint16_t to, a, b, c;
  bool contiguous;  // all its operands are contiguous over a whole tile, so that it runs as one long row
  const Link* links = nullptr;  // of a chain, which replaces the instructions that they stand for
};

// An instruction of a chain (chain_links.hpp).
struct Link {
  uint16_t code, to, a, b, c;
  bool stored;  // something other than the next link reads its result
};

constexpr int max_registers = 192;
constexpr int max_links = 32;  // in a chain

// A pointwise expression over one tile. Registers 0 … operand_count-1 are arrays, the rest tiles of scratch.
struct Tape {
  BoundInstruction* instructions;
  int instruction_count, operand_count, register_count;
  Operand* operands;
  char** registers;      // where each register's tile begins
  int64_t* row_strides;  // of each register
  int64_t tile_rows;     // of a full tile
  int64_t tile_columns;
  bool fixed;            // the thread's part is one tile, and the registers already point at it
};

// A transposed copy that is refreshed when its panel is written: rows of one are columns of the other.
struct Mirror {
  const char* from;
  char* to;
  int64_t from_rows, to_rows;  // allocated rows of each
};

// What changes from step to step; the same for all threads.
struct StepContext {
  int64_t step;                // within the chunk
  const int64_t* row_indices;  // the data's rows of this step, or null for first_row, first_row + 1, …
  int64_t first_row;
  int64_t row_count;
  int64_t rows_before;   // rows of the earlier steps of this chunk
  bool same_rows;        // as in the step before, so that what was gathered is still valid
  int64_t block_offset;  // rows of this step's earlier blocks
  bool last_block;       // of the step
};

enum class ElementType : int { float32, float64, int64, uint8, boolean };  // of the caller's arrays

enum class Fold : int { sum, maximum, minimum, product };

struct Call;
using CallFunction = void (*)(const Call&, const StepContext&);

struct Call {
  CallFunction run;
  int64_t begin, end;  // this thread's rows, elements or units
  int64_t rows, columns;
  // The anchor: a product's operands, or the source of a reduction or gather.
  const char* a;
  const char* b;
  char* out;
  int64_t a_stride, b_stride, out_stride;  // from row to row
  int64_t depth;        // length of the contracted axis; negative: the step's rows
  int64_t panel_width;  // of a full panel
  char* bf16_pairs;     // scratch for operands rounded to bfloat16, or null
  char* partial_sums;   // what a sum over rows carries from block to block of a step; null where there is one block
  int anchor;           // the register that the anchor fills, or -1
  bool prefetch;        // the arrays written are too large for the near caches: fetch a tile's ahead
  int variant;          // which fold, or which element type a gather reads
  Tape tape;
  Mirror* mirrors;
  int mirror_count;
  void* extra;  // a general op's or an output's own record
};

// An instruction of a scalar program: registers by number.
struct ScalarInstruction {
  uint16_t op, to, a, b, c;
};

// Where the next value of an output's number goes, and how many bytes further the value after it.
struct OutputCursor {
  char* to;
  int64_t stride;
};

// A scalar program with its pointers resolved; its last instruction goes on to the next step.
struct ScalarCall {
  const ScalarInstruction* instructions;
  double* registers;
  OutputCursor* outputs;
};

constexpr int64_t row_block = 4096;  // longer sums over rows are cut into blocks of this many and folded in order
constexpr int64_t unit_rows = 16;    // rows of a panel in a unit of work
constexpr int64_t bf16_block_rows = 256;  // rows of a product's first operand that are rounded at a time
constexpr int64_t bf16_row_pairs(int64_t depth) { return (depth + 31) / 32 * 16 + 16; }  // not a power of two
constexpr int64_t row_group = 6;  // rows of a product's tallest tile on a full panel, on every instruction set

}  // namespace hagang
