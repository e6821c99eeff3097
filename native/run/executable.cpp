#include "run/executable.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "cpu.hpp"
#include "run/bound.hpp"
#include "run/pool.hpp"
#include "run/scalars.hpp"

namespace hagang {

namespace {

// Multiply–adds a step below which one thread is fastest; HAGANG_SMALL_WORK lets tests spread the smallest net.
double small_work() {
  const char* text = std::getenv("HAGANG_SMALL_WORK");
  return text ? std::strtod(text, nullptr) : 0.5e6;
}

constexpr double poll_seconds = 0.02;

using Clock = std::chrono::steady_clock;

// One run of a chunk, shared by its threads.
class Run {
 public:
  Run(const Plan& plan, const Chunk& chunk, Bound& full, Bound& last, int threads)
      : plan_(plan), chunk_(chunk), full_(full), last_(last), barrier_(threads) {
    polled_ = Clock::now();
  }

  void work(int thread) {
    Scalars scalars(plan_.prologue, chunk_);
    for (int64_t step = 0; step < chunk_.steps; step++) {
      const int64_t first = chunk_.batch ? step * chunk_.batch : 0;
      const int64_t count = chunk_.batch ? std::clamp(chunk_.row_count - first, int64_t(0), chunk_.batch) : chunk_.row_count;
      Bound& bound = count == full_.rows ? full_ : last_;
      Share& share = bound.shares[size_t(thread)];
      scalars.copy(step, count, share.scalars.data());
      const int64_t before = chunk_.batch ? first : step * chunk_.row_count;
      const Moment moment{step, chunk_.rows ? chunk_.rows + first : nullptr, first, count, before, !chunk_.batch && step > 0};
      for (const auto& phase : share.phases) {
        for (const Call& call : phase) call.run(call, moment);
        if (thread == 0 && &phase == &share.phases.back()) decide(step, bound);
        barrier_.wait();
      }
      if (end_ == step) return;
    }
  }

  Done done(int threads) const { return {end_ < 0 ? chunk_.steps : end_ + 1, stopped_, threads}; }
  int64_t sleeps() const { return barrier_.sleeps(); }

 private:
  const Plan& plan_;
  const Chunk& chunk_;
  Bound &full_, &last_;
  Barrier barrier_;
  Clock::time_point polled_;
  int64_t until_poll_ = 1, every_ = 1;
  int64_t end_ = -1;  // the step after which the chunk ends; written by thread 0 before a barrier, read after it
  bool stopped_ = false;

  // Whether this is the chunk's last step. Thread 0 runs whatever is not cut among threads, so it has the stop value.
  void decide(int64_t step, Bound& bound) {
    if (plan_.stop >= 0 && stop_value(bound) != 0) end_ = step, stopped_ = true;
    if (bound.fault.set.load(std::memory_order_acquire)) end_ = step;
    if (--until_poll_ > 0) return;
    const auto now = Clock::now();
    const double elapsed = std::chrono::duration<double>(now - polled_).count();
    // Short steps are polled seldom: asking the clock costs a good part of the shortest.
    if (elapsed < poll_seconds / 2) every_ = std::min(every_ * 2, int64_t(4096));
    else if (elapsed > poll_seconds * 2) every_ = std::max(every_ / 4, int64_t(1));
    until_poll_ = every_;
    if (elapsed < poll_seconds) return;
    polled_ = now;
    if (chunk_.keep_going && !chunk_.keep_going()) end_ = step;
  }

