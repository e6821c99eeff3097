// Long batches run block by block, so that memory holds the rows of one block however many there are.
#pragma once

#include <vector>

#include "plan.hpp"

namespace hagang {

// When a kernel runs in a step of several blocks: what has rows and what sums over them with each, the rest once.
enum class Turn : int8_t { each, first, last };

// The turn of every kernel; none where the plan needs all rows of a step at once, because something other than a sum
// down the rows reads them, or a sum is fed back to them (as batch normalisation does).
std::vector<Turn> turns_of(const Plan& plan);

// Whether a kernel folds the rows of a batch, block by block, into numbers that it keeps between blocks; how many.
bool sums_rows(const Kernel& kernel);
int64_t kept_sums(const Kernel& kernel);

}  // namespace hagang
