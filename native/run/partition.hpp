// How kernels are cut among threads. A thread's part depends on the domain's shape alone, so two kernels over one domain
// give a thread the same part.
#pragma once

#include "plan.hpp"

namespace hagang {

struct Part {
  int64_t begin = 0, end = 0;  // rows, elements or units
  bool empty() const { return end <= begin; }
};

// Rows go to threads in slices, tiles by units (unit_rows rows of a panel), whole kernels to the first thread.
Part part_of(const Kernel& kernel, int64_t rows, int thread, int threads);

}  // namespace hagang
