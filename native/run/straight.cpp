#include "run/straight.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "cpu.hpp"
#include "run/every.hpp"
#include "run/scalars.hpp"
#include "straight_ops.hpp"

namespace hagang {

namespace {

constexpr double poll_seconds = 0.02;

int64_t bytes_of(Source type) {
  switch (type) {
    case Source::float32: return 4;
    case Source::float64: case Source::int64: return 8;
    case Source::uint8: case Source::boolean: return 1;
  }
  return 0;
}

int tell_op(Source type) {
  switch (type) {
#define HG_CASE(name, type) \
  case Source::name: return tell_##name;
    HG_TELL(HG_CASE)
#undef HG_CASE
  }
  return -1;
}

}  // namespace

StraightExecutable::StraightExecutable(std::shared_ptr<const StraightPlan> plan, std::shared_ptr<Session> session)
    : plan_(std::move(plan)), session_(std::move(session)), registers_(plan_->registers) {
  for (const auto& held : plan_->held) {
    if (held.slot >= int(session_->slots().size())) throw std::invalid_argument("malformed plan: it has more slots than its session.");
    const Slot& slot = session_->slots()[size_t(held.slot)];
    if (slot.rows * slot.columns != held.count) throw std::invalid_argument("malformed plan: a slot has another size than the plan takes it to have.");
  }
}

// Points what is told at the caller's arrays.
void StraightExecutable::attach(const Chunk& chunk) {
  Scalars::check(plan_->prologue, chunk);
  if (chunk.sinks.size() != plan_->outputs.size() || !chunk.data.empty())
    throw std::invalid_argument("expected no data and one buffer an output");
  std::vector<Source> types;
  tells_.clear();
  for (size_t k = 0; k < chunk.sinks.size(); k++) {
    const Sink& sink = chunk.sinks[k];
    const int64_t size = bytes_of(sink.type), count = int64_t(plan_->outputs[k].size());
    if (sink.count < count * chunk.steps) throw std::invalid_argument("expected room for " + std::to_string(count * chunk.steps) + " numbers of an output");
    for (int64_t i = 0; i < count; i++) tells_.push_back({sink.data + i * size, count * size});
    types.push_back(sink.type);
  }
  if (code_.empty() || types != types_) write_code(types);
}

namespace {

// Which kind of second instruction takes up t, and what else it reads; -1 where no pair does.
struct Second {
  int kind = -1, c = 0;
};

Second second_of(const StepPlan& s, int t) {
  enum { plus, minus, from, times, twice, squared };
  const bool a = s.a == t, b = s.b == t;
  const int other = a ? s.b : s.a;
  switch (s.op) {
    case op_add: return a && b ? Second{twice, 0} : a || b ? Second{plus, other} : Second{};
    case op_subtract: return a && b ? Second{} : a ? Second{minus, other} : b ? Second{from, other} : Second{};
    case op_multiply: return a && b ? Second{squared, 0} : a || b ? Second{times, other} : Second{};
    default: return {};
  }
}

// Two instructions as one, `last` being the register of the instruction before; op -1 where they are no pair.
StepPlan paired(const StepPlan& one, const StepPlan& two, int last) {
  const int first = one.op == op_add ? 0 : one.op == op_subtract ? 1 : one.op == op_multiply ? 2 : -1;
  const Second second = second_of(two, one.to);
  if (first < 0 || second.kind < 0) return {-1, 0, 0, 0, 0};
  enum { ab, lb, ll };
  const bool turn = one.op != op_subtract && one.b == last;
  const int form = one.a == last && one.b == last ? ll : one.a == last || turn ? lb : ab;
  const int b = form == lb && one.a != last ? one.a : one.b;
  return {pair_add_ab_plus + (first * 3 + form) * 6 + second.kind, two.to, one.a, b, second.c};
}

// How often an instruction reads a register.
int reads_of(const StepPlan& s, int r) {
  const int arity = tape_arity(s.op);
  return int(s.a == r) + int(arity > 1 && s.b == r) + int(arity > 2 && s.c == r);
}

}  // namespace

// How often each register is read, by instructions and from outside.
std::vector<int> StraightExecutable::reads() const {
  std::vector<int> count(registers_.size());
  for (const StepPlan& s : plan_->steps) {
    const int sources[] = {s.a, s.b, s.c};
    for (int i = 0; i < tape_arity(s.op); i++) count[size_t(sources[i])]++;
  }
  for (const auto& told : plan_->outputs)
    for (int from : told) count[size_t(from)]++;
  for (const auto& held : plan_->held)
    for (int i = 0; i < held.count; i++) count[size_t(held.first + i)] += 2;
  if (plan_->stop >= 0) count[size_t(plan_->stop)] += 2;
  return count;
}

// A step's scalars, what computes, what is told, what writes the slots, the stop value, and again.
void StraightExecutable::write_code(const std::vector<Source>& types) {
  auto add = [&](int op, int to, int a = 0, int b = 0, int c = 0) {
    code_.push_back({uint16_t(op), uint16_t(to), uint16_t(a), uint16_t(b), uint16_t(c)});
  };
  auto tell = [&] {
    int number = 0;
    for (size_t k = 0; k < types.size(); k++)
      for (int from : plan_->outputs[k]) add(tell_op(types[k]), 0, from, number++);
  };
  types_ = types;
  code_.clear();
  for (int to : plan_->scalars) add(control_take, to);
  const std::vector<int> read = reads();
  const auto line = [&](int from, int to) {
    int last = -1;  // the register of the instruction before
    for (int i = from; i < to; i++) {
      const StepPlan& s = plan_->steps[size_t(i)];
      const bool alone = i + 1 < to && reads_of(plan_->steps[size_t(i + 1)], s.to) == read[size_t(s.to)];
      StepPlan code = alone ? paired(s, plan_->steps[size_t(i + 1)], last) : StepPlan{-1, 0, 0, 0, 0};
      if (code.op >= 0) i++;
      else code = {linked_op(s.op, s.a == last, s.b == last, s.c == last), s.to, s.a, s.b, s.c};
      add(code.op, code.to, code.a, code.b, code.c);
      last = code.to;
    }
  };
  line(0, plan_->computed);
  tell();
  line(plan_->computed, int(plan_->steps.size()));
  if (plan_->stop >= 0) add(control_stop, 0, plan_->stop);
  add(control_again, 0);
}

Done StraightExecutable::run(const Chunk& chunk) {
  const std::lock_guard lock(session_->running);
  attach(chunk);
  auto outside = [&](const StraightPlan::Held& held) {
    return Outside{reinterpret_cast<char*>(registers_.data() + held.first), Source::float64, held.count};
  };
  for (const auto& held : plan_->held) session_->get(size_t(held.slot), outside(held));

  const StraightCall call{code_.data(), registers_.data(), tells_.data()};
  Scalars scalars(plan_->prologue, chunk);
  Every poll(poll_seconds);
  int64_t done = 0;
  bool stopped = false;
  while (done < chunk.steps && !stopped) {
    const int64_t count = std::min(Scalars::block, chunk.steps - done);
    done += active_isa().kernels().straight(call, scalars.from(done, chunk.row_count), count);
    stopped = plan_->stop >= 0 && registers_[size_t(plan_->stop)] != 0;
    if (poll.due() && chunk.keep_going && !chunk.keep_going()) break;
  }
  for (const auto& held : plan_->held) session_->put(size_t(held.slot), outside(held));
  return {done, stopped, 1};
}

}  // namespace hagang
