// How many threads a plan's next steps get: the number that has lately been fastest.
#pragma once

#include <cstdint>
#include <map>

namespace hagang {

// Steps run in stretches of some milliseconds, each on one number of threads, and a stretch tells what a step of it
// cost. The cheapest known number goes on; now and then another is tried for one stretch, after a wait that doubles
// each time the trial does not pay. So a plan too small for threads, or a core that another process keeps busy, costs
// a few stretches in a thousand, and a core that is free again is found within seconds. No result depends on it.
class Pace {
 public:
  // The number for the next stretch, which begins at this time; `most` may be used.
  int threads(int most, double now);

  // What a stretch on so many threads cost, in seconds per unit of work, and when it ended.
  void told(int threads, double cost, double now);

 private:
  static constexpr double shortest_wait = 0.05, longest_wait = 3.2;

  std::map<int, double> costs_;  // of the numbers tried, as lately measured
  int best_ = 0, trying_ = 0;
  bool begun_ = false;    // the first stretch is over, in which threads start and memory is touched for the first time
  bool doubted_ = false;  // the best number's last stretch was slow
  double next_trial_ = 0, wait_ = shortest_wait;

  int candidate(int most) const;
  int cheapest() const;
};

}  // namespace hagang
