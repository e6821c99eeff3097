#include "run/partition.hpp"

#include <algorithm>

#include "call.hpp"
#include "cpu.hpp"

namespace hagang {

namespace {

constexpr int64_t row_grain = 16;  // rows and elements are dealt out in whole cache lines
constexpr int64_t element_grain = 64;

int64_t split(int64_t count, int part, int parts, int64_t grain) {
  if (part == parts) return count;
  return std::min(count, (count * part / parts + grain / 2) / grain * grain);
}

// A kernel's panels: those of full width, and perhaps a narrow one at the end, each of so many units.
struct Units {
  int64_t full_width, width, per_panel;

  Units(const Kernel& k, int64_t rows, int64_t columns)
      : full_width(panel_columns_of(k.bits)), width(round_up(columns, lanes_of(k.bits))), per_panel((rows + unit_rows - 1) / unit_rows) {}

  int64_t count() const { return (width + full_width - 1) / full_width * per_panel; }

  // The first unit of a part. Units are weighed by their width.
  int64_t split(int part, int parts) const {
    if (part == parts) return count();
    const int64_t full_units = width / full_width * per_panel, narrow = width % full_width;
    const int64_t work = width * per_panel * part / parts, full_work = full_units * full_width;
    return work <= full_work || !narrow ? (work + full_width / 2) / full_width : full_units + (work - full_work) / narrow;
  }
};

int64_t domain_count(const Kernel& k, int64_t rows) {
  switch (k.kind) {
    case KernelKind::pointwise_vector: case KernelKind::reduce_rows: case KernelKind::reduce_columns: return k.columns.at(rows);
    case KernelKind::reduce_all: return 1;
    case KernelKind::general: case KernelKind::output: return k.space == Space::rows ? rows : 1;
    default: return k.rows.at(rows);
  }
}

}  // namespace

Part part_of(const Kernel& k, int64_t rows, int thread, int threads) {
  if (k.space == Space::whole && thread > 0) return {};
  if (k.space == Space::whole) threads = 1;
  if (k.kind == KernelKind::contract_tile || k.kind == KernelKind::pointwise_panel) {
    const Units units(k, k.rows.at(rows), k.columns.at(rows));
    return {units.split(thread, threads), units.split(thread + 1, threads)};
  }
  const int64_t count = domain_count(k, rows), grain = k.space == Space::rows ? row_grain : element_grain;
  return {split(count, thread, threads, grain), split(count, thread + 1, threads, grain)};
}

}  // namespace hagang
