// Copying outputs to where the caller reads them.
#pragma once

#include <vector>

#include "general/array.hpp"
#include "run/chunk.hpp"

namespace hagang {

// One thread's part of an output.
struct OutputCall {
  Array view;
  int number;          // of the output
  int rows_axis;       // which axis is the rows, or -1
  int64_t first_row;   // of this thread's part
  Sink sink;
  std::vector<int64_t> strides;  // in the sink
  int64_t step_stride;           // numbers from one step to the next in a sink without rows
};

void attach(OutputCall& output, const Chunk& chunk);

// `call.extra` is an OutputCall.
void run_output(const Call& call, const StepContext& context);

}  // namespace hagang
