#include "run/executable.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "cpu.hpp"
#include "run/bound.hpp"
#include "run/every.hpp"
#include "run/pool.hpp"
#include "run/room.hpp"
#include "run/scalars.hpp"

namespace hagang {

namespace {

// Multiply–adds a step below which one thread is fastest; HAGANG_SMALL_WORK lets tests spread the smallest net.
double small_work() {
  const char* text = std::getenv("HAGANG_SMALL_WORK");
  return text ? std::strtod(text, nullptr) : 0.3e6;
}

constexpr double poll_seconds = 0.02;
constexpr double stretch_seconds = 0.005;
constexpr int64_t patience = 4;  // a stretch in which threads fell asleep at barriers so often is over

// One stretch of a chunk's steps on one number of threads, shared by them.
class Run {
 public:
  Run(const Plan& plan, const Chunk& chunk, const std::vector<Bound*>& bounds, int threads, int64_t from, bool paced)
      : plan_(plan), chunk_(chunk), bounds_(bounds), from_(from), paced_(paced), barrier_(threads) {}

  void work(int thread) {
    Scalars scalars(plan_.prologue, chunk_);
    for (int64_t step = from_; step < chunk_.steps; step++) {
      const int64_t first = chunk_.batch ? step * chunk_.batch : 0;
      const int64_t count = chunk_.batch ? std::clamp(chunk_.row_count - first, int64_t(0), chunk_.batch) : chunk_.row_count;
      const int64_t before = chunk_.batch ? first : step * chunk_.row_count;
      const Moment moment{step, chunk_.rows ? chunk_.rows + first : nullptr, first, count, before, !chunk_.batch && step > from_, 0, true};
      if (Bound* bound = bound_for(count)) run_whole(*bound, moment, scalars, thread);
      else run_blocks(moment, scalars, thread);
      if (end_ == step) return;
    }
  }

  int64_t reached() const { return end_ < 0 ? chunk_.steps : end_ + 1; }
  bool over() const { return over_ || reached() == chunk_.steps; }
  bool stopped() const { return stopped_; }

  // Of those since it began, the first left out where there are more: threads wake during it.
  double seconds_a_step(double began, double now) const {
    const double steps = double(reached() - from_);
    return steps > 1 ? (now - first_done_) / (steps - 1) : now - began;
  }

 private:
  const Plan& plan_;
  const Chunk& chunk_;
  const std::vector<Bound*>& bounds_;
  const int64_t from_;
  const bool paced_;
  Barrier barrier_;
  Every poll_{poll_seconds}, stretch_{stretch_seconds};
  int64_t end_ = -1;  // the last step; written by thread 0 before a barrier, read after it
  double first_done_ = 0;
  bool over_ = false, stopped_ = false;  // of the chunk, not the stretch

  Bound* bound_for(int64_t rows) const {
    for (Bound* bound : bounds_)
      if (bound->rows == rows) return bound;
    return nullptr;
  }

  void run_whole(Bound& bound, const Moment& moment, Scalars& scalars, int thread) {
    Share& share = bound.shares[size_t(thread)];
    scalars.copy(moment.step, moment.count, share.scalars.data());
    for (const auto& phase : share.phases) {
      for (const Call& call : phase) call.run(call, moment);
      if (thread == 0 && &phase == &share.phases.back()) decide(moment.step, bound);
      barrier_.wait();
    }
  }

  // The step's rows block by block. What does not have rows, nor sums them, runs with the first block or the last.
  void run_blocks(const Moment& step, Scalars& scalars, int thread) {
    for (int64_t offset = 0; offset < step.count; offset += row_block) {
      const int64_t count = std::min(row_block, step.count - offset);
      Bound& bound = *bound_for(count);
      Share& share = bound.shares[size_t(thread)];
      scalars.copy(step.step, step.count, share.scalars.data());
      Moment block = step;
      block.rows = step.rows ? step.rows + offset : nullptr;
      block.first += offset, block.before += offset, block.offset = offset, block.count = count;
      block.again = false, block.last = offset + count == step.count;
      for (size_t phase = 0; phase < share.phases.size(); phase++) {
        for (size_t i = 0; i < share.phases[phase].size(); i++) {
          const Turn turn = share.turns[phase][i];
          const Call& call = share.phases[phase][i];
          if (turn == Turn::each || (turn == Turn::first ? offset == 0 : block.last)) call.run(call, block);
        }
        if (thread == 0 && block.last && phase + 1 == share.phases.size()) decide(step.step, bound);
        barrier_.wait();
      }
    }
  }

  // Whether this is the last step. Thread 0 runs whatever is not cut among threads, so it has the stop value.
  void decide(int64_t step, Bound& bound) {
    if (step == from_) first_done_ = seconds_now();
    else if (paced_ && (barrier_.sleeps() >= patience || stretch_.due())) end_ = step;
    if (plan_.stop >= 0 && stop_value(bound) != 0) end_ = step, over_ = stopped_ = true;
    if (bound.fault.set.load(std::memory_order_acquire)) end_ = step, over_ = true;
    if (poll_.due() && chunk_.keep_going && !chunk_.keep_going()) end_ = step, over_ = true;
  }