  double stop_value(const Bound& bound) const {
    const char* at = bound.bases[size_t(plan_.stop)];
    return plan_.buffers[size_t(plan_.stop)].bits == 64 ? *reinterpret_cast<const double*>(at) : double(*reinterpret_cast<const float*>(at));
  }
};

}  // namespace

Executable::Executable(std::shared_ptr<const Plan> plan, std::shared_ptr<Session> session)
    : plan_(std::move(plan)), session_(std::move(session)) {
  if (plan_->slots > int(session_->slots().size())) throw std::invalid_argument("malformed plan: it has more slots than its session.");
  if (plan_->stop >= 0 && plan_->buffers[size_t(plan_->stop)].kept != Kept::temporary) throw std::invalid_argument("malformed plan: the stop value is not computed by a kernel.");
}

Executable::~Executable() = default;

Bound& Executable::bound_to(int64_t rows, int threads) {
  for (auto& bound : bounds_)
    if (bound->rows == rows && bound->threads == threads) return *bound;
  if (bounds_.size() >= 4) bounds_.erase(bounds_.begin());
  bounds_.push_back(std::make_unique<Bound>(*plan_, *session_, rows, threads));
  return *bounds_.back();
}

int Executable::threads_for(const Chunk& chunk) const {
  const double rows = double(chunk.batch ? std::min(chunk.batch, chunk.row_count) : chunk.row_count);
  if (plan_->work * rows + plan_->fixed_work < small_work()) return 1;
  return std::max(1, std::min(chunk.threads, limit_));
}

void Executable::check(const Chunk& chunk) const {
  if (int(chunk.data.size()) != plan_->batches || int(chunk.sinks.size()) != plan_->outputs)
    throw std::invalid_argument("expected one data array a batch input and one buffer an output");
  const int64_t taken = std::min(chunk.row_count, chunk.batch ? chunk.batch * chunk.steps : chunk.row_count);
  int64_t low = 0, high = taken - 1;
  if (chunk.rows) {
    low = 0, high = -1;
    for (int64_t i = 0; i < taken; i++) low = std::min(low, chunk.rows[i]), high = std::max(high, chunk.rows[i]);
  }
  for (const Kernel& k : plan_->kernels) {
    if (k.kind != Kind::gather) continue;
    const DataArray& array = chunk.data[size_t(k.how)];
    const bool whole = k.depth.fixed != 0;
    if (low < 0 || (!whole && high >= array.rows))
      throw std::invalid_argument("expected row numbers from 0 to " + std::to_string(array.rows - 1) + ", received " + std::to_string(low < 0 ? low : high));
  }
  // Outputs have their room: the larger of what the steps and the rows fill.
  const int64_t total = chunk.batch ? std::min(chunk.row_count, chunk.batch * chunk.steps) : chunk.row_count * chunk.steps;
  for (const Kernel& k : plan_->kernels) {
    if (k.kind != Kind::output) continue;
    const int64_t axis = k.numbers.empty() ? -1 : k.numbers[0];
    int64_t need = axis < 0 ? chunk.steps : 1;
    for (size_t i = 0; i < k.views[0].dims.size(); i++) need *= int64_t(i) == axis ? total : k.views[0].dims[i].at(0);
    if (chunk.sinks[size_t(k.how)].count < need) throw std::invalid_argument("expected room for " + std::to_string(need) + " numbers of an output");
  }
}

Done Executable::run(const Chunk& chunk) {
  const std::lock_guard lock(session_->running);
  check(chunk);
  if (chunk.steps == 0) return {0, false, 1};
  for (const Buffer& b : plan_->buffers)
    if (b.kept == Kept::mirror) session_->require_mirror(size_t(b.index));
  int threads = threads_for(chunk);
  Pool* pool = threads > 1 ? &Pool::shared() : nullptr;
  if (pool && !pool->try_take()) pool = nullptr, threads = 1;
  struct Return {
    Pool* pool;
    ~Return() {
      if (pool) pool->give_back();
    }
  } const give_back{pool};

  const int64_t batch = chunk.batch ? std::min(chunk.batch, chunk.row_count) : chunk.row_count;
  const int64_t left = chunk.batch ? std::max(int64_t(0), std::min(chunk.batch, chunk.row_count - (chunk.steps - 1) * chunk.batch)) : batch;
  bound_to(batch, threads);
  Bound& last = bound_to(left, threads);
  Bound& full = bound_to(batch, threads);
  for (Bound* bound : {&full, &last}) {
    bound->attach(chunk.data);
    bound->sinks = chunk.sinks;
    bound->total_rows = chunk.batch ? std::min(chunk.row_count, chunk.batch * chunk.steps) : chunk.row_count * chunk.steps;
    bound->fault.set = false;
  }
  Run run(*plan_, chunk, full, last, threads);
  if (threads > 1) pool->run(threads, [&](int thread) { run.work(thread); });
  else run.work(0);

  for (const Kernel& k : plan_->kernels) mark_writes(k);
  adapt(threads, run.sleeps(), run.done(threads).steps);
  for (Bound* bound : {&full, &last})
    if (bound->fault.set) throw std::runtime_error(bound->fault.what);
  return run.done(threads);
}

// A slot's mirror is fresh after a run only if every kernel that wrote the slot refreshed it.
void Executable::mark_writes(const Kernel& k) {
  auto written = [&](int buffer) {
    const Buffer& b = plan_->buffers[size_t(buffer)];
    if (b.kept != Kept::slot) return;
    const bool mirrored = std::any_of(k.mirrors.begin(), k.mirrors.end(), [&](const MirrorPlan& m) { return m.from == buffer; });
    session_->mark_written(size_t(b.index), mirrored);
  };
  for (const StepPlan& s : k.steps)
    if (s.to < int(k.operands.size())) written(k.operands[size_t(s.to)].buffer);
  if (k.anchor >= 0 && k.anchor < int(k.operands.size())) written(k.operands[size_t(k.anchor)].buffer);
  if (k.kind == Kind::general) written(k.views[0].buffer);
}

// Threads that fall asleep at barriers show that somebody else holds a core; with fewer threads no step waits for
// him. Now and then one more is tried again. Which number runs changes no result.
void Executable::adapt(int threads, int64_t sleeps, int64_t steps) {
  if (threads > 1 && sleeps > steps / 8 + 2) {
    limit_ = threads - 1;
    quiet_ = 0;
  } else if (limit_ < (1 << 16) && ++quiet_ >= 16) {
    limit_++;
    quiet_ = 0;
  }
}

}  // namespace hagang
