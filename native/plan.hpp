// The Plan: a program lowered to kernels, phases and buffers. Plain data, read from words that Python writes
// (src/hagang/runtime/native/words.py has the other half of the grammar) and verified before anything runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hagang {

// A size or a position that may depend on the number of rows: fixed + per_row · rows.
struct Extent {
  int64_t fixed = 0, per_row = 0;
  int64_t at(int64_t rows) const { return fixed + per_row * rows; }
};

enum class Kept : int {
  temporary,  // lives within a step
  slot,       // a session's slot, in the session's own layout
  mirror,     // the transposed copy of a slot
  constant,   // filled once from the plan's numbers
  scalar,     // this step's scalars, eight bytes each, a copy a thread
  batch,      // this step's rows of a data array
};

struct Buffer {
  Kept kept;
  int bits;     // 32 or 64
  Extent size;  // in numbers, padding not included
  int64_t index;  // which slot, or the constant's first number
};

// Where a tape or an anchor finds an array; the strides count numbers.
struct Place {
  int buffer = -1;
  Extent offset, row;
  int64_t column = 0;  // 1: vectors, 0: one number a row
  int64_t panel = 0;   // allocated rows of a panelled array, else 0
};

// An array of any strides, for the general ops.
struct View {
  int buffer;
  Extent offset;
  std::vector<Extent> dims, strides;
};

enum class Space : int { rows, tiles, whole };

enum class Kind : int {
  pointwise_vector,
  pointwise_rows,
  pointwise_panel,
  contract_rows,   // rows of activations times panels
  contract_tile,   // the product summed over rows, a tile at a time
  reduce_rows,     // each row to one number
  reduce_columns,  // down the rows
  reduce_all,      // a vector to one number
  gather,          // the rows of a batch
  general,         // one of the general ops on views
  output,          // a view, written where Python reads it
  count
};

enum class General : int {
  copy, fill, reduce, argmax, cumsum, contract, take, scatter_add, solve, det, random, unpanel, panel, count
};

struct StepPlan {
  int op, to, a, b, c;
};

struct MirrorPlan {
  int from, to;  // buffers
};

struct Kernel {
  Kind kind;
  Space space;
  int phase;
  int bits;
  Extent rows, columns;  // the domain
  Place a, b;            // the anchor's operands
  Extent depth;          // the contracted extent
  int how = 0;           // 1 for a product of operands rounded to bfloat16; a Fold, a General op, a batch input's or an output's number
  int anchor = -1;       // the register that the anchor fills
  int scratch = 0;       // scratch registers after the operands
  std::vector<int64_t> numbers;  // a general op's own
  std::vector<Place> operands;
  std::vector<StepPlan> steps;
  std::vector<MirrorPlan> mirrors;
  std::vector<View> views;
};

// The tape over all steps of a chunk that computes what depends on scalars alone, in float64.
struct Prologue {
  int inputs = 0;  // registers 0 … inputs-1: the scalar table's columns, then the number of rows
  std::vector<double> constants;  // the registers after them
  int scratch = 0;
  std::vector<StepPlan> steps;
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
  double work = 0;  // multiply–adds a row, about
  double fixed_work = 0;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  Prologue prologue;
  std::vector<double> constants;
};

// Reads and verifies; throws std::invalid_argument.
Plan read_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count);

// Verifies every reach of the plan for this many rows: no kernel may read or write outside its buffers.
void verify_reach(const Plan& plan, int64_t rows, const std::vector<int64_t>& slot_sizes,
                  const std::vector<int64_t>& mirror_sizes);

// Elements every buffer has beyond its size, for vectors that run past the end.
constexpr int64_t padding = 64;

}  // namespace hagang
