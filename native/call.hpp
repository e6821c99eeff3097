// A Call is one kernel bound to one thread's share of the work: every pointer resolved, every extent known, nothing
// left to look up while steps run. Plain data only; the code that runs it is compiled per instruction set.
#pragma once

#include <cstdint>

namespace hagang {

// An array as a tape sees it: element (r, c) of the domain lies at base + r * row + c * column. A column stride of 1
// is read as vectors, 0 as one number a row. In a panel, rows are as wide as the panel and `panel` says how many
// elements to go on per column of the panel's start.
struct Operand {
  char* base;
  int64_t row, column, panel;
};

struct Step;
struct Link;
using StepFunction = void (*)(char* const* registers, const int64_t* row, const Step&, int64_t rows, int64_t columns);

// One instruction: destination and up to three sources, as register numbers.
struct Step {
  StepFunction run;
  uint16_t to, a, b, c;
  bool flat;  // all its operands are contiguous over a whole tile, so it runs as one long row
  const Link* links = nullptr;  // of a chain, which takes the place of the instructions that they are
};

// An instruction of a chain (chain_ops.hpp).
struct Link {
  uint16_t code, to, a, b, c;
  bool kept;  // its result is read by others than the next link
};

constexpr int max_registers = 192;
constexpr int max_links = 32;  // in a chain

// A pointwise cone over one tile. Registers 0 … operand_count-1 are arrays, the rest tiles of scratch.
struct Tape {
  Step* steps;
  int step_count, operand_count, register_count;
  Operand* operands;
  char** registers;      // where each register's tile begins
  int64_t* row;          // elements from one row of it to the next
  int64_t tile_rows;     // rows in a full tile
  int64_t tile_columns;  // columns in a full tile
  bool fixed;            // the share is one tile and the registers are already set
};

// A transposed copy that a written panel refreshes: rows of one are columns of the other.
struct Mirror {
  const char* from;
  char* to;
  int64_t from_rows, to_rows;  // allocated rows of each
};

// What changes from step to step; one for all threads.
struct Moment {
  int64_t step;         // within the chunk
  const int64_t* rows;  // the data's rows of this step, or null for 0, 1, 2, …
  int64_t first;        // the first row where `rows` is null
  int64_t count;        // how many
  int64_t before;       // rows of the steps before, in this chunk
  bool again;           // the rows are those of the step before: what was gathered still stands
  int64_t offset;       // rows of the step's blocks before this one
  bool last;            // of the step's blocks
};

enum class Source : int { float32, float64, int64, uint8, boolean };  // the element types of arrays outside

enum class Fold : int { sum, maximum, minimum, product };

struct Call;
using CallFunction = void (*)(const Call&, const Moment&);

struct Call {
  CallFunction run;
  int64_t begin, end;  // this thread's rows, elements or units
  int64_t rows, columns;
  // The anchor: a product's operands, a reduction's or a gather's source.
  const char* a;
  const char* b;
  char* out;
  int64_t a_row, b_row, out_row;
  int64_t depth;        // length of the contracted axis
  int64_t panel_width;  // of a full panel
  char* pairs;          // a product of rounded operands: where they lie as pairs of bfloat16, else null
  char* sums;           // what a sum over rows keeps between the blocks of a step, or null where there is one block
  int64_t a_columns;
  int anchor;           // the register that the anchor fills, or -1
  bool far;             // the arrays written are too large to stay near the core: fetch a tile's ahead
  int how;              // which fold, or which element type a gather reads
  Tape tape;
  Mirror* mirrors;
  int mirror_count;
  void* extra;  // a general op's own record
};

// One instruction of a straight-line program: registers by number.
struct StraightStep {
  uint16_t op, to, a, b, c;
};

// Where a number that is told each step goes next, and how many bytes further the one after it.
struct TellNumber {
  char* to;
  int64_t stride;
};

// A straight-line program with its pointers resolved; its last instruction begins the next step.
struct StraightCall {
  const StraightStep* steps;
  double* registers;
  TellNumber* tells;
};

constexpr int64_t row_block = 4096;  // longer sums over rows are cut here and folded in order
constexpr int64_t unit_rows = 16;    // a unit: so many rows of a panel
constexpr int64_t paired_rows = 256;  // rows of a product's first operand that are rounded at a time
constexpr int64_t paired_row(int64_t depth) { return (depth + 31) / 32 * 16 + 16; }  // pairs of one, not a power of two
constexpr int64_t group_rows = 6;  // of a product's tallest tile on a full panel, on every instruction set

}  // namespace hagang
