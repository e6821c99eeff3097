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
  int last = -1;  // the register of the instruction before
  for (int i = 0; i <= int(plan_->steps.size()); i++) {
    if (i == plan_->computed) tell(), last = -1;
    if (i == int(plan_->steps.size())) break;
    const StepPlan& s = plan_->steps[size_t(i)];
    add(linked_op(s.op, s.a == last, s.b == last, s.c == last), s.to, s.a, s.b, s.c);
    last = s.to;
  }
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
