#include "plan.hpp"

#include <stdexcept>

#include "call.hpp"
#include "instructions.hpp"
#include "plan_reader.hpp"

namespace hagang {

namespace {

constexpr int64_t magic = 0x6861676e67, version = 1;

OperandPlan read_operand(PlanReader& in) {
  OperandPlan p;
  p.buffer = in.number(-1, 1 << 20, "a buffer");
  p.offset = in.extent();
  p.row_stride = in.extent();
  p.column_stride = in.number(0, 1, "a column stride");
  p.panel_rows = in.word();
  return p;
}

View read_view(PlanReader& in) {
  View v;
  v.buffer = in.number(0, 1 << 20, "a buffer");
  v.offset = in.extent();
  v.dims = in.list<Extent>([&] { return in.extent(); });
  v.strides = in.list<Extent>([&] { return in.extent(); });
  if (v.dims.size() != v.strides.size()) reject("a view has as many strides as dims");
  return v;
}

Kernel read_kernel(PlanReader& in) {
  Kernel k;
  k.kind = KernelKind(in.number(0, int(KernelKind::count) - 1, "a kind of kernel"));
  k.space = Space(in.number(0, 2, "a space"));
  k.phase = in.number(0, 1 << 16, "a phase");
  k.bits = in.number(32, 64, "bits");
  k.rows = in.extent();
  k.columns = in.extent();
  k.a = read_operand(in);
  k.b = read_operand(in);
  k.depth = in.extent();
  k.variant = in.number(0, 1 << 16, "a variant");
  k.anchor = in.number(-1, max_registers - 1, "a register");
  k.scratch = in.number(0, max_registers, "a count of registers");
  k.numbers = in.list<int64_t>([&] { return in.word(); });
  k.operands = in.list<OperandPlan>([&] { return read_operand(in); });
  k.instructions = in.list<Instruction>([&] { return read_instruction(in, max_registers - 1); });
  k.mirrors = in.list<MirrorPlan>([&] {
    const int from = in.number(0, 1 << 20, "a buffer");
    return MirrorPlan{from, in.number(0, 1 << 20, "a buffer")};
  });
  k.views = in.list<View>([&] { return read_view(in); });
  return k;
}

Buffer read_buffer(PlanReader& in) {
  Buffer b;
  b.storage = Storage(in.number(0, int(Storage::batch), "a kind of buffer"));
  b.bits = in.number(32, 64, "bits");
  if (b.bits != 32 && b.bits != 64) reject("a buffer holds float32 or float64");
  b.size = in.extent();
  b.index = in.word();
  return b;
}

}  // namespace

Instruction read_instruction(PlanReader& in, int last_register) {
  Instruction s{in.number(0, opcode_count - 1, "an instruction"), 0, 0, 0, 0};
  for (int* r : {&s.to, &s.a, &s.b, &s.c}) *r = in.number(0, last_register, "a register");
  return s;
}

void check_instructions(const std::vector<Instruction>& instructions, int registers) {
  for (const Instruction& s : instructions)
    for (int r : {s.to, s.a, s.b, s.c})
      if (r >= registers) reject("an instruction names a register that does not exist");
}

Prologue read_prologue(PlanReader& in, const double* numbers, size_t count) {
  Prologue p;
  p.inputs = in.number(1, 4096, "a count of scalars");
  const int64_t first = in.word();
  const int constants = in.number(0, 1 << 16, "a count of constants");
  if (first < 0 || uint64_t(first) + uint64_t(constants) > count) reject("the prologue's constants lie outside the numbers");
  p.constants.assign(numbers + first, numbers + first + constants);
  p.scratch = in.number(0, 1 << 16, "a count of registers");
  p.instructions = in.list<Instruction>([&] { return read_instruction(in, 1 << 17); });
  p.results = in.list<Prologue::Result>([&] {
    const int from = in.number(0, 1 << 17, "a register");
    return Prologue::Result{from, in.number(32, 64, "bits")};
  });
  const int registers = p.inputs + constants + p.scratch;
  check_instructions(p.instructions, registers);
  for (const auto& r : p.results)
    if (r.from >= registers) reject("a scalar comes from a register that does not exist");
  for (const auto& s : p.instructions)
    if (s.to < p.inputs + constants) reject("the prologue writes over its inputs");
  return p;
}

namespace {

void check_buffer(const Plan& plan, const Buffer& b) {
  const bool of_slot = b.storage == Storage::slot || b.storage == Storage::mirror;
  const int64_t numbers = int64_t(plan.constants.size()), scalars = int64_t(plan.prologue.results.size()), size = b.size.fixed;
  if (of_slot && (b.index < 0 || b.index >= plan.slots)) reject("a buffer names a slot that does not exist");
  if (b.storage == Storage::constant && (b.size.per_row || size < 0 || size > numbers || b.index < 0 || b.index > numbers - size))
    reject("a constant lies outside the numbers");
  if (b.storage == Storage::scalar && (b.size.per_row || size < 0 || size * b.bits / 64 > scalars))
    reject("there are fewer scalars than the plan reads");
}

void check_kernel(const Plan& plan, const Kernel& k) {
  const int buffers = int(plan.buffers.size());
  const int registers = int(k.operands.size()) + k.scratch;
  if (registers > max_registers) reject("a tape has too many registers");
  if (k.phase >= plan.phases) reject("a kernel lies beyond the last phase");
  check_instructions(k.instructions, registers);
  if (k.anchor >= registers) reject("an anchor fills a register that does not exist");
  const bool anchored = k.kind >= KernelKind::contract_rows && k.kind <= KernelKind::reduce_all;
  if (anchored != (k.anchor >= 0)) reject("kernels with an anchor, and no others, fill a register");
  const auto check_buffer = [&](int buffer) {
    if (buffer >= buffers) reject("a kernel names a buffer that does not exist");
  };
  for (const OperandPlan& p : k.operands) {
    check_buffer(p.buffer);
    if (p.buffer < 0 || plan.buffers[size_t(p.buffer)].bits != k.bits) reject("a tape mixes element types");
  }
  for (const OperandPlan* p : {&k.a, &k.b}) check_buffer(p->buffer);
  for (const View& v : k.views) check_buffer(v.buffer);
  for (const Instruction& s : k.instructions)
    if (s.to < int(k.operands.size()) && k.operands[size_t(s.to)].column_stride != 1) reject("a tape writes to a broadcast operand");
  for (const MirrorPlan& m : k.mirrors) {
    check_buffer(m.from), check_buffer(m.to);
    if (plan.buffers[size_t(m.from)].storage != Storage::slot || plan.buffers[size_t(m.to)].storage != Storage::mirror ||
        plan.buffers[size_t(m.from)].index != plan.buffers[size_t(m.to)].index)
      reject("a mirror copies the slot it belongs to");
  }
  const bool product = k.kind == KernelKind::contract_rows || k.kind == KernelKind::contract_tile;
  if ((anchored && k.a.buffer < 0) || (product && k.b.buffer < 0)) reject("an anchor lacks an operand");
  for (const OperandPlan* p : {&k.a, &k.b})
    if (anchored && p->buffer >= 0 && plan.buffers[size_t(p->buffer)].bits != k.bits) reject("an anchor mixes element types");
  if (product && (k.variant > 1 || (k.variant == 1 && k.bits != 32))) reject("a product is of an unknown kind");
  if (k.kind == KernelKind::gather && (k.variant >= plan.batches || k.b.buffer < 0)) reject("a gather reads a batch input that does not exist");
  if (k.kind == KernelKind::output && (k.variant >= plan.outputs || k.views.size() != 1)) reject("an output that does not exist is written");
  if (k.kind == KernelKind::general && k.variant >= int(GeneralOp::count)) reject("a general op is unknown");
  if (k.kind >= KernelKind::reduce_rows && k.kind <= KernelKind::reduce_all && k.variant > 3) reject("a fold is unknown");
}

}  // namespace

Plan read_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count) {
  PlanReader in(words, count);
  if (in.word() != magic || in.word() != version) reject("these are not the words of a plan of this version");
  Plan plan;
  plan.phases = in.number(1, 1 << 16, "a count of phases");
  plan.batches = in.number(0, 4096, "a count of batch inputs");
  plan.outputs = in.number(0, 4096, "a count of outputs");
  plan.slots = in.number(0, 1 << 20, "a count of slots");
  plan.stop = in.number(-1, 1 << 20, "a buffer");
  plan.work = double(in.word());
  plan.fixed_work = double(in.word());
  plan.constants.assign(numbers, numbers + number_count);
  plan.buffers = in.list<Buffer>([&] { return read_buffer(in); });
  plan.prologue = read_prologue(in, numbers, number_count);
  plan.kernels = in.list<Kernel>([&] { return read_kernel(in); });
  in.finish();
  if (plan.stop >= int(plan.buffers.size())) reject("the stop value does not exist");
  for (const Buffer& b : plan.buffers) check_buffer(plan, b);
  for (const Kernel& k : plan.kernels) check_kernel(plan, k);
  return plan;
}

}  // namespace hagang
