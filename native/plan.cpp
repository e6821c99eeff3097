#include "plan.hpp"

#include <stdexcept>

#include "call.hpp"
#include "run/session.hpp"
#include "tape_ops.hpp"
#include "words.hpp"

namespace hagang {

namespace {

constexpr int64_t magic = 0x6861676e67, version = 1;

Place read_place(Reader& in) {
  Place p;
  p.buffer = in.number(-1, 1 << 20, "a buffer");
  p.offset = in.extent();
  p.row = in.extent();
  p.column = in.number(0, 1, "a column stride");
  p.panel = in.word();
  return p;
}

View read_view(Reader& in) {
  View v;
  v.buffer = in.number(0, 1 << 20, "a buffer");
  v.offset = in.extent();
  v.dims = in.list<Extent>([&] { return in.extent(); });
  v.strides = in.list<Extent>([&] { return in.extent(); });
  if (v.dims.size() != v.strides.size()) refuse("a view has as many strides as dims");
  return v;
}

Kernel read_kernel(Reader& in) {
  Kernel k;
  k.kind = Kind(in.number(0, int(Kind::count) - 1, "a kind of kernel"));
  k.space = Space(in.number(0, 2, "a space"));
  k.phase = in.number(0, 1 << 16, "a phase");
  k.bits = in.number(32, 64, "bits");
  k.rows = in.extent();
  k.columns = in.extent();
  k.a = read_place(in);
  k.b = read_place(in);
  k.depth = in.extent();
  k.how = in.number(0, 1 << 16, "a variant");
  k.anchor = in.number(-1, max_registers - 1, "a register");
  k.scratch = in.number(0, max_registers, "a count of registers");
  k.numbers = in.list<int64_t>([&] { return in.word(); });
  k.operands = in.list<Place>([&] { return read_place(in); });
  k.steps = in.list<StepPlan>([&] { return read_step(in, max_registers - 1); });
  k.mirrors = in.list<MirrorPlan>([&] {
    const int from = in.number(0, 1 << 20, "a buffer");
    return MirrorPlan{from, in.number(0, 1 << 20, "a buffer")};
  });
  k.views = in.list<View>([&] { return read_view(in); });
  return k;
}

Buffer read_buffer(Reader& in) {
  Buffer b;
  b.kept = Kept(in.number(0, int(Kept::batch), "a kind of buffer"));
  b.bits = in.number(32, 64, "bits");
  if (b.bits != 32 && b.bits != 64) refuse("a buffer holds float32 or float64");
  b.size = in.extent();
  b.index = in.word();
  return b;
}

}  // namespace

StepPlan read_step(Reader& in, int last_register) {
  StepPlan s{in.number(0, tape_op_count - 1, "an instruction"), 0, 0, 0, 0};
  for (int* r : {&s.to, &s.a, &s.b, &s.c}) *r = in.number(0, last_register, "a register");
  return s;
}

void check_steps(const std::vector<StepPlan>& steps, int registers) {
  for (const StepPlan& s : steps)
    for (int r : {s.to, s.a, s.b, s.c})
      if (r >= registers) refuse("an instruction names a register that does not exist");
}

Prologue read_prologue(Reader& in, const double* numbers, size_t count) {
  Prologue p;
  p.inputs = in.number(1, 4096, "a count of scalars");
  const int64_t first = in.word();
  const int constants = in.number(0, 1 << 16, "a count of constants");
  if (first < 0 || uint64_t(first) + uint64_t(constants) > count) refuse("the prologue's constants lie outside the numbers");
  p.constants.assign(numbers + first, numbers + first + constants);
  p.scratch = in.number(0, 1 << 16, "a count of registers");
  p.steps = in.list<StepPlan>([&] { return read_step(in, 1 << 17); });
  p.results = in.list<Prologue::Result>([&] {
    const int from = in.number(0, 1 << 17, "a register");
    return Prologue::Result{from, in.number(32, 64, "bits")};
  });
  const int registers = p.inputs + constants + p.scratch;
  check_steps(p.steps, registers);
  for (const auto& r : p.results)
    if (r.from >= registers) refuse("a scalar comes from a register that does not exist");
  for (const auto& s : p.steps)
    if (s.to < p.inputs + constants) refuse("the prologue writes over its inputs");
  return p;
}

namespace {

void check_kernel(const Plan& plan, const Kernel& k) {
  const int buffers = int(plan.buffers.size());
  const int registers = int(k.operands.size()) + k.scratch;
  if (registers > max_registers) refuse("a tape has too many registers");
  if (k.phase >= plan.phases) refuse("a kernel lies beyond the last phase");
  check_steps(k.steps, registers);
  if (k.anchor >= registers) refuse("an anchor fills a register that does not exist");
  const bool anchored = k.kind >= Kind::contract_rows && k.kind <= Kind::reduce_all;
  if (anchored != (k.anchor >= 0)) refuse("just the kernels with an anchor fill a register");
  auto known = [&](int buffer) {
    if (buffer >= buffers) refuse("a kernel names a buffer that does not exist");
  };
  for (const Place& p : k.operands) {
    known(p.buffer);
    if (p.buffer < 0 || plan.buffers[size_t(p.buffer)].bits != k.bits) refuse("a tape mixes element types");
  }
  for (const Place* p : {&k.a, &k.b}) known(p->buffer);
  for (const View& v : k.views) known(v.buffer);
  for (const StepPlan& s : k.steps)
    if (s.to < int(k.operands.size()) && k.operands[size_t(s.to)].column != 1) refuse("a tape writes to a broadcast operand");
  for (const MirrorPlan& m : k.mirrors) {
    known(m.from), known(m.to);
    if (plan.buffers[size_t(m.from)].kept != Kept::slot || plan.buffers[size_t(m.to)].kept != Kept::mirror ||
        plan.buffers[size_t(m.from)].index != plan.buffers[size_t(m.to)].index)
      refuse("a mirror copies the slot it belongs to");
  }
  const bool one = k.kind == Kind::contract_rows || k.kind == Kind::contract_tile;
  if ((anchored && k.a.buffer < 0) || (one && k.b.buffer < 0)) refuse("an anchor lacks an operand");
  for (const Place* p : {&k.a, &k.b})
    if (anchored && p->buffer >= 0 && plan.buffers[size_t(p->buffer)].bits != k.bits) refuse("an anchor mixes element types");
  if ((k.kind == Kind::contract_rows || k.kind == Kind::contract_tile) && (k.how > 1 || (k.how == 1 && k.bits != 32))) refuse("a product is of an unknown kind");
  if (k.kind == Kind::gather && (k.how >= plan.batches || k.b.buffer < 0)) refuse("a gather reads a batch input that does not exist");
  if (k.kind == Kind::output && (k.how >= plan.outputs || k.views.size() != 1)) refuse("an output that does not exist is written");
  if (k.kind == Kind::general && k.how >= int(General::count)) refuse("a general op is unknown");
  if (k.kind >= Kind::reduce_rows && k.kind <= Kind::reduce_all && k.how > 3) refuse("a fold is unknown");
}

}  // namespace

Plan read_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count) {
  Reader in(words, count);
  if (in.word() != magic || in.word() != version) refuse("these are not the words of a plan of this version");
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
  if (plan.stop >= int(plan.buffers.size())) refuse("the stop value does not exist");
  for (const Buffer& b : plan.buffers) {
    if ((b.kept == Kept::slot || b.kept == Kept::mirror) && (b.index < 0 || b.index >= plan.slots)) refuse("a buffer names a slot that does not exist");
    if (b.kept == Kept::constant && (b.size.per_row || b.index < 0 || uint64_t(b.index + b.size.fixed) > number_count))
      refuse("a constant lies outside the numbers");
    if (b.kept == Kept::scalar && b.size.fixed * b.bits / 64 > int64_t(plan.prologue.results.size()))
      refuse("there are fewer scalars than the plan reads");
  }
  for (const Kernel& k : plan.kernels) check_kernel(plan, k);
  return plan;
}

