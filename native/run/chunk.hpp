// What a caller asks of an executable, and what it gets: a chunk of steps over its arrays.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "call.hpp"
#include "checked.hpp"

namespace hagang {

// One data array of the batch: rows of `row_size` numbers.
struct DataArray {
  const char* data;
  ElementType type;
  int64_t rows, row_size;
};

// Where an output goes: stacked per step, or with its rows laid end to end.
struct Sink {
  char* data;
  ElementType type;
  int64_t count;  // numbers it holds
};

struct Chunk {
  std::vector<DataArray> data;
  const int64_t* rows = nullptr;  // which data rows, step by step; null: 0, 1, 2, … in every step
  int64_t row_count = 0;          // how many there are in all
  int64_t batch = 0;              // rows per step, the last of which may be short; 0: all rows in every step
  int64_t steps = 0;
  const double* scalars = nullptr;  // one row of `steps` numbers per scalar input
  int64_t scalar_rows = 0;
  std::vector<Sink> sinks;
  int threads = 1;                   // at most
  std::function<bool()> keep_going;  // polled on the calling thread; false ends the chunk after the step

  int64_t rows_per_step() const { return batch ? std::min(batch, row_count) : row_count; }
  // Different rows that the chunk reads, and rows of all its steps together.
  int64_t rows_read() const { return batch ? std::min(row_count, saturating_multiply(batch, steps)) : row_count; }
  int64_t rows_in_all() const { return batch ? rows_read() : saturating_multiply(row_count, steps); }
  int64_t rows_of_last_step() const {
    return batch ? std::clamp(row_count - std::min(row_count, saturating_multiply(batch, steps - 1)), int64_t(0), batch) : row_count;
  }
};

struct RunResult {
  int64_t steps;
  bool stopped;  // by the plan's own stop value
  int threads;   // of the last steps
};

}  // namespace hagang
