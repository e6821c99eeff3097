#include "run/thread_tuner.hpp"

#include <algorithm>
#include <utility>

namespace hagang {

namespace {

// The numbers worth trying: the limit, half of it, …, one, and the limit again.
int fewer(int threads, int limit) { return threads <= 1 ? limit : (threads + 1) / 2; }

}  // namespace

// The largest number without a known cost, or else the one after the number tried last.
int ThreadTuner::candidate(int limit) const {
  for (int n = limit; n > 1; n = fewer(n, limit))
    if (!costs_.count(fewer(n, limit))) return fewer(n, limit);
  const int next = fewer(trying_, limit);
  return next == best_ ? fewer(next, limit) : next;
}

int ThreadTuner::next(int limit, double now) {
  if (!costs_.count(limit) || best_ > limit) {  // the limit has changed: start again
    costs_.clear();
    best_ = trying_ = limit;
    wait_ = shortest_wait;
    next_trial_ = now;
    return limit;
  }
  if (now < next_trial_ || limit == 1) return best_;
  trying_ = candidate(limit);
  next_trial_ = now + wait_;
  return trying_;
}

int ThreadTuner::cheapest() const {
  const auto cheaper = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::min_element(costs_.begin(), costs_.end(), cheaper)->first;
}

// One slow stretch of the best number is forgiven, since anything may have disturbed it; a second in a row is not.
void ThreadTuner::record(int threads, double cost, double now) {
  if (!std::exchange(warm_, true)) return;
  const double before = std::exchange(costs_[threads], cost);
  const bool slow = threads == best_ && cheapest() != best_;
  if (slow && !doubted_) costs_[threads] = before;
  if (threads == best_) doubted_ = slow && !doubted_;
  const int best = cheapest();
  if (best != best_) wait_ = shortest_wait;
  else if (threads != best_) wait_ = std::min(2 * wait_, longest_wait);
  if (best != best_ || threads != best_) next_trial_ = now + wait_;
  best_ = best;
}

}  // namespace hagang
