#include "run/bound.hpp"

#include <algorithm>
#include <stdexcept>

#include "cpu.hpp"
#include "run/room.hpp"
#include "run/steps.hpp"

namespace hagang {

namespace {

const KernelsOf& kernels_for(int bits) {
  const Kernels& all = active_isa().kernels();
  return bits == 32 ? all.float32 : all.float64;
}

const RoundedProducts& rounded() {
  const RoundedProducts* products = rounded_products();
  if (!products) throw std::invalid_argument("malformed plan: this processor has no products of bfloat16 numbers.");
  return *products;
}

constexpr int64_t tile_bytes = 4096;  // a register's tile: a dozen of them fit the first-level cache
// Two tiles apart, because a product's tile rounds up to whole groups of rows; and not a power of two, or a tile's numbers
// would be taken for another's that are on their way to memory.
constexpr int64_t scratch_bytes = 2 * tile_bytes + 576;
constexpr int64_t near_bytes = 1 << 17;  // a matrix whose moments stay in the second-level cache beside it
constexpr int64_t line_bytes = 256;   // of a product's tile: some panels side by side
constexpr int64_t chain_least = 8;    // vectors that are worth a chain
constexpr int64_t cut_rows = 16;      // rows are dealt in whole cache lines

int64_t cut(int64_t count, int part, int parts, int64_t grain) {
  if (part == parts) return count;
  return std::min(count, (count * part / parts + grain / 2) / grain * grain);
}

int64_t units_of(const Kernel& k, int64_t rows, int64_t columns) {
  const int64_t full = panel_columns_of(k.bits), padded = round_up(columns, lanes_of(k.bits));
  return (padded + full - 1) / full * ((rows + unit_rows - 1) / unit_rows);
}

// The first unit of a part; the last panel may be narrow, so units are counted by their width.
int64_t cut_units(const Kernel& k, int64_t rows, int64_t columns, int part, int parts) {
  const int64_t full = panel_columns_of(k.bits), padded = round_up(columns, lanes_of(k.bits));
  const int64_t blocks = (rows + unit_rows - 1) / unit_rows, wide = padded / full * blocks, narrow = padded % full;
  const int64_t work = padded * blocks * part / parts;
  if (part == parts) return units_of(k, rows, columns);
  return work <= wide * full || !narrow ? (work + full / 2) / full : wide + (work - wide * full) / narrow;
}

bool rounds(const Kernel& k) { return k.how && (k.kind == Kind::contract_rows || k.kind == Kind::contract_tile); }

// Bytes of the pairs that a product of rounded operands makes: some rows and a panel, or some columns and a panel.
int64_t pairs_of(const Kernel& k, int64_t rows) {
  if (!rounds(k)) return 0;
  const int64_t depth = k.depth.at(rows), deep = (depth + 1) / 2;
  return 4 * (deep * panel_columns_of(k.bits) + (k.kind == Kind::contract_rows ? paired_rows * paired_row(depth) : deep * unit_rows));
}

// Which instructions are worth a chain on a tile of this size.
Chains chains_on(int64_t wide, int64_t tall, int64_t lanes) {
  const int64_t least = chain_least * lanes;
  return wide >= least ? Chains::of_all : wide * tall >= least ? Chains::of_flat : Chains::none;
}

}  // namespace

Bound::Bound(const Plan& p, const Session& session, const std::vector<Turn>& turns, int64_t row_count, int thread_count, char* work)
    : plan(p), rows(row_count), threads(thread_count), block(!turns.empty()), shares(size_t(thread_count)), workspace(work) {
  std::vector<int64_t> slots, mirrors;
  for (const Slot& slot : session.slots()) slots.push_back(slot.size), mirrors.push_back(mirror_size(slot));
  verify_reach(plan, rows, slots, mirrors);
  const Room room(plan, rows, block);
  place_buffers(session, room);
  int most = 0;
  int64_t pairs = 0;
  for (const Kernel& k : plan.kernels) most = std::max(most, k.scratch), pairs = std::max(pairs, pairs_of(k, rows));
  for (int t = 0; t < threads; t++) {
    Share& share = shares[size_t(t)];
    share.phases.resize(size_t(plan.phases));
    share.turns.resize(size_t(plan.phases));
    share.pairs = Storage(pairs);
    share.scratch = Storage((most + 1) * scratch_bytes);
    share.scalars.resize(plan.prologue.results.size() + size_t(padding));
  }
  for (int t = 0; t < threads; t++)
    for (size_t i = 0; i < plan.kernels.size(); i++) {
      const Kernel& k = plan.kernels[i];
      auto& phase = shares[size_t(t)].phases[size_t(k.phase)];
      const size_t before = phase.size();
      bind(k, t, room.sums[i] < 0 ? nullptr : workspace + room.sums[i]);
      if (block && phase.size() > before) shares[size_t(t)].turns[size_t(k.phase)].push_back(turns[i]);
    }
}

void Bound::place_buffers(const Session& session, const Room& room) {
  for (size_t i = 0; i < plan.buffers.size(); i++) {
    const Buffer& b = plan.buffers[i];
    char* base = room.buffers[i] >= 0 ? workspace + room.buffers[i] : nullptr;
    if (b.kept == Kept::slot) base = session.slots().at(size_t(b.index)).main.data();
    if (b.kept == Kept::mirror) base = session.slots().at(size_t(b.index)).mirror.data();
    if ((b.kept == Kept::slot || b.kept == Kept::mirror) && session.slots()[size_t(b.index)].bits != b.bits)
      throw std::invalid_argument("malformed plan: a slot has another element type than the plan takes it to have.");
    if (b.kept == Kept::constant)
      for (int64_t j = 0; j < b.size.fixed; j++) {
        const double value = plan.constants[size_t(b.index + j)];
        if (b.bits == 64) reinterpret_cast<double*>(base)[j] = value;
        else reinterpret_cast<float*>(base)[j] = float(value);
      }
    bases.push_back(base);
  }
}

char* Bound::base_of(int buffer, int thread) const {
  if (plan.buffers[size_t(buffer)].kept == Kept::scalar)
    return const_cast<char*>(reinterpret_cast<const char*>(shares[size_t(thread)].scalars.data()));
  return bases[size_t(buffer)];
}

char* Bound::at(const Place& place, int thread) const {
  return place.buffer < 0 ? nullptr
                          : base_of(place.buffer, thread) + place.offset.at(rows) * plan.buffers[size_t(place.buffer)].bits / 8;
}

Array Bound::array_of(const View& view, int thread) const {
  const int bits = plan.buffers[size_t(view.buffer)].bits;
  Array array{base_of(view.buffer, thread) + view.offset.at(rows) * bits / 8, bits, {}, {}};
  for (const Extent& dim : view.dims) array.dims.push_back(dim.at(rows));
  for (const Extent& stride : view.strides) array.strides.push_back(stride.at(rows));
  return array;
}

template <class X>
X* Bound::table(size_t count) {
  tables_.push_back(std::make_unique<char[]>(sizeof(X) * (count + 1)));
  return reinterpret_cast<X*>(tables_.back().get());
}

// Rows go to threads in slices, tiles by units, whole kernels to the first thread. A share depends on the shape of
// the domain alone, so two kernels over one domain give a thread the same part.
bool Bound::share_of(const Kernel& k, int thread, Call& call) const {
  const int64_t m = k.rows.at(rows), n = k.columns.at(rows);
  const bool vector = k.kind == Kind::pointwise_vector || k.kind == Kind::reduce_rows || k.kind == Kind::reduce_columns;
  int64_t count = vector ? n : m, grain = k.space == Space::rows ? cut_rows : 64;
  const bool units = k.kind == Kind::contract_tile || k.kind == Kind::pointwise_panel;
  if (units) count = units_of(k, m, n);
  if (k.kind == Kind::reduce_all) count = 1;
  if (k.kind == Kind::general || k.kind == Kind::output) {
    count = k.space == Space::rows ? rows : 1;
    call.begin = 0, call.end = count;
  }
  if (k.space == Space::whole) {
    call.begin = 0, call.end = count;
    return thread == 0 && (count > 0 || k.kind == Kind::reduce_all);
  }
  call.begin = units ? cut_units(k, m, n, thread, threads) : cut(count, thread, threads, grain);
  call.end = units ? cut_units(k, m, n, thread + 1, threads) : cut(count, thread + 1, threads, grain);
  return call.end > call.begin;
}

void Bound::bind(const Kernel& k, int thread, char* sums) {
  Call call{};
  if (!share_of(k, thread, call)) return;
  const KernelsOf& kernels = kernels_for(k.bits);
  const size_t how = size_t(k.how);
  call.rows = k.rows.at(rows);
  call.columns = k.columns.at(rows);
  call.depth = k.depth.at(rows);
  call.a = at(k.a, thread);
  call.b = at(k.b, thread);
  call.a_row = k.a.row.at(rows);
  call.b_row = k.kind == Kind::contract_rows ? k.b.panel : k.b.row.at(rows);
  call.panel_width = kernels.panel_columns;
  call.sums = sums;
  if (rounds(k)) call.pairs = shares[size_t(thread)].pairs.data();
  call.anchor = k.anchor;
  const int64_t padded = round_up(call.columns, kernels.lanes);
  switch (k.kind) {
    case Kind::pointwise_vector: call.run = kernels.pointwise_vector; break;
    case Kind::pointwise_rows: call.run = kernels.pointwise_rows, call.columns = padded; break;
    case Kind::pointwise_panel: call.run = kernels.pointwise_panel, call.columns = padded; break;
    case Kind::contract_rows: call.run = rounds(k) ? rounded().rows : kernels.contract_rows, call.columns = padded; break;
    case Kind::contract_tile: call.run = rounds(k) ? rounded().tile : kernels.contract_tile, call.columns = padded; break;
    case Kind::reduce_rows: call.run = kernels.reduce_rows[how]; break;
    case Kind::reduce_columns: call.run = kernels.reduce_columns[how]; break;
    case Kind::reduce_all: call.run = kernels.reduce_all[how]; break;
    case Kind::gather:
      call.run = kernels.gather;
      call.out = const_cast<char*>(call.b);
      call.out_row = k.b.row.at(rows);
      gathers_.push_back({thread, k.phase, shares[size_t(thread)].phases[size_t(k.phase)].size(), k.how});
      break;
    case Kind::general: bind_general(k, thread, call); break;
    case Kind::output: bind_output(k, thread, call); break;
    case Kind::count: return;
  }
  if (k.kind <= Kind::reduce_all) bind_tape(k, thread, call);
  shares[size_t(thread)].phases[size_t(k.phase)].push_back(call);
}

void Bound::bind_tape(const Kernel& k, int thread, Call& call) {
  const KernelsOf& kernels = kernels_for(k.bits);
  const int64_t bytes = k.bits / 8, elements = tile_bytes / bytes;
  Tape& tape = call.tape;
  tape.operand_count = int(k.operands.size());
  tape.register_count = tape.operand_count + k.scratch;
  tape.operands = table<Operand>(k.operands.size());
  tape.registers = table<char*>(size_t(tape.register_count));
  tape.row = table<int64_t>(size_t(tape.register_count));
  const bool panels = k.kind == Kind::contract_tile || k.kind == Kind::pointwise_panel;
  const bool lines = k.kind == Kind::pointwise_rows || k.kind == Kind::contract_rows;
  tape.tile_columns = panels ? call.panel_width : elements;
  if (k.kind == Kind::contract_rows) tape.tile_columns = std::clamp(call.columns, call.panel_width, std::max(call.panel_width, line_bytes / bytes));
  if (k.kind == Kind::pointwise_rows) tape.tile_columns = std::min(std::max(call.columns, int64_t(1)), elements);
  if (k.kind == Kind::reduce_all) tape.tile_columns = kernels.lanes;
  tape.tile_rows = panels ? unit_rows : lines ? std::max(int64_t(1), elements / tape.tile_columns) : 1;
  if (k.kind == Kind::contract_rows) tape.tile_rows = round_up(tape.tile_rows, group_rows);
  for (int i = 0; i < tape.operand_count; i++) {
    const Place& place = k.operands[size_t(i)];
    tape.operands[i] = {at(place, thread), place.row.at(rows), place.column, place.panel};
    tape.row[i] = place.row.at(rows);
  }
  for (int i = 0; i < k.scratch; i++) tape.registers[tape.operand_count + i] = shares[size_t(thread)].scratch.data() + i * scratch_bytes;
  const bool one_width = !lines || call.columns <= tape.tile_columns;
  auto contiguous = [&](int r) {
    if (r >= tape.operand_count) return true;
    const Operand& o = tape.operands[r];
    if (!lines && !panels) return true;
    if (o.panel) return true;
    return o.column ? one_width && lines && o.row == call.columns : o.row == 0;
  };
  std::vector<RegisterKind> kinds;
  for (int r = 0; r < tape.register_count; r++) kinds.push_back({r < tape.operand_count && !tape.operands[r].column, contiguous(r)});
  const int64_t wide = std::min(panels || lines ? call.columns : call.end - call.begin, tape.tile_columns);
  const Chains chains = chains_on(wide, std::min(call.rows, tape.tile_rows), kernels.lanes);
  const Steps steps(k.steps, kinds, tape.operand_count, kernels, chains);
  tape.steps = table<Step>(steps.most());
  tape.step_count = steps.write(tape.steps, table<Link>(steps.most()));
  call.mirror_count = int(k.mirrors.size());
  call.mirrors = table<Mirror>(k.mirrors.size());
  for (size_t i = 0; i < k.mirrors.size(); i++)
    call.mirrors[i] = {bases[size_t(k.mirrors[i].from)], bases[size_t(k.mirrors[i].to)], round_up(call.rows, unit_rows), round_up(k.columns.at(rows), unit_rows)};
  call.far = panels && call.rows * call.columns * bytes > near_bytes;
  fix_tape(k, call);
}

// A share of one tile needs no pointing while steps run.
void Bound::fix_tape(const Kernel& k, Call& call) const {
  Tape& tape = call.tape;
  const int64_t bytes = k.bits / 8, count = call.end - call.begin, lanes = lanes_of(k.bits);
  int64_t r = 0, c = 0, width = 0;
  switch (k.kind) {
    case Kind::contract_tile: case Kind::pointwise_panel: {
      if (count != 1) return;
      const int64_t blocks = (call.rows + unit_rows - 1) / unit_rows;
      c = call.begin / blocks * call.panel_width, r = call.begin % blocks * unit_rows;
      width = std::min(call.columns - c, call.panel_width);
      break;
    }
    case Kind::pointwise_rows:
      if (count > tape.tile_rows || call.columns > tape.tile_columns) return;
      r = call.begin, width = call.columns;
      break;
    case Kind::contract_rows:
      if (!call.columns || call.columns > tape.tile_columns || count > tape.tile_rows * tape.tile_columns / call.columns) return;
      r = call.begin, width = call.columns;
      break;
    case Kind::reduce_all: width = lanes; break;
    default:
      if (count > tape.tile_columns) return;
      c = call.begin, width = round_up(count, lanes);
  }
  for (int i = 0; i < tape.register_count; i++) {
    if (i >= tape.operand_count) {
      tape.row[i] = width;
      continue;
    }
    const Operand& o = tape.operands[i];
    if (o.panel) tape.row[i] = width;
    tape.registers[i] = o.base + (o.panel ? c * o.panel + r * width : r * o.row + c * o.column) * bytes;
  }
  tape.fixed = true;
}

namespace {

// Narrows an array whose first axis is the rows to a thread's share of them.
void narrow(Array& array, int64_t begin, int64_t end) {
  array.data += begin * array.strides.at(0) * array.bits / 8;
  array.dims[0] = end - begin;
}

}  // namespace

void Bound::bind_general(const Kernel& k, int thread, Call& call) {
  auto general = std::make_unique<GeneralCall>();
  general->op = General(k.how);
  general->fault = &fault;
  general->rows_lead = k.space == Space::rows;
  general->numbers = k.numbers;
  // The last number says which of the arrays have the rows as their first axis, a bit each.
  if (general->numbers.empty()) throw std::invalid_argument("malformed plan: a general op lacks its rows.");
  const int64_t has_rows = general->numbers.back();
  general->numbers.pop_back();
  for (size_t i = 0; i < k.views.size(); i++) {
    Array array = array_of(k.views[i], thread);
    if (k.space == Space::rows && has_rows >> i & 1) {
      if (array.dims.empty() || array.dims[0] != rows) throw std::invalid_argument("malformed plan: an op in rows lacks the axis of rows.");
      narrow(array, call.begin, call.end);
    }
    general->arrays.push_back(std::move(array));
  }
  check_general(*general);
  if (general->op == General::random && k.space == Space::rows) general->numbers[1] += call.begin * general->numbers[2];
  call.run = run_general;
  call.extra = general.get();
  generals_.push_back(std::move(general));
}

void Bound::bind_output(const Kernel& k, int thread, Call& call) {
  auto output = std::make_unique<OutputCall>();
  output->view = array_of(k.views[0], thread);
  output->number = k.how;
  output->rows_axis = k.numbers.empty() ? -1 : int(k.numbers[0]);
  output->first = 0;
  output->bound = this;
  if (output->rows_axis >= output->view.rank()) throw std::invalid_argument("malformed plan: an output lacks its axis of rows.");
  if (k.space == Space::rows) {
    if (output->rows_axis != 0) throw std::invalid_argument("malformed plan: an output in rows lacks its axis of rows.");
    narrow(output->view, call.begin, call.end);
    output->first = call.begin;
  }
  call.run = run_output;
  call.extra = output.get();
  outputs_.push_back(std::move(output));
}

void Bound::attach(const std::vector<DataArray>& data) {
  for (const Gathering& g : gathers_) {
    Call& call = shares[size_t(g.thread)].phases[size_t(g.phase)][g.call];
    const DataArray& array = data.at(size_t(g.input));
    if (array.row != call.columns) throw std::invalid_argument("expected data rows of " + std::to_string(call.columns) + " numbers, received " + std::to_string(array.row));
    call.a = array.data;
    call.a_row = array.row;
    call.how = int(array.type);
  }
}

namespace {

template <class S, class T>
void write_out(const Array& view, const std::vector<int64_t>& strides, S* to) {
  const int64_t count = view.dims.back(), step = view.strides.back();
  walk(view.dims, {&view.strides, &strides}, 1, [&](const int64_t* at) {
    const T* from = view.as<T>() + at[0];
    if (step == 1) std::copy_n(from, count, to + at[1]);
    else for (int64_t i = 0; i < count; i++) to[at[1] + i] = S(from[i * step]);
  });
}

template <class S>
void write_as(const Array& view, const std::vector<int64_t>& strides, char* to, int64_t offset) {
  if (view.bits == 64) write_out<S, double>(view, strides, reinterpret_cast<S*>(to) + offset);
  else write_out<S, float>(view, strides, reinterpret_cast<S*>(to) + offset);
}

// The commonest output, a number a step, without a walk.
void write_number(const Array& view, const Sink& sink, int64_t step) {
  const double value = view.bits == 64 ? *view.as<double>() : double(*view.as<float>());
  switch (sink.type) {
    case Source::float32: reinterpret_cast<float*>(sink.data)[step] = float(value); return;
    case Source::float64: reinterpret_cast<double*>(sink.data)[step] = value; return;
    case Source::int64: reinterpret_cast<int64_t*>(sink.data)[step] = int64_t(value); return;
    case Source::uint8: reinterpret_cast<uint8_t*>(sink.data)[step] = uint8_t(value); return;
    case Source::boolean: reinterpret_cast<bool*>(sink.data)[step] = value != 0; return;
  }
}

}  // namespace

void run_output(const Call& call, const Moment& moment) {
  const auto& output = *static_cast<const OutputCall*>(call.extra);
  const Sink& sink = output.bound->sinks[size_t(output.number)];
  const Array& view = output.view;
  if (view.rank() == 0) return write_number(view, sink, moment.step);
  std::vector<int64_t> dims = view.dims, strides(view.dims.size());
  if (output.rows_axis >= 0) dims[size_t(output.rows_axis)] = output.bound->total_rows;
  int64_t count = 1;
  for (int i = view.rank() - 1; i >= 0; i--) strides[size_t(i)] = count, count *= dims[size_t(i)];
  int64_t offset = moment.step * count;
  if (output.rows_axis >= 0) offset = (moment.before + output.first) * strides[size_t(output.rows_axis)];
  switch (sink.type) {
    case Source::float32: return write_as<float>(view, strides, sink.data, offset);
    case Source::float64: return write_as<double>(view, strides, sink.data, offset);
    case Source::int64: return write_as<int64_t>(view, strides, sink.data, offset);
    case Source::uint8: return write_as<uint8_t>(view, strides, sink.data, offset);
    case Source::boolean: return write_as<bool>(view, strides, sink.data, offset);
  }
}

}  // namespace hagang
