// The Plan: a program lowered to kernels, phases and buffers. Plain data, read from words that Python writes
// (src/hagang/runtime/native/plan.py has the other half of the grammar) and verified before anything runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checked.hpp"
#include "instructions.hpp"

namespace hagang {

// A size or a position that may depend on the number of rows: fixed + per_row · rows.
struct Extent {
  int64_t fixed = 0, per_row = 0;
  int64_t at(int64_t rows) const { return checked_add(fixed, checked_multiply(per_row, rows)); }
  bool operator==(const Extent&) const = default;
};

enum class Storage : int {
  temporary,  // lives within a step
  slot,       // a session's slot, in the session's own layout
  mirror,     // the transposed copy of a slot
  constant,   // filled once from the plan's numbers
  scalar,     // the step's scalars, eight bytes each; every thread has a copy
  batch,      // the step's rows of a data array
};

struct Buffer {
  Storage storage;
  int bits;     // 32 or 64
  Extent size;  // in numbers, without padding
  int64_t index;  // which slot, or the constant's first number
};

// Where a tape or an anchor finds an array; strides count numbers.
struct OperandPlan {
  int buffer = -1;
  Extent offset, row_stride;
  int64_t column_stride = 0;  // 1: vectors, 0: one number per row
  int64_t panel_rows = 0;     // allocated rows of a panelled array, else 0
};

// An array of any strides, for the general ops.
struct View {
  int buffer;
  Extent offset;
  std::vector<Extent> dims, strides;
};

// How a kernel is cut among threads: by rows of the batch, by tiles of its result, or not at all.
enum class Space : int { rows, tiles, whole };

enum class KernelKind : int {
  pointwise_vector,
  pointwise_rows,
  pointwise_panel,
  contract_rows,   // rows of activations times panels of weights
  contract_tile,   // a product summed over the rows, tile by tile
  reduce_rows,     // each row to one number
  reduce_columns,  // each column to one number
  reduce_all,      // a vector to one number
  gather,          // the rows of a batch
  general,         // one of the general ops on views
  output,          // a view, copied to where Python reads it
  count
};

enum class GeneralOp : int {
  copy, fill, reduce, argmax, cumsum, contract, take, scatter_add, solve, det, random, unpanel, panel, argsort, count
};

struct MirrorPlan {
  int from, to;  // buffers
};

struct Kernel {
  KernelKind kind;
  Space space;
  int phase;
  int bits;
  Extent rows, columns;  // the domain
  OperandPlan a, b;      // the anchor's operands
  Extent depth;          // the contracted extent
  int variant = 0;       // 1 for a product in bfloat16; a Fold; a GeneralOp; the number of a batch input or an output
  int anchor = -1;       // the register that the anchor fills
  int scratch = 0;       // scratch registers after the operands
  std::vector<int64_t> numbers;  // a general op's own
  std::vector<OperandPlan> operands;
  std::vector<Instruction> instructions;
  std::vector<MirrorPlan> mirrors;
  std::vector<View> views;
};

// The tape that computes, for all steps of a chunk and in float64, what depends on scalars alone.
struct Prologue {
  int inputs = 0;  // registers 0 … inputs-1: the scalar table's columns, then the number of rows
  std::vector<double> constants;  // the registers after them
  int scratch = 0;
  std::vector<Instruction> instructions;
  struct Result {
    int from;  // register
    int bits;  // how the scalar is stored
  };
  std::vector<Result> results;  // scalar i of the step
};

struct Plan {
  int phases = 0;
  int batches = 0, outputs = 0, slots = 0;
  int stop = -1;  // the buffer whose first number ends the chunk when it is not zero, or -1
  double work = 0;  // multiply–adds per row, approximately
  double fixed_work = 0;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  Prologue prologue;
  std::vector<double> constants;
};

// Reads and verifies; throws std::invalid_argument.
Plan read_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count);

// Verifies, for this many rows, that no kernel reads or writes outside its buffers.
void verify_reach(const Plan& plan, int64_t rows, const std::vector<int64_t>& slot_sizes,
                  const std::vector<int64_t>& mirror_sizes);

// Elements that every buffer has beyond its size, for vectors that run past the end.
constexpr int64_t padding = 64;

}  // namespace hagang
