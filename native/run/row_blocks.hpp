// Long batches run in blocks of rows, so that memory holds one block however many rows there are.
#pragma once

#include <vector>

#include "plan.hpp"

namespace hagang {

// In which blocks of a step a kernel runs: what has rows or sums over them in each, everything else once.
enum class BlockTurn : int8_t { every, first, last };

// The turn of every kernel; empty where the plan needs all rows of a step at once, because something other than a sum
// over the rows reads them, or because a sum is fed back to them (as in batch normalisation).
std::vector<BlockTurn> block_turns(const Plan& plan);

// Whether a kernel folds the rows of a batch, block by block, into partial sums; and how many of them.
bool sums_over_rows(const Kernel& kernel);
int64_t partial_sum_count(const Kernel& kernel);

}  // namespace hagang
