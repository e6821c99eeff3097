#include "run/bound_plan.hpp"

#include <algorithm>

#include "cpu.hpp"
#include "run/memory_plan.hpp"
#include "run/partition.hpp"

namespace hagang {

namespace {

bool is_product(const Kernel& k) { return k.kind == KernelKind::contract_rows || k.kind == KernelKind::contract_tile; }
bool uses_bfloat16(const Kernel& k) { return is_product(k) && k.variant != 0; }

const Bfloat16Products& bfloat16_kernels() {
  const Bfloat16Products* products = bfloat16_products();
  if (!products) reject("this processor has no products of bfloat16 numbers");
  return *products;
}

// Bytes of the pairs that a product in bfloat16 makes: some rows and a panel, or some columns and a panel.
int64_t bf16_pair_bytes(const Kernel& k, int64_t rows) {
  if (!uses_bfloat16(k)) return 0;
  const int64_t depth = k.depth.at(rows), pair_rows = (depth + 1) / 2;
  const int64_t first = k.kind == KernelKind::contract_rows ? bf16_block_rows * bf16_row_pairs(depth) : pair_rows * unit_rows;
  return 4 * (pair_rows * panel_columns_of(k.bits) + first);
}

// Narrows an array whose first axis is the rows to a thread's part of them.
void narrow(Array& array, const Call& part) {
  array.data += part.begin * array.strides.at(0) * array.bits / 8;
  array.dims[0] = part.end - part.begin;
}

CallFunction function_of(const Kernel& k) {
  const ElementKernels& kernels = kernels_for(k.bits);
  const auto variant = size_t(k.variant);
  switch (k.kind) {
    case KernelKind::pointwise_vector: return kernels.pointwise_vector;
    case KernelKind::pointwise_rows: return kernels.pointwise_rows;
    case KernelKind::pointwise_panel: return kernels.pointwise_panel;
    case KernelKind::contract_rows: return uses_bfloat16(k) ? bfloat16_kernels().rows : kernels.contract_rows;
    case KernelKind::contract_tile: return uses_bfloat16(k) ? bfloat16_kernels().tile : kernels.contract_tile;
    case KernelKind::reduce_rows: return kernels.reduce_rows[variant];
    case KernelKind::reduce_columns: return kernels.reduce_columns[variant];
    case KernelKind::reduce_all: return kernels.reduce_all[variant];
    case KernelKind::gather: return kernels.gather;
    case KernelKind::general: return run_general;
    case KernelKind::output: return run_output;
    case KernelKind::count: break;
  }
  return nullptr;
}

}  // namespace

BoundPlan::BoundPlan(const Plan& p, const Session& session, const std::vector<BlockTurn>& turns, int64_t row_count, int thread_count, char* workspace, Fault& fault)
    : plan(p), rows(row_count), threads(thread_count), block(!turns.empty()), shares(size_t(thread_count)), fault_(fault) {
  std::vector<int64_t> slots, mirrors;
  for (const Slot& slot : session.slots()) slots.push_back(slot.size), mirrors.push_back(mirror_size(slot));
  verify_reach(plan, rows, slots, mirrors);
  const MemoryPlan memory(plan, rows, block);
  place_buffers(session, memory, workspace);
  int64_t scratch = 0, pairs = 0;
  for (const Kernel& k : plan.kernels) scratch = std::max(scratch, scratch_size(k)), pairs = std::max(pairs, bf16_pair_bytes(k, rows));
  for (ThreadShare& share : shares) {
    share.phases.resize(size_t(plan.phases));
    share.turns.resize(size_t(plan.phases));
    share.bf16_pairs = AlignedMemory(pairs);
    share.scratch = AlignedMemory(scratch);
    share.scalars.resize(plan.prologue.results.size() + size_t(padding));
  }
  for (int t = 0; t < threads; t++)
    for (size_t i = 0; i < plan.kernels.size(); i++) {
      const auto phase = size_t(plan.kernels[i].phase);
      const size_t before = shares[size_t(t)].phases[phase].size();
      bind(plan.kernels[i], t, memory.partial_sums[i] < 0 ? nullptr : workspace + memory.partial_sums[i]);
      if (block && shares[size_t(t)].phases[phase].size() > before) shares[size_t(t)].turns[phase].push_back(turns[i]);
    }
}

void BoundPlan::place_buffers(const Session& session, const MemoryPlan& memory, char* workspace) {
  for (size_t i = 0; i < plan.buffers.size(); i++) {
    const Buffer& b = plan.buffers[i];
    char* base = memory.buffers[i] >= 0 ? workspace + memory.buffers[i] : nullptr;
    if (b.storage == Storage::slot) base = session.slots().at(size_t(b.index)).main.data();
    if (b.storage == Storage::mirror) base = session.slots().at(size_t(b.index)).mirror.data();
    if ((b.storage == Storage::slot || b.storage == Storage::mirror) && session.slots()[size_t(b.index)].bits != b.bits)
      reject("a slot has another element type than the plan takes it to have");
    if (b.storage == Storage::constant)
      for (int64_t j = 0; j < b.size.fixed; j++) {
        const double value = plan.constants[size_t(b.index + j)];
        if (b.bits == 64) reinterpret_cast<double*>(base)[j] = value;
        else reinterpret_cast<float*>(base)[j] = float(value);
      }
    bases.push_back(base);
  }
}

char* BoundPlan::base_of(int buffer, int thread) const {
  if (plan.buffers[size_t(buffer)].storage == Storage::scalar)
    return const_cast<char*>(reinterpret_cast<const char*>(shares[size_t(thread)].scalars.data()));
  return bases[size_t(buffer)];
}

char* BoundPlan::address(const OperandPlan& operand, int thread) const {
  if (operand.buffer < 0) return nullptr;
  return base_of(operand.buffer, thread) + operand.offset.at(rows) * plan.buffers[size_t(operand.buffer)].bits / 8;
}

Array BoundPlan::array_of(const View& view, int thread) const {
  const int bits = plan.buffers[size_t(view.buffer)].bits;
  Array array{base_of(view.buffer, thread) + view.offset.at(rows) * bits / 8, bits, {}, {}};
  for (const Extent& dim : view.dims) array.dims.push_back(dim.at(rows));
  for (const Extent& stride : view.strides) array.strides.push_back(stride.at(rows));
  return array;
}

void BoundPlan::bind(const Kernel& k, int thread, char* partial_sums) {
  const Part part = part_of(k, rows, thread, threads);
  if (part.empty()) return;
  const ElementKernels& kernels = kernels_for(k.bits);
  Call call{};
  call.run = function_of(k);
  call.begin = part.begin, call.end = part.end;
  call.rows = k.rows.at(rows);
  call.columns = k.columns.at(rows);
  if (is_product(k) || k.kind == KernelKind::pointwise_rows || k.kind == KernelKind::pointwise_panel) call.columns = round_up(call.columns, kernels.lanes);
  call.depth = k.depth.at(rows);
  call.a = address(k.a, thread);
  call.b = address(k.b, thread);
  call.a_stride = k.a.row_stride.at(rows);
  call.b_stride = k.kind == KernelKind::contract_rows ? k.b.panel_rows : k.b.row_stride.at(rows);
  call.panel_width = kernels.panel_columns;
  call.partial_sums = partial_sums;
  if (uses_bfloat16(k)) call.bf16_pairs = shares[size_t(thread)].bf16_pairs.data();
  call.anchor = k.anchor;
  auto& calls = shares[size_t(thread)].phases[size_t(k.phase)];
  if (k.kind == KernelKind::gather) {
    call.out = const_cast<char*>(call.b);
    call.out_stride = k.b.row_stride.at(rows);
    gathers_.push_back({thread, k.phase, calls.size(), k.variant});
  }
  if (k.kind == KernelKind::general) bind_general(k, thread, call);
  if (k.kind == KernelKind::output) bind_output(k, thread, call);
  if (k.kind <= KernelKind::reduce_all) bind_tape(k, thread, call);
  calls.push_back(call);
}

void BoundPlan::bind_general(const Kernel& k, int thread, Call& call) {
  auto general = std::make_unique<GeneralCall>();
  general->op = GeneralOp(k.variant);
  general->fault = &fault_;
  general->by_rows = k.space == Space::rows;
  general->numbers = k.numbers;
  // The last number says which of the arrays have the rows as their first axis, one bit each.
  if (general->numbers.empty()) reject("a general op lacks its rows");
  const int64_t has_rows = general->numbers.back();
  general->numbers.pop_back();
  for (size_t i = 0; i < k.views.size(); i++) {
    Array array = array_of(k.views[i], thread);
    if (general->by_rows && has_rows >> i & 1) {
      if (array.dims.empty() || array.dims[0] != rows) reject("an op in rows lacks the axis of rows");
      narrow(array, call);
    }
    general->arrays.push_back(std::move(array));
  }
  check_general(*general);
  if (general->op == GeneralOp::random && general->by_rows) general->numbers[1] += call.begin * general->numbers[2];
  call.extra = general.get();
  generals_.push_back(std::move(general));
}

void BoundPlan::bind_output(const Kernel& k, int thread, Call& call) {
  auto output = std::make_unique<OutputCall>();
  output->view = array_of(k.views[0], thread);
  output->number = k.variant;
  output->rows_axis = k.numbers.empty() ? -1 : int(k.numbers[0]);
  output->first_row = 0;
  for (size_t i = 0; i < k.views[0].dims.size(); i++)
    if (k.views[0].dims[i].per_row && int(i) != output->rows_axis) reject("an output has rows in another axis than it says");
  if (output->rows_axis >= output->view.rank()) reject("an output lacks its axis of rows");
  if (k.space == Space::rows) {
    if (output->rows_axis != 0) reject("an output in rows lacks its axis of rows");
    narrow(output->view, call);
    output->first_row = call.begin;
  }
  call.extra = output.get();
  outputs_.push_back(std::move(output));
}

void BoundPlan::attach(const Chunk& chunk) {
  for (const GatherCall& g : gathers_) {
    Call& call = shares[size_t(g.thread)].phases[size_t(g.phase)][g.call];
    const DataArray& array = chunk.data.at(size_t(g.input));
    if (array.row_size != call.columns)
      throw std::invalid_argument("expected data rows of " + std::to_string(call.columns) + " numbers, received " + std::to_string(array.row_size));
    call.a = array.data;
    call.a_stride = array.row_size;
    call.variant = int(array.type);
  }
  for (auto& output : outputs_) hagang::attach(*output, chunk);
}

}  // namespace hagang