  double stop_value(const Bound& bound) const {
    const char* at = bound.bases[size_t(plan_.stop)];
    return plan_.buffers[size_t(plan_.stop)].bits == 64 ? *reinterpret_cast<const double*>(at) : double(*reinterpret_cast<const float*>(at));
  }
};

// The pool, taken for a chunk that may use threads, if nobody else has it.
class Lease {
 public:
  explicit Lease(bool wanted) : pool_(wanted ? &Pool::shared() : nullptr) {
    if (pool_ && !pool_->try_take()) pool_ = nullptr;
  }
  ~Lease() {
    if (pool_) pool_->give_back();
  }
  Lease(const Lease&) = delete;
  bool taken() const { return pool_ != nullptr; }
  void run(int threads, const std::function<void(int)>& body) const {
    if (threads > 1) pool_->run(threads, body);
    else body(0);
  }

 private:
  Pool* pool_;
};

}  // namespace

Executable::Executable(std::shared_ptr<const Plan> plan, std::shared_ptr<Session> session)
    : plan_(std::move(plan)), session_(std::move(session)) {
  if (plan_->slots > int(session_->slots().size())) throw std::invalid_argument("malformed plan: it has more slots than its session.");
  turns_ = turns_of(*plan_);
  if (plan_->stop >= 0 && plan_->buffers[size_t(plan_->stop)].kept != Kept::temporary) throw std::invalid_argument("malformed plan: the stop value is not computed by a kernel.");
}

Executable::~Executable() = default;

Bound& Executable::bound_to(int64_t rows, int threads, bool block) {
  for (auto& bound : bounds_)
    if (bound->rows == rows && bound->threads == threads && bound->block == block) return *bound;
  bounds_.push_back(std::make_unique<Bound>(*plan_, *session_, block ? turns_ : std::vector<Turn>{}, rows, threads, workspace_.data()));
  return *bounds_.back();
}

// A workspace for each of these numbers of rows. What is bound to a smaller one goes with it, and so does what is
// bound to other numbers of rows when many have gathered.
void Executable::make_room(const std::vector<int64_t>& rows, bool block) {
  int64_t room = room_;
  for (const int64_t count : rows) {
    const auto known = [&](const auto& bound) { return bound->rows == count && bound->block == block; };
    if (std::none_of(bounds_.begin(), bounds_.end(), known)) room = std::max(room, Room(*plan_, count, block).bytes);
  }
  if (room > room_ || bounds_.size() > 12) bounds_.clear();
  if (room > room_) workspace_ = Storage(room), room_ = room;
}

double Executable::work_of(const Chunk& chunk) const {
  const double rows = double(chunk.batch ? std::min(chunk.batch, chunk.row_count) : chunk.row_count);
  return plan_->work * rows + plan_->fixed_work;
}

void Executable::check(const Chunk& chunk) const {
  Scalars::check(plan_->prologue, chunk);
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
  std::string fault;
  const double work = work_of(chunk);
  const Lease pool(chunk.threads > 1 && work >= small_work());
  Done done{0, false, 1};
  for (bool over = false; !over;) {
    const double began = seconds_now();
    const int threads = pool.taken() ? pace_.threads(chunk.threads, began) : 1;
    const std::vector<Bound*> bounds = attached(chunk, threads);
    Run run(*plan_, chunk, bounds, threads, done.steps, pool.taken());
    pool.run(threads, [&](int thread) { run.work(thread); });
    const double now = seconds_now();
    if (pool.taken()) pace_.told(threads, run.seconds_a_step(began, now) / work, now);
    done = {run.reached(), run.stopped(), threads};
    over = run.over();
    for (const Bound* bound : bounds)
      if (bound->fault.set) fault = bound->fault.what;
  }
  for (const Kernel& k : plan_->kernels) mark_writes(k);
  if (!fault.empty()) throw std::runtime_error(fault);
  return done;
}

// The plan bound for the numbers of rows that come in a chunk: those of its full steps and of the last, perhaps short
// one, or where they are more than a block and the plan runs in blocks, of a block and of what is left.
std::vector<Bound*> Executable::attached(const Chunk& chunk, int threads) {
  const int64_t batch = chunk.batch ? std::min(chunk.batch, chunk.row_count) : chunk.row_count;
  const int64_t left = chunk.batch ? std::max(int64_t(0), std::min(chunk.batch, chunk.row_count - (chunk.steps - 1) * chunk.batch)) : batch;
  const bool blocks = !turns_.empty() && batch > row_block;
  std::vector<int64_t> counts;
  for (const int64_t count : {batch, left}) {
    if (!blocks || count <= row_block) counts.push_back(count);
    else if (counts.push_back(row_block); count % row_block) counts.push_back(count % row_block);
  }
  make_room(counts, blocks);
  std::vector<Bound*> bounds;
  for (const int64_t count : counts) {
    Bound& bound = bound_to(count, threads, blocks);
    if (std::find(bounds.begin(), bounds.end(), &bound) != bounds.end()) continue;
    bound.attach(chunk.data);
    bound.sinks = chunk.sinks;
    bound.total_rows = chunk.batch ? std::min(chunk.row_count, chunk.batch * chunk.steps) : chunk.row_count * chunk.steps;
    bound.fault.set = false;
    bounds.push_back(&bound);
  }
  return bounds;
}

// A slot's mirror is fresh after a run only if every kernel that wrote the slot refreshed it.
void Executable::mark_writes(const Kernel& k) {
  auto written = [&](int buffer) {
    const Buffer& b = plan_->buffers[size_t(buffer)];
    if (b.kept != Kept::slot) return;
    const bool mirrored = std::any_of(k.mirrors.begin(), k.mirrors.end(), [&](const MirrorPlan& m) { return m.from == buffer; });
    session_->mark_written(size_t(b.index), mirrored);
  };
  each_written(k, written);
}

}  // namespace hagang
