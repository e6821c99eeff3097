#include "run/stretch.hpp"

#include <algorithm>

namespace hagang {

namespace {

constexpr double poll_seconds = 0.02;
constexpr double stretch_seconds = 0.005;
constexpr int64_t max_sleeps = 4;  // at barriers, before a stretch ends early: the threads lack cores

}  // namespace

Stretch::Stretch(const Plan& plan, const Chunk& chunk, const std::vector<BoundPlan*>& bounds, Fault& fault, int threads, int64_t from, bool tuned)
    : plan_(plan), chunk_(chunk), bounds_(bounds), fault_(fault), from_(from), tuned_(tuned), barrier_(threads), poll_(poll_seconds), end_timer_(stretch_seconds) {
  scalars_.reserve(size_t(threads));
  for (int thread = 0; thread < threads; thread++) scalars_.emplace_back(plan.prologue, chunk);
}

void Stretch::work(int thread) noexcept {
  for (int64_t step = from_; step < chunk_.steps; step++) {
    const StepContext context = context_of(step);
    if (BoundPlan* bound = bound_for(context.row_count)) run_step(*bound, context, thread);
    else run_blocks(context, thread);
    if (end_.load(std::memory_order_relaxed) == step) return;
  }
}

double Stretch::seconds_per_step(double began, double now) const {
  const double steps = double(reached() - from_);
  return steps > 1 ? (now - first_done_) / (steps - 1) : now - began;
}

BoundPlan* Stretch::bound_for(int64_t rows) const {
  for (BoundPlan* bound : bounds_)
    if (bound->rows == rows) return bound;
  return nullptr;
}

StepContext Stretch::context_of(int64_t step) const {
  const int64_t first = chunk_.batch ? step * chunk_.batch : 0;
  const int64_t count = chunk_.batch ? std::clamp(chunk_.row_count - first, int64_t(0), chunk_.batch) : chunk_.row_count;
  return {.step = step,
          .row_indices = chunk_.rows ? chunk_.rows + first : nullptr,
          .first_row = first,
          .row_count = count,
          .rows_before = chunk_.batch ? first : step * chunk_.row_count,
          .same_rows = !chunk_.batch && step > from_,
          .block_offset = 0,
          .last_block = true};
}

// Nothing may be thrown past a thread that others wait for at the barrier. After a fault the rest of the step is skipped.
template <class F>
void Stretch::guarded(F&& f) {
  if (fault_.is_set()) return;
  try {
    f();
  } catch (...) {
    fault_.report(std::current_exception());
  }
}

void Stretch::run_step(BoundPlan& bound, const StepContext& context, int thread) {
  ThreadShare& share = bound.shares[size_t(thread)];
  scalars_[size_t(thread)].copy(context.step, context.row_count, share.scalars.data());
  for (const auto& phase : share.phases) {
    guarded([&] {
      for (const Call& call : phase) call.run(call, context);
    });
    if (thread == 0 && &phase == &share.phases.back()) decide(context.step, bound);
    barrier_.wait();
  }
}

// The step's rows block by block. What neither has rows nor sums over them runs with the first block or the last.
void Stretch::run_blocks(const StepContext& step, int thread) {
  for (int64_t offset = 0; offset < step.row_count; offset += row_block) {
    StepContext block = step;
    block.row_count = std::min(row_block, step.row_count - offset);
    block.row_indices = step.row_indices ? step.row_indices + offset : nullptr;
    block.first_row += offset, block.rows_before += offset, block.block_offset = offset;
    block.same_rows = false, block.last_block = offset + block.row_count == step.row_count;
    BoundPlan& bound = *bound_for(block.row_count);
    ThreadShare& share = bound.shares[size_t(thread)];
    scalars_[size_t(thread)].copy(step.step, step.row_count, share.scalars.data());
    for (size_t phase = 0; phase < share.phases.size(); phase++) {
      guarded([&] {
        for (size_t i = 0; i < share.phases[phase].size(); i++) {
          const BlockTurn turn = share.turns[phase][i];
          const Call& call = share.phases[phase][i];
          if (turn == BlockTurn::every || (turn == BlockTurn::first ? offset == 0 : block.last_block)) call.run(call, block);
        }
      });
      if (thread == 0 && block.last_block && phase + 1 == share.phases.size()) decide(step.step, bound);
      barrier_.wait();
    }
  }
}

// Whether this step is the last. Thread 0 runs whatever is not cut among threads, so it has the stop value.
void Stretch::decide(int64_t step, const BoundPlan& bound) {
  const auto end_here = [&] { end_.store(step, std::memory_order_relaxed); };
  if (step == from_) first_done_ = seconds_now();
  else if (tuned_ && (barrier_.sleeps() >= max_sleeps || end_timer_.due())) end_here();
  if (plan_.stop >= 0 && stop_value(bound) != 0) end_here(), chunk_over_ = stopped_ = true;
  if (poll_.due() && !keep_going()) end_here(), chunk_over_ = true;
  if (fault_.is_set()) end_here(), chunk_over_ = true;
}

bool Stretch::keep_going() {
  bool go_on = true;
  guarded([&] { go_on = !chunk_.keep_going || chunk_.keep_going(); });
  return go_on;
}

double Stretch::stop_value(const BoundPlan& bound) const {
  const char* at = bound.bases[size_t(plan_.stop)];
  return plan_.buffers[size_t(plan_.stop)].bits == 64 ? *reinterpret_cast<const double*>(at) : double(*reinterpret_cast<const float*>(at));
}

}  // namespace hagang
