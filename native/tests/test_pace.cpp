// The number of threads follows what steps cost, on a clock of the test's own.
#include <map>

#include "run/pace.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

struct Machine {
  Pace pace;
  double now = 0;
  std::map<int, int> stretches;  // by number of threads

  // For so many seconds, with so much a unit of work on each number of threads.
  void live(double seconds, int most, const std::map<int, double>& costs) {
    stretches.clear();
    for (const double end = now + seconds; now < end; now += 0.005) {
      const int threads = pace.threads(most, now);
      stretches[threads]++;
      pace.told(threads, costs.at(threads), now + 0.005);
    }
  }
};

}  // namespace

TEST(the_cheapest_number_of_threads_goes_on) {
  Machine machine;
  machine.live(10, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > 50 * machine.stretches[1]);
  CHECK(machine.stretches[1] > 1);
}

TEST(a_plan_too_small_for_threads_gets_one) {
  Machine machine;
  machine.live(10, 8, {{1, 1}, {2, 2}, {4, 3}, {8, 5}});
  CHECK(machine.stretches[1] > 50 * (machine.stretches[2] + machine.stretches[4] + machine.stretches[8]));
}

TEST(a_core_that_is_busy_and_free_again_is_noticed) {
  Machine machine;
  machine.live(10, 2, {{1, 10}, {2, 6}});
  machine.live(10, 2, {{1, 10}, {2, 300}});
  CHECK(machine.stretches[2] < 16);
  machine.live(10, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > machine.stretches[1]);
  machine.live(1, 2, {{1, 10}, {2, 6}});
  CHECK(machine.stretches[2] > 5 * machine.stretches[1]);
}

TEST(the_first_stretch_which_starts_the_threads_does_not_count) {
  Pace pace;
  pace.told(pace.threads(2, 0), 300, 0.005);
  pace.told(pace.threads(2, 0.005), 6, 0.01);
  pace.told(pace.threads(2, 0.01), 10, 0.015);
  CHECK(pace.threads(2, 0.015) == 2);
}

TEST(one_slow_stretch_changes_nothing_and_two_in_a_row_do) {
  Machine machine;
  machine.live(1, 2, {{1, 10}, {2, 6}});
  const double now = machine.now;
  Pace& pace = machine.pace;
  CHECK(pace.threads(2, now) == 2);
  for (int turn = 0; turn < 3; turn++) {
    pace.told(2, 300, now);
    CHECK(pace.threads(2, now) == 2);
    pace.told(2, 6, now);
    CHECK(pace.threads(2, now) == 2);
  }
  pace.told(2, 300, now);
  pace.told(2, 300, now);
  CHECK(pace.threads(2, now) == 1);
}

TEST(another_limit_begins_anew) {
  Machine machine;
  machine.live(1, 4, {{1, 9}, {2, 5}, {4, 3}});
  machine.live(1, 2, {{1, 9}, {2, 5}});
  CHECK(machine.stretches[4] == 0);
  CHECK(machine.stretches[2] > 5 * machine.stretches[1]);
  machine.live(1, 1, {{1, 9}});
  CHECK(machine.stretches[2] == 0);
}
