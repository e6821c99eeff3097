#include "run/row_blocks.hpp"

#include <algorithm>

#include "call.hpp"
#include "cpu.hpp"

namespace hagang {

namespace {

bool has_rows(const Plan& plan, int buffer) { return buffer >= 0 && plan.buffers[size_t(buffer)].size.per_row != 0; }

// Whether a kernel touches an array with rows, other than as operands of its sum over them.
bool touches_rows(const Plan& plan, const Kernel& k) {
  const auto operand = [&](const OperandPlan& p) { return has_rows(plan, p.buffer); };
  const auto view = [&](const View& v) { return has_rows(plan, v.buffer); };
  return std::any_of(k.operands.begin(), k.operands.end(), operand) || std::any_of(k.views.begin(), k.views.end(), view) ||
         (!sums_over_rows(k) && (operand(k.a) || operand(k.b))) || k.rows.per_row || k.columns.per_row;
}

}  // namespace

bool sums_over_rows(const Kernel& k) {
  const bool sum = k.kind == KernelKind::contract_tile || k.kind == KernelKind::reduce_columns || k.kind == KernelKind::reduce_all;
  return sum && k.space != Space::rows && k.depth == Extent{0, 1};
}

int64_t partial_sum_count(const Kernel& k) {
  if (!sums_over_rows(k)) return 0;
  if (k.kind == KernelKind::reduce_all) return lanes_of(k.bits);
  const int64_t columns = round_up(k.columns.fixed, panel_columns_of(k.bits));
  return k.kind == KernelKind::contract_tile ? checked_multiply(round_up(k.rows.fixed, unit_rows), columns) : columns;
}

std::vector<BlockTurn> block_turns(const Plan& plan) {
  std::vector<BlockTurn> turns;
  for (const Kernel& k : plan.kernels) {
    const bool rows = k.space == Space::rows;
    if (rows ? k.phase > 0 : touches_rows(plan, k)) return {};
    turns.push_back(rows || sums_over_rows(k) ? BlockTurn::every : k.phase == 0 ? BlockTurn::first : BlockTurn::last);
  }
  return turns;
}

}  // namespace hagang
