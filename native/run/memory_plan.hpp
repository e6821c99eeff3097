// Where the values of a step lie in a workspace. A value may reuse the memory of one that is no longer read.
#pragma once

#include <vector>

#include "plan.hpp"

namespace hagang {

// For a step of so many rows or, where a long batch runs in blocks, for a block of them.
struct MemoryPlan {
  MemoryPlan(const Plan& plan, int64_t rows, bool block);

  std::vector<int64_t> buffers;       // by buffer: bytes from the workspace's start; -1 where it lies elsewhere
  std::vector<int64_t> partial_sums;  // by kernel: what a sum over rows carries from block to block; -1 where nothing
  int64_t bytes = 0;

 private:
  int64_t allocate(int64_t bytes);
};

// Calls f(buffer) for every buffer that a kernel writes.
template <class F>
void for_each_written(const Kernel& k, F&& f) {
  const auto arrays = int(k.operands.size());
  for (const Instruction& s : k.instructions)
    if (s.to < arrays) f(k.operands[size_t(s.to)].buffer);
  if (k.anchor >= 0 && k.anchor < arrays) f(k.operands[size_t(k.anchor)].buffer);
  if (k.kind == KernelKind::general && !k.views.empty()) f(k.views[0].buffer);
}

}  // namespace hagang
