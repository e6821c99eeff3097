// The pool and its barrier: every thread takes part, for every number of threads, again and again.
#include <atomic>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

#include "run/pool.hpp"
#include "testing.hpp"

using namespace hagang;

TEST(every_thread_runs_every_job) {
  Pool& pool = Pool::shared();
  CHECK(pool.try_acquire());
  CHECK(!pool.try_acquire());
  CHECK(pool.grow(5) == 5);
  for (int threads : {2, 5, 3, 1, 4})
    for (int turn = 0; turn < 50; turn++) {
      std::atomic<int> sum{0};
      pool.run(threads, [&](int thread) { sum += 1 << thread; });
      CHECK(sum == (1 << threads) - 1);
    }
  pool.release();
}

TEST(no_thread_passes_a_barrier_before_the_last_arrives) {
  Pool& pool = Pool::shared();
  CHECK(pool.try_acquire());
  const int threads = 4;
  CHECK(pool.grow(threads) == threads);
  Barrier barrier(threads);
  std::vector<int> progress(threads * 16);  // a cache line apart
  std::atomic<int> wrong{0};
  pool.run(threads, [&](int thread) {
    for (int turn = 1; turn <= 300; turn++) {
      progress[size_t(thread) * 16] = turn;
      barrier.wait();
      for (int other = 0; other < threads; other++) wrong += progress[size_t(other) * 16] != turn;
      barrier.wait();
    }
  });
  CHECK(wrong == 0);
  pool.release();
}

#if defined(__linux__)
TEST(workers_that_step_aside_may_be_anywhere_afterwards) {
  Pool& pool = Pool::shared();
  CHECK(pool.try_acquire());
  CHECK(pool.grow(3) == 3);
  cpu_set_t own, first;
  sched_getaffinity(0, sizeof own, &own);
  CPU_ZERO(&first);
  CPU_SET(sched_getcpu(), &first);
  std::atomic<int> unchanged{0};
  for (int turn = 0; turn < 20; turn++) {
    pool.run(3, [&](int thread) {
      cpu_set_t affinity;
      sched_getaffinity(0, sizeof affinity, &affinity);
      unchanged += CPU_EQUAL(&affinity, &own);
      if (thread) sched_setaffinity(0, sizeof first, &first), sched_setaffinity(0, sizeof own, &own);
    });
  }
  CHECK(unchanged == 60);
  pool.release();
}
#endif

TEST(at_least_one_core_is_usable) { CHECK(usable_cores() >= 1); }
