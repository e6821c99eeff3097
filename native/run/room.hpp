// Where the values of a step lie in a workspace. A value may take the place of one that nobody reads any more.
#pragma once

#include <vector>

#include "plan.hpp"

namespace hagang {

// For a step of so many rows; or, in a long batch that runs in blocks, for a block of them.
struct Room {
  Room(const Plan& plan, int64_t rows, bool block);

  std::vector<int64_t> buffers;  // by buffer, in bytes from the workspace's start; -1 where it lies elsewhere
  std::vector<int64_t> sums;     // by kernel: what a sum over rows keeps between blocks; -1 where it keeps nothing
  int64_t bytes = 0;

 private:
  int64_t take(int64_t count, int bits);
};

// Calls f(buffer) for every buffer that a kernel writes.
template <class F>
void each_written(const Kernel& k, F&& f) {
  const auto registers = int(k.operands.size());
  for (const StepPlan& s : k.steps)
    if (s.to < registers) f(k.operands[size_t(s.to)].buffer);
  if (k.anchor >= 0 && k.anchor < registers) f(k.operands[size_t(k.anchor)].buffer);
  if (k.kind == Kind::general && !k.views.empty()) f(k.views[0].buffer);
}

}  // namespace hagang
