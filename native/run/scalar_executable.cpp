#include "run/scalar_executable.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "cpu.hpp"
#include "run/poll_timer.hpp"
#include "run/step_scalars.hpp"
#include "scalar_program_ops.hpp"

namespace hagang {

namespace {

constexpr double poll_seconds = 0.02;

int64_t size_of(ElementType type) {
  switch (type) {
    case ElementType::float32: return 4;
    case ElementType::float64: case ElementType::int64: return 8;
    case ElementType::uint8: case ElementType::boolean: return 1;
  }
  return 0;
}

int store_op(ElementType type) {
  switch (type) {
#define HG_CASE(name, type) \
  case ElementType::name: return store_##name;
    HG_STORE(HG_CASE)
#undef HG_CASE
  }
  return -1;
}

// Which kind of second instruction of a pair takes t, and what else it reads; -1 where none does.
struct PairSecond {
  int kind = -1, c = 0;
};

PairSecond second_of(const Instruction& s, int t) {
  enum { plus, minus, from, times, twice, squared };
  const bool a = s.a == t, b = s.b == t;
  const int other = a ? s.b : s.a;
  switch (s.op) {
    case op_add: return a && b ? PairSecond{twice, 0} : a || b ? PairSecond{plus, other} : PairSecond{};
    case op_subtract: return a && b ? PairSecond{} : a ? PairSecond{minus, other} : b ? PairSecond{from, other} : PairSecond{};
    case op_multiply: return a && b ? PairSecond{squared, 0} : a || b ? PairSecond{times, other} : PairSecond{};
    default: return {};
  }
}

// Two instructions as one, `previous` being the register that the instruction before filled; op -1 where they are no pair.
Instruction paired(const Instruction& one, const Instruction& two, int previous) {
  const int first = one.op == op_add ? 0 : one.op == op_subtract ? 1 : one.op == op_multiply ? 2 : -1;
  const PairSecond second = second_of(two, one.to);
  if (first < 0 || second.kind < 0) return {-1, 0, 0, 0, 0};
  enum { ab, lb, ll };
  const bool exchange = commutes(one.op) && one.b == previous;
  const int form = one.a == previous && one.b == previous ? ll : one.a == previous || exchange ? lb : ab;
  const int b = form == lb && one.a != previous ? one.a : one.b;
  return {pair_add_ab_plus + (first * 3 + form) * 6 + second.kind, two.to, one.a, b, second.c};
}

}  // namespace

ScalarExecutable::ScalarExecutable(std::shared_ptr<const ScalarProgram> program, std::shared_ptr<Session> session)
    : program_(std::move(program)), session_(std::move(session)), registers_(program_->registers) {
  for (const auto& group : program_->slots) {
    if (group.slot >= int(session_->slots().size())) reject("it has more slots than its session");
    const Slot& slot = session_->slots()[size_t(group.slot)];
    if (slot.rows * slot.columns != group.count) reject("a slot has another size than the plan takes it to have");
  }
}

void ScalarExecutable::check(const Chunk& chunk) const {
  StepScalars::check(program_->prologue, chunk);
  if (chunk.sinks.size() != program_->outputs.size() || !chunk.data.empty())
    throw std::invalid_argument("expected no data and one buffer per output");
  for (size_t k = 0; k < chunk.sinks.size(); k++) {
    const int64_t need = checked_multiply(int64_t(program_->outputs[k].size()), chunk.steps);
    if (chunk.sinks[k].count < need) throw std::invalid_argument("expected room for " + std::to_string(need) + " numbers of an output");
  }
}

// Points the outputs at the caller's arrays.
void ScalarExecutable::attach(const Chunk& chunk) {
  std::vector<ElementType> types;
  output_cursors_.clear();
  for (size_t k = 0; k < chunk.sinks.size(); k++) {
    const Sink& sink = chunk.sinks[k];
    const int64_t size = size_of(sink.type), count = int64_t(program_->outputs[k].size());
    for (int64_t i = 0; i < count; i++) output_cursors_.push_back({sink.data + i * size, count * size});
    types.push_back(sink.type);
  }
  if (!code_.empty() && types == output_types_) return;
  output_types_ = types;
  write_code();
}

// How often each register is read, by instructions and from outside.
std::vector<int> ScalarExecutable::count_reads() const {
  std::vector<int> count(registers_.size());
  for (const Instruction& s : program_->instructions) for_each_source(s, [&](int r) { count[size_t(r)]++; });
  for (const auto& output : program_->outputs)
    for (int r : output) count[size_t(r)]++;
  for (const auto& group : program_->slots)
    for (int i = 0; i < group.count; i++) count[size_t(group.first + i)] += 2;
  if (program_->stop >= 0) count[size_t(program_->stop)] += 2;
  return count;
}

void ScalarExecutable::add(int op, int to, int a, int b, int c) {
  code_.push_back({uint16_t(op), uint16_t(to), uint16_t(a), uint16_t(b), uint16_t(c)});
}

// The step's scalars, the computation, the outputs, the slots, the stop value, and on to the next step.
void ScalarExecutable::write_code() {
  code_.clear();
  for (int to : program_->scalars) add(control_load_scalar, to);
  const std::vector<int> reads = count_reads();
  write_instructions(0, program_->computed, reads);
  write_stores();
  write_instructions(program_->computed, int(program_->instructions.size()), reads);
  if (program_->stop >= 0) add(control_stop_if, 0, program_->stop);
  add(control_next_step, 0);
}

void ScalarExecutable::write_instructions(int from, int to, const std::vector<int>& reads) {
  int previous = -1;  // the register that the instruction before filled
  for (int i = from; i < to; i++) {
    const Instruction& s = program_->instructions[size_t(i)];
    const bool read_by_next_only = i + 1 < to && read_count(program_->instructions[size_t(i + 1)], s.to) == reads[size_t(s.to)];
    Instruction code = read_by_next_only ? paired(s, program_->instructions[size_t(i + 1)], previous) : Instruction{-1, 0, 0, 0, 0};
    if (code.op >= 0) i++;
    else code = {linked_op(s.op, s.a == previous, s.b == previous, s.c == previous), s.to, s.a, s.b, s.c};
    add(code.op, code.to, code.a, code.b, code.c);
    previous = code.to;
  }
}

void ScalarExecutable::write_stores() {
  int number = 0;
  for (size_t k = 0; k < output_types_.size(); k++)
    for (int r : program_->outputs[k]) add(store_op(output_types_[k]), 0, r, number++);
}

RunResult ScalarExecutable::run(const Chunk& chunk) {
  const std::lock_guard lock(session_->run_mutex);
  check(chunk);
  attach(chunk);
  const auto as_array = [&](const ScalarProgram::SlotRegisters& group) {
    return HostArray{reinterpret_cast<char*>(registers_.data() + group.first), ElementType::float64, group.count};
  };
  for (const auto& group : program_->slots) session_->read_locked(size_t(group.slot), as_array(group));

  const ScalarCall call{code_.data(), registers_.data(), output_cursors_.data()};
  StepScalars scalars(program_->prologue, chunk);
  PollTimer poll(poll_seconds);
  int64_t done = 0;
  bool stopped = false;
  while (done < chunk.steps && !stopped) {
    const int64_t count = std::min(StepScalars::block_steps, chunk.steps - done);
    done += active_isa().kernels().scalar_program(call, scalars.from(done, chunk.row_count), count);
    stopped = program_->stop >= 0 && registers_[size_t(program_->stop)] != 0;
    if (poll.due() && chunk.keep_going && !chunk.keep_going()) break;
  }
  for (const auto& group : program_->slots) session_->write_locked(size_t(group.slot), as_array(group));
  return {done, stopped, 1};
}

}  // namespace hagang
