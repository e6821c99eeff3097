// A stretch: some of a chunk's steps on one number of threads.
#pragma once

#include <atomic>
#include <vector>

#include "run/bound_plan.hpp"
#include "run/chunk.hpp"
#include "run/poll_timer.hpp"
#include "run/pool.hpp"
#include "run/step_scalars.hpp"

namespace hagang {

// Shared by the stretch's threads, each of which calls `work` once.
class Stretch {
 public:
  // From step `from` on. A tuned stretch ends after some milliseconds, so that another number of threads may follow.
  Stretch(const Plan& plan, const Chunk& chunk, const std::vector<BoundPlan*>& bounds, Fault& fault, int threads, int64_t from, bool tuned);

  void work(int thread) noexcept;

  int64_t reached() const { return end_ < 0 ? chunk_.steps : end_ + 1; }
  bool chunk_over() const { return chunk_over_ || reached() == chunk_.steps; }
  bool stopped() const { return stopped_; }

  // Since it began; where there are several steps the first, during which threads wake, is left out.
  double seconds_per_step(double began, double now) const;

 private:
  const Plan& plan_;
  const Chunk& chunk_;
  const std::vector<BoundPlan*>& bounds_;
  Fault& fault_;
  const int64_t from_;
  const bool tuned_;
  std::vector<StepScalars> scalars_;  // of each thread
  Barrier barrier_;
  PollTimer poll_, end_timer_;
  // The last step, decided by thread 0 before the step's last barrier and read after it, by when thread 0 may have decided
  // on the next: hence atomic. Whichever it is, nobody takes it for an earlier step's.
  std::atomic<int64_t> end_{-1};
  double first_done_ = 0;
  bool chunk_over_ = false, stopped_ = false;

  BoundPlan* bound_for(int64_t rows) const;
  StepContext context_of(int64_t step) const;
  void run_step(BoundPlan& bound, const StepContext& context, int thread);
  void run_blocks(const StepContext& step, int thread);
  template <class F>
  void guarded(F&& f);
  void decide(int64_t step, const BoundPlan& bound);
  bool keep_going();
  double stop_value(const BoundPlan& bound) const;
};

}  // namespace hagang
