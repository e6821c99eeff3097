#include "run/pace.hpp"

#include <algorithm>
#include <utility>

namespace hagang {

namespace {

// The numbers worth trying: all, half of them, …, one.
int fewer(int threads, int most) { return threads <= 1 ? most : (threads + 1) / 2; }

}  // namespace

// The next number down that has no known cost, or else the one after the number tried last.
int Pace::candidate(int most) const {
  for (int n = most; n > 1; n = fewer(n, most))
    if (!costs_.count(fewer(n, most))) return fewer(n, most);
  const int next = fewer(trying_, most);
  return next == best_ ? fewer(next, most) : next;
}

int Pace::threads(int most, double now) {
  if (!costs_.count(most) || best_ > most) {  // another limit than before: begin anew
    costs_.clear();
    best_ = trying_ = most;
    wait_ = shortest_wait;
    next_trial_ = now;
    return most;
  }
  if (now < next_trial_ || most == 1) return best_;
  trying_ = candidate(most);
  next_trial_ = now + wait_;
  return trying_;
}

int Pace::cheapest() const {
  const auto cheaper = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::min_element(costs_.begin(), costs_.end(), cheaper)->first;
}

// One slow stretch of the best is forgiven, since anything may pass by; a second in a row is not.
void Pace::told(int threads, double cost, double now) {
  if (!std::exchange(begun_, true)) return;
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
