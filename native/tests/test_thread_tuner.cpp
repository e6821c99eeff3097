// The number of threads follows the cost of steps, on a simulated clock.
#include <map>

#include "run/thread_tuner.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

struct SimulatedMachine {
  ThreadTuner tuner;
  double now = 0;
  std::map<int, int> stretches;  // by number of threads

  // With this cost per unit of work on each number of threads.
  void run_for(double seconds, int limit, const std::map<int, double>& costs) {
    stretches.clear();
    for (const double end = now + seconds; now < end; now += 0.005) {
      const int threads = tuner.next(limit, now);
      stretches[threads]++;
      tuner.record(threads, costs.at(threads), now + 0.005);
    }
  }
};

}  // namespace

TEST(the_cheapest_number_of_threads_goes_on) {
  SimulatedMachine machine;
  machine.run_for(10, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > 50 * machine.stretches[1]);
  CHECK(machine.stretches[1] > 1);
}

TEST(a_plan_too_small_for_threads_gets_one) {
  SimulatedMachine machine;
  machine.run_for(10, 8, {{1, 1}, {2, 2}, {4, 3}, {8, 5}});
  CHECK(machine.stretches[1] > 50 * (machine.stretches[2] + machine.stretches[4] + machine.stretches[8]));
}

TEST(a_core_that_is_busy_and_free_again_is_noticed) {
  SimulatedMachine machine;
  machine.run_for(10, 2, {{1, 10}, {2, 6}});
  machine.run_for(10, 2, {{1, 10}, {2, 300}});
  CHECK(machine.stretches[2] < 16);
  machine.run_for(10, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > machine.stretches[1]);
  machine.run_for(1, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > 5 * machine.stretches[1]);
}

TEST(the_first_stretch_which_starts_the_threads_does_not_count) {
  ThreadTuner tuner;
  tuner.record(tuner.next(2, 0), 300, 0.005);
  tuner.record(tuner.next(2, 0.005), 6, 0.01);
  tuner.record(tuner.next(2, 0.01), 10, 0.015);
  CHECK(tuner.next(2, 0.015) == 2);
}

TEST(one_slow_stretch_changes_nothing_and_two_in_a_row_do) {
  SimulatedMachine machine;
  machine.run_for(1, 2, {{1, 10}, {2, 6}});
  const double now = machine.now;
  ThreadTuner& tuner = machine.tuner;
  CHECK(tuner.next(2, now) == 2);
  for (int turn = 0; turn < 3; turn++) {
    tuner.record(2, 300, now);
    CHECK(tuner.next(2, now) == 2);
    tuner.record(2, 6, now);
    CHECK(tuner.next(2, now) == 2);
  }
  tuner.record(2, 300, now);
  tuner.record(2, 300, now);
  CHECK(tuner.next(2, now) == 1);
}

TEST(another_limit_begins_anew) {
  SimulatedMachine machine;
  machine.run_for(1, 4, {{1, 9}, {2, 5}, {4, 3}});
  machine.run_for(1, 2, {{1, 9}, {2, 5}});
  CHECK(machine.stretches[4] == 0);
  CHECK(machine.stretches[2] > 5 * machine.stretches[1]);
  machine.run_for(1, 1, {{1, 9}});
  CHECK(machine.stretches[2] == 0);
}
