// How many threads a plan's next steps get: the number that has recently been fastest.
#pragma once

#include <cstdint>
#include <map>

namespace hagang {

// Steps run in stretches of some milliseconds, each on one number of threads and with a measured cost. The cheapest
// number known is used; now and then another is tried for one stretch, after a wait that doubles each time the trial
// does not pay. So a plan too small for threads, or a core that another process keeps busy, costs a few stretches in a
// thousand, and a core that becomes free is noticed within seconds. No result depends on it.
class ThreadTuner {
 public:
  // The number of threads, at most `limit`, for a stretch that begins at this time.
  int next(int limit, double now);

  // The cost of a stretch on so many threads, in seconds per unit of work, and when it ended.
  void record(int threads, double cost, double now);

 private:
  static constexpr double shortest_wait = 0.05, longest_wait = 3.2;

  std::map<int, double> costs_;  // the latest of each number tried
  int best_ = 0, trying_ = 0;
  bool warm_ = false;     // the first stretch is over, in which threads start and memory is touched for the first time
  bool doubted_ = false;  // the best number's last stretch was slow
  double next_trial_ = 0, wait_ = shortest_wait;

  int candidate(int limit) const;
  int cheapest() const;
};

}  // namespace hagang
