#include "run/executable.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "run/bound_plan.hpp"
#include "run/memory_plan.hpp"
#include "run/stretch.hpp"

namespace hagang {

namespace {

// Multiply–adds per step below which one thread is fastest; HAGANG_SMALL_WORK lets tests use threads for the smallest net.
double single_thread_work() {
  const char* text = std::getenv("HAGANG_SMALL_WORK");
  return text ? std::strtod(text, nullptr) : 0.3e6;
}

// The pool, for a chunk that may use threads, if nobody else has it; and as many threads as the system grants.
class PoolLease {
 public:
  explicit PoolLease(int threads) : pool_(threads > 1 ? &Pool::shared() : nullptr) {
    if (pool_ && !pool_->try_acquire()) pool_ = nullptr;
    if (pool_) threads_ = pool_->grow(threads);
  }
  ~PoolLease() {
    if (pool_) pool_->release();
  }
  PoolLease(const PoolLease&) = delete;
  int threads() const { return threads_; }
  void run(int threads, const std::function<void(int)>& body) const {
    if (threads > 1) pool_->run(threads, body);
    else body(0);
  }

 private:
  Pool* pool_;
  int threads_ = 1;
};

}  // namespace

Executable::Executable(std::shared_ptr<const Plan> plan, std::shared_ptr<Session> session)
    : plan_(std::move(plan)), session_(std::move(session)), turns_(block_turns(*plan_)) {
  if (plan_->slots > int(session_->slots().size())) reject("it has more slots than its session");
  if (plan_->stop >= 0 && plan_->buffers[size_t(plan_->stop)].storage != Storage::temporary) reject("the stop value is not computed by a kernel");
  std::map<size_t, bool> mirrored;
  for (const Kernel& k : plan_->kernels)
    for_each_written(k, [&](int buffer) {
      const Buffer& b = plan_->buffers[size_t(buffer)];
      const bool refreshed = std::any_of(k.mirrors.begin(), k.mirrors.end(), [&](const MirrorPlan& m) { return m.from == buffer; });
      if (b.storage == Storage::slot) mirrored.try_emplace(size_t(b.index), true).first->second &= refreshed;
    });
  for (const auto& [slot, fresh] : mirrored) writes_.push_back({slot, fresh});
}

Executable::~Executable() = default;

BoundPlan& Executable::bound_for(int64_t rows, int threads, bool block) {
  for (auto& bound : bounds_)
    if (bound->rows == rows && bound->threads == threads && bound->block == block) return *bound;
  const std::vector<BlockTurn> turns = block ? turns_ : std::vector<BlockTurn>{};
  bounds_.push_back(std::make_unique<BoundPlan>(*plan_, *session_, turns, rows, threads, workspace_.data(), fault_));
  return *bounds_.back();
}

// A workspace large enough for each of these numbers of rows. Plans bound to a smaller one go with it; so do all when
// too many have gathered.
void Executable::reserve_workspace(const std::vector<int64_t>& rows, bool block) {
  int64_t bytes = workspace_bytes_;
  for (const int64_t count : rows) {
    const auto same = [&](const auto& bound) { return bound->rows == count && bound->block == block; };
    if (std::none_of(bounds_.begin(), bounds_.end(), same)) bytes = std::max(bytes, MemoryPlan(*plan_, count, block).bytes);
  }
  constexpr size_t max_bounds = 12;
  if (bytes > workspace_bytes_ || bounds_.size() > max_bounds) bounds_.clear();
  if (bytes > workspace_bytes_) workspace_ = AlignedMemory(bytes), workspace_bytes_ = bytes;
}

double Executable::estimated_work(const Chunk& chunk) const {
  return plan_->work * double(chunk.rows_per_step()) + plan_->fixed_work;
}

void Executable::check(const Chunk& chunk) const {
  StepScalars::check(plan_->prologue, chunk);
  if (int(chunk.data.size()) != plan_->batches || int(chunk.sinks.size()) != plan_->outputs)
    throw std::invalid_argument("expected one data array per batch input and one buffer per output");
  check_rows(chunk);
  check_sinks(chunk);
}

void Executable::check_rows(const Chunk& chunk) const {
  if (chunk.batch && chunk.row_count % chunk.batch && chunk.steps > chunk.row_count / chunk.batch + 1)
    throw std::invalid_argument("expected at most " + std::to_string(chunk.row_count / chunk.batch + 1) + " steps for these rows, received " + std::to_string(chunk.steps));
  const int64_t count = chunk.rows_read();
  int64_t low = 0, high = count - 1;
  if (chunk.rows) {
    low = 0, high = -1;
    for (int64_t i = 0; i < count; i++) low = std::min(low, chunk.rows[i]), high = std::max(high, chunk.rows[i]);
  }
  for (const Kernel& k : plan_->kernels) {
    if (k.kind != KernelKind::gather) continue;
    const int64_t rows = chunk.data[size_t(k.variant)].rows;
    const bool by_rows = k.depth.fixed == 0;
    if (low < 0 || (by_rows && high >= rows))
      throw std::invalid_argument("expected row numbers from 0 to " + std::to_string(rows - 1) + ", received " + std::to_string(low < 0 ? low : high));
  }
}

void Executable::check_sinks(const Chunk& chunk) const {
  for (const Kernel& k : plan_->kernels) {
    if (k.kind != KernelKind::output) continue;
    const int64_t axis = k.numbers.empty() ? -1 : k.numbers[0];
    int64_t need = axis < 0 ? chunk.steps : 1;
    for (size_t i = 0; i < k.views[0].dims.size(); i++)
      need = checked_multiply(need, int64_t(i) == axis ? chunk.rows_in_all() : k.views[0].dims[i].at(0));
    if (chunk.sinks[size_t(k.variant)].count < need) throw std::invalid_argument("expected room for " + std::to_string(need) + " numbers of an output");
  }
}

RunResult Executable::run(const Chunk& chunk) {
  const std::lock_guard lock(session_->run_mutex);
  check(chunk);
  if (chunk.steps == 0) return {0, false, 1};
  for (const Buffer& b : plan_->buffers)
    if (b.storage == Storage::mirror) session_->refresh_mirror(size_t(b.index));
  // Mirrors of written slots count as stale until the run has ended well.
  for (const SlotWrite& write : writes_) session_->set_mirror_fresh(write.slot, false);
  fault_.reset();
  const RunResult result = run_stretches(chunk);
  fault_.rethrow();
  for (const SlotWrite& write : writes_) session_->set_mirror_fresh(write.slot, write.mirrored);
  return result;
}

RunResult Executable::run_stretches(const Chunk& chunk) {
  const double work = estimated_work(chunk);
  const PoolLease pool(work >= single_thread_work() ? chunk.threads : 1);
  const bool tuned = pool.threads() > 1;
  RunResult result{0, false, 1};
  for (bool over = false; !over;) {
    const double began = seconds_now();
    const int threads = tuned ? tuner_.next(pool.threads(), began) : 1;
    const std::vector<BoundPlan*> bounds = bind_chunk(chunk, threads);
    Stretch stretch(*plan_, chunk, bounds, fault_, threads, result.steps, tuned);
    pool.run(threads, [&](int thread) { stretch.work(thread); });
    const double now = seconds_now();
    if (tuned) tuner_.record(threads, stretch.seconds_per_step(began, now) / work, now);
    result = {stretch.reached(), stretch.stopped(), threads};
    over = stretch.chunk_over();
  }
  return result;
}

// The plan bound for every number of rows that occurs in a chunk: that of its full steps and that of the last; or, where
// they exceed a block and the plan runs in blocks, that of a block and of what is left over.
std::vector<BoundPlan*> Executable::bind_chunk(const Chunk& chunk, int threads) {
  const bool blocks = !turns_.empty() && chunk.rows_per_step() > row_block;
  std::vector<int64_t> counts;
  for (const int64_t count : {chunk.rows_per_step(), chunk.rows_of_last_step()}) {
    if (!blocks || count <= row_block) counts.push_back(count);
    else if (counts.push_back(row_block); count % row_block) counts.push_back(count % row_block);
  }
  reserve_workspace(counts, blocks);
  std::vector<BoundPlan*> bounds;
  for (const int64_t count : counts) {
    BoundPlan& bound = bound_for(count, threads, blocks);
    if (std::find(bounds.begin(), bounds.end(), &bound) != bounds.end()) continue;
    bound.attach(chunk);
    bounds.push_back(&bound);
  }
  return bounds;
}

}  // namespace hagang
