#include "run/blocks.hpp"

#include <algorithm>

#include "run/session.hpp"

namespace hagang {

namespace {

bool long_as_rows(const Plan& plan, int buffer) { return buffer >= 0 && plan.buffers[size_t(buffer)].size.per_row != 0; }

// Whether a kernel touches an array with rows, the operands of its sum over them apart.
bool touches_rows(const Plan& plan, const Kernel& k) {
  const auto place = [&](const Place& p) { return long_as_rows(plan, p.buffer); };
  const auto view = [&](const View& v) { return long_as_rows(plan, v.buffer); };
  return std::any_of(k.operands.begin(), k.operands.end(), place) || std::any_of(k.views.begin(), k.views.end(), view) ||
         (!sums_rows(k) && (place(k.a) || place(k.b))) || k.rows.per_row || k.columns.per_row;
}

}  // namespace

bool sums_rows(const Kernel& k) {
  const bool sum = k.kind == Kind::contract_tile || k.kind == Kind::reduce_columns || k.kind == Kind::reduce_all;
  return sum && k.space != Space::rows && k.depth.per_row == 1 && k.depth.fixed == 0;
}

int64_t kept_sums(const Kernel& k) {
  if (!sums_rows(k)) return 0;
  if (k.kind == Kind::reduce_all) return lanes_of(k.bits);
  const int64_t columns = round_up(k.columns.fixed, panel_columns_of(k.bits));
  return k.kind == Kind::contract_tile ? round_up(k.rows.fixed, unit_rows) * columns : columns + padding;
}

std::vector<Turn> turns_of(const Plan& plan) {
  std::vector<Turn> turns;
  for (const Kernel& k : plan.kernels) {
    const bool rows = k.space == Space::rows;
    if (rows ? k.phase > 0 : touches_rows(plan, k)) return {};
    turns.push_back(rows || sums_rows(k) ? Turn::each : k.phase == 0 ? Turn::first : Turn::last);
  }
  return turns;
}

}  // namespace hagang