namespace {

// Sizes of the buffers at this many rows, in numbers.
std::vector<int64_t> sizes_at(const Plan& plan, int64_t rows, const std::vector<int64_t>& slots,
                              const std::vector<int64_t>& mirrors) {
  std::vector<int64_t> sizes;
  for (const Buffer& b : plan.buffers) {
    const int64_t need = b.size.at(rows);
    if (b.kept == Kept::slot && (slots[size_t(b.index)] < need)) refuse("a slot is smaller than the plan takes it to be");
    if (b.kept == Kept::mirror && mirrors[size_t(b.index)] < need) refuse("a slot's mirror is smaller than the plan takes it to be");
    if (need < 0 || need > far) refuse("a buffer has an impossible size");
    sizes.push_back(need);
  }
  return sizes;
}

struct Reach {
  const Plan& plan;
  const std::vector<int64_t>& sizes;
  int64_t rows;

  void inside(int buffer, int64_t low, int64_t high) const {
    if (low < 0 || high > sizes[size_t(buffer)] + padding)
      refuse("a kernel reaches outside buffer " + std::to_string(buffer) + " (" + std::to_string(low) + " to " +
             std::to_string(high) + " of " + std::to_string(sizes[size_t(buffer)]) + ")");
  }

  void place(const Place& p, int64_t domain_rows, int64_t domain_columns) const {
    if (p.buffer < 0 || domain_rows <= 0 || domain_columns <= 0) return;
    const int64_t offset = p.offset.at(rows), row = p.row.at(rows);
    if (p.panel) {
      if (p.panel < domain_rows || p.panel > far / (domain_columns + 64)) refuse("a panel has fewer rows than its domain");
      return inside(p.buffer, offset, offset + round_up(domain_columns, lanes_of(plan.buffers[size_t(p.buffer)].bits)) * p.panel);
    }
    const int64_t down = (domain_rows - 1) * row, across = p.column ? domain_columns - 1 : 0;
    inside(p.buffer, offset + (down < 0 ? down : 0), offset + (down > 0 ? down : 0) + across + 1);
  }

