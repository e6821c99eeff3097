// Binding a kernel's tape: the size of its tiles, its registers, its instructions and the mirrors it refreshes.
#include <algorithm>

#include "cpu.hpp"
#include "run/bound_plan.hpp"
#include "run/tape_compiler.hpp"

namespace hagang {

namespace {

constexpr int64_t tile_bytes = 4096;  // of a register's tile: a dozen of them fit the first-level cache
// Scratch tiles are two tiles apart, because a product's tile rounds up to whole groups of rows, and a little more: at a
// power of two, a load could wait for a store to another tile at the same offset (4K aliasing).
constexpr int64_t scratch_stride = 2 * tile_bytes + 576;
constexpr int64_t near_bytes = 1 << 17;     // a matrix of at most this stays in the second-level cache with its moments
constexpr int64_t product_row_bytes = 256;  // of a product's tile: some panels side by side
constexpr int64_t min_chain_vectors = 8;    // for which resolving a chain's operands pays

bool has_panels(const Kernel& k) { return k.kind == KernelKind::contract_tile || k.kind == KernelKind::pointwise_panel; }
bool has_activation_rows(const Kernel& k) { return k.kind == KernelKind::pointwise_rows || k.kind == KernelKind::contract_rows; }

int64_t tile_columns(const Kernel& k, const Call& call, int64_t elements) {
  const int64_t bytes = k.bits / 8;
  switch (k.kind) {
    case KernelKind::contract_tile: case KernelKind::pointwise_panel: return call.panel_width;
    case KernelKind::contract_rows: return std::clamp(call.columns, call.panel_width, std::max(call.panel_width, product_row_bytes / bytes));
    case KernelKind::pointwise_rows: return std::min(std::max(call.columns, int64_t(1)), elements);
    case KernelKind::reduce_all: return lanes_of(k.bits);
    default: return elements;
  }
}

int64_t tile_rows(const Kernel& k, int64_t columns, int64_t elements) {
  if (has_panels(k)) return unit_rows;
  if (!has_activation_rows(k)) return 1;
  const int64_t rows = std::max(int64_t(1), elements / columns);
  return k.kind == KernelKind::contract_rows ? round_up(rows, row_group) : rows;
}

// Which instructions are worth a chain on a tile of this size.
ChainPolicy chain_policy(int64_t columns, int64_t rows, int64_t lanes) {
  const int64_t least = min_chain_vectors * lanes;
  return columns >= least ? ChainPolicy::all : columns * rows >= least ? ChainPolicy::contiguous_only : ChainPolicy::none;
}

// Whether an operand is contiguous over a whole tile.
bool is_contiguous(const Kernel& k, const Call& call, const Operand& o) {
  if (o.panel_rows || (!has_panels(k) && !has_activation_rows(k))) return true;
  if (!o.column_stride) return o.row_stride == 0;
  return has_activation_rows(k) && call.columns <= call.tape.tile_columns && o.row_stride == call.columns;
}

// The first element and the width of a part that is one tile; width -1 where it is several.
struct OnlyTile {
  int64_t row = 0, column = 0, width = -1;
};

OnlyTile only_tile(const Kernel& k, const Call& call) {
  const Tape& tape = call.tape;
  const int64_t count = call.end - call.begin;
  switch (k.kind) {
    case KernelKind::contract_tile: case KernelKind::pointwise_panel: {
      if (count != 1) return {};
      const int64_t per_panel = (call.rows + unit_rows - 1) / unit_rows, column = call.begin / per_panel * call.panel_width;
      return {call.begin % per_panel * unit_rows, column, std::min(call.columns - column, call.panel_width)};
    }
    case KernelKind::pointwise_rows:
      if (count > tape.tile_rows || call.columns > tape.tile_columns) return {};
      return {call.begin, 0, call.columns};
    case KernelKind::contract_rows:
      if (!call.columns || call.columns > tape.tile_columns || count > tape.tile_rows * tape.tile_columns / call.columns) return {};
      return {call.begin, 0, call.columns};
    case KernelKind::reduce_all: return {0, 0, lanes_of(k.bits)};
    default:
      if (count > tape.tile_columns) return {};
      return {0, call.begin, round_up(count, lanes_of(k.bits))};
  }
}

// Points the registers once and for all where the part is one tile.
void fix_tape(const Kernel& k, Call& call) {
  const OnlyTile tile = only_tile(k, call);
  if (tile.width < 0) return;
  Tape& tape = call.tape;
  for (int i = 0; i < tape.register_count; i++) {
    if (i >= tape.operand_count) {
      tape.row_strides[i] = tile.width;
      continue;
    }
    const Operand& o = tape.operands[i];
    if (o.panel_rows) tape.row_strides[i] = tile.width;
    const int64_t at = o.panel_rows ? tile.column * o.panel_rows + tile.row * tile.width : tile.row * o.row_stride + tile.column * o.column_stride;
    tape.registers[i] = o.base + at * k.bits / 8;
  }
  tape.fixed = true;
}

}  // namespace

int64_t scratch_size(const Kernel& k) { return (k.scratch + 1) * scratch_stride; }

template <class X>
X* BoundPlan::table(size_t count) {
  tables_.push_back(std::make_unique<char[]>(sizeof(X) * (count + 1)));
  return reinterpret_cast<X*>(tables_.back().get());
}

void BoundPlan::bind_tape(const Kernel& k, int thread, Call& call) {
  const int64_t elements = tile_bytes / (k.bits / 8);
  Tape& tape = call.tape;
  tape.operand_count = int(k.operands.size());
  tape.register_count = tape.operand_count + k.scratch;
  tape.operands = table<Operand>(k.operands.size());
  tape.registers = table<char*>(size_t(tape.register_count));
  tape.row_strides = table<int64_t>(size_t(tape.register_count));
  tape.tile_columns = tile_columns(k, call, elements);
  tape.tile_rows = tile_rows(k, tape.tile_columns, elements);
  for (int i = 0; i < tape.operand_count; i++) {
    const OperandPlan& operand = k.operands[size_t(i)];
    tape.operands[i] = {address(operand, thread), operand.row_stride.at(rows), operand.column_stride, operand.panel_rows};
    tape.row_strides[i] = tape.operands[i].row_stride;
  }
  for (int i = 0; i < k.scratch; i++) tape.registers[tape.operand_count + i] = shares[size_t(thread)].scratch.data() + i * scratch_stride;
  bind_instructions(k, call);
  bind_mirrors(k, call);
  call.prefetch = has_panels(k) && call.rows * call.columns * k.bits / 8 > near_bytes;
  fix_tape(k, call);
}

void BoundPlan::bind_instructions(const Kernel& k, Call& call) {
  Tape& tape = call.tape;
  const ElementKernels& kernels = kernels_for(k.bits);
  std::vector<RegisterLayout> layouts;
  for (int r = 0; r < tape.operand_count; r++) layouts.push_back({!tape.operands[r].column_stride, is_contiguous(k, call, tape.operands[r])});
  layouts.resize(size_t(tape.register_count), {false, true});
  const int64_t domain_columns = has_panels(k) || has_activation_rows(k) ? call.columns : call.end - call.begin;
  const ChainPolicy policy = chain_policy(std::min(domain_columns, tape.tile_columns), std::min(call.rows, tape.tile_rows), kernels.lanes);
  const TapeCompiler compiler(k.instructions, layouts, tape.operand_count, kernels, policy);
  tape.instructions = table<BoundInstruction>(compiler.max_count());
  tape.instruction_count = compiler.write(tape.instructions, table<Link>(compiler.max_count()));
}

void BoundPlan::bind_mirrors(const Kernel& k, Call& call) {
  call.mirror_count = int(k.mirrors.size());
  call.mirrors = table<Mirror>(k.mirrors.size());
  const int64_t from_rows = round_up(call.rows, unit_rows), to_rows = round_up(k.columns.at(rows), unit_rows);
  for (size_t i = 0; i < k.mirrors.size(); i++)
    call.mirrors[i] = {bases[size_t(k.mirrors[i].from)], bases[size_t(k.mirrors[i].to)], from_rows, to_rows};
}

}  // namespace hagang