  // What a general op reaches beyond its views: the rows of a take's table, the padding of a panel.
  void general(const Kernel& k) const {
    const bool take = General(k.how) == General::take, scatter = General(k.how) == General::scatter_add;
    const bool into = General(k.how) == General::panel, out_of = General(k.how) == General::unpanel;
    if ((take || scatter) && k.views.size() == 3 && k.numbers.size() >= 4) {
      View table = k.views[take ? 1 : 0];
      table.dims.push_back({k.numbers[2], 0});
      table.strides.push_back({k.numbers[3], 0});
      view(table);
    }
    if ((into || out_of) && k.views.size() == 2 && k.numbers.size() >= 2) {
      const View& panelled = k.views[into ? 0 : 1];
      if (panelled.strides.size() != 2 || panelled.dims.size() != 2) refuse("a panel has two axes");
      const int64_t padded = panelled.strides[0].at(rows), allocated = k.numbers[1];
      if (padded < panelled.dims[1].at(rows) || allocated < panelled.dims[0].at(rows) || padded > far || allocated > far / (padded + 1))
        refuse("a panel is smaller than its matrix");
      inside(panelled.buffer, panelled.offset.at(rows), panelled.offset.at(rows) + padded * allocated);
    }
  }

  void view(const View& v) const {
    int64_t low = v.offset.at(rows), high = low;
    for (size_t i = 0; i < v.dims.size(); i++) {
      const int64_t dim = v.dims[i].at(rows), stride = v.strides[i].at(rows);
      if (dim < 0 || dim > far) refuse("a view has a negative dim");
      if (dim == 0) return;
      if (stride > far / (dim + 1) || stride < -far / (dim + 1)) refuse("a view's stride is out of range");
      (stride < 0 ? low : high) += stride * (dim - 1);
    }
    inside(v.buffer, low, high + 1);
  }
};

}  // namespace

void verify_reach(const Plan& plan, int64_t rows, const std::vector<int64_t>& slot_sizes,
                  const std::vector<int64_t>& mirror_sizes) {
  const std::vector<int64_t> sizes = sizes_at(plan, rows, slot_sizes, mirror_sizes);
  const Reach reach{plan, sizes, rows};
  for (const Kernel& k : plan.kernels) {
    const int64_t m = k.rows.at(rows), n = k.columns.at(rows), depth = k.depth.at(rows);
    if (m < 0 || n < 0 || depth < 0 || m > far || n > far) refuse("a kernel has a negative extent");
    for (const Place& p : k.operands) reach.place(p, k.kind == Kind::pointwise_vector ? 1 : m, n);
    for (const View& v : k.views) reach.view(v);
    switch (k.kind) {
      case Kind::contract_rows:
        reach.place(k.a, m, depth);
        reach.place(k.b, depth, n);
        if (!k.b.panel && n > 0) refuse("a product's second operand lies in panels");
        break;
      case Kind::contract_tile:
        reach.place(k.a, depth, m);
        reach.place(k.b, depth, n);
        break;
      case Kind::reduce_rows: reach.place(k.a, n, depth); break;
      case Kind::reduce_columns: reach.place(k.a, depth, n); break;
      case Kind::reduce_all: reach.place(k.a, 1, depth); break;
      case Kind::gather: reach.place(k.b, m, n); break;
      case Kind::general: reach.general(k); break;
      default: break;
    }
  }
}

}  // namespace hagang
