#include "run/pool.hpp"

#include <cstdio>
#include <cstdlib>
#include <mutex>

#if defined(__linux__)
#include <sched.h>
#endif
#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace hagang {

namespace {

Pool* the_pool = nullptr;
std::mutex making;  // of the pool; held across a fork, so that the child does not inherit it locked by nobody

void before_fork() { making.lock(); }
void after_fork_in_parent() { making.unlock(); }

// A forked child has none of its parent's threads: it forgets the pool (its memory is left alone, since the
// threads' handles cannot be joined) and makes its own when it needs one.
void after_fork_in_child() {
  the_pool = nullptr;
  making.unlock();
}

void at_exit() {
  delete the_pool;
  the_pool = nullptr;
}

int positive(const char* text) {
  const long value = text ? std::strtol(text, nullptr, 10) : 0;
  return value > 0 && value < (1 << 16) ? int(value) : 0;
}

int quota_cores() {
#if defined(__linux__)
  if (std::FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    long long quota = 0, period = 0;
    const int read = std::fscanf(file, "%lld %lld", &quota, &period);
    std::fclose(file);
    if (read == 2 && quota > 0 && period > 0) return int((quota + period - 1) / period);
  }
#endif
  return 0;
}

}  // namespace

Pool& Pool::shared() {
  const std::lock_guard lock(making);
  if (!the_pool) {
    the_pool = new Pool;
    static const bool registered = [] {
#if !defined(_WIN32)
      pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
#endif
      std::atexit(at_exit);
      return true;
    }();
    (void)registered;
  }
  return *the_pool;
}

Pool::~Pool() {
  leave_ = true;
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

bool Pool::try_take() { return !taken_.exchange(true, std::memory_order_acquire); }
void Pool::give_back() { taken_.store(false, std::memory_order_release); }

void Pool::grow(int threads) {
  for (int number = int(workers_.size()) + 1; number < threads; number++)
    workers_.emplace_back([this, number, seen = job_.load()] { serve(number, seen); });
}

// `seen` is the last job before this worker came: jobs of the past are not its own.
void Pool::serve(int number, uint32_t seen) {
  for (;;) {
    for (int i = 0; i < 4000 && job_.load(std::memory_order_acquire) == seen; i++) breathe();
    while (job_.load(std::memory_order_acquire) == seen) job_.wait(seen, std::memory_order_acquire);
    seen = job_.load(std::memory_order_acquire);
    if (leave_) return;
    if (number < wanted_) {
      if (!take_core(seen)) step_aside(seen);
      (*body_)(number);
    }
    // Every worker says that it is done with this job, those not wanted too: none may sleep through the next one.
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_all();
  }
}

// Whether no other thread of the job is on the core that the caller is on.
bool Pool::take_core(uint32_t job) {
#if defined(__linux__)
  const int core = sched_getcpu();
  return core < 0 || size_t(core) >= cores_.size() || cores_[size_t(core)].exchange(job, std::memory_order_relaxed) != job;
#else
  (void)job;
  return true;
#endif
}

// A worker easily wakes on the core of the thread that woke it, where the two would take turns though others idle.
// It goes to a core that the job is not on yet, and may be moved from there as before.
void Pool::step_aside(uint32_t job) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed)) return;
  for (int tries = 0; tries < 4; tries++) {  // another worker may take the same one, and some sandboxes move nobody
    cpu_set_t left = allowed;
    for (size_t core = 0; core < cores_.size(); core++)
      if (cores_[core].load(std::memory_order_relaxed) == job) CPU_CLR(core, &left);
    if (!CPU_COUNT(&left) || sched_setaffinity(0, sizeof left, &left) || take_core(job)) break;
  }
  sched_setaffinity(0, sizeof allowed, &allowed);
#else
  (void)job;
#endif
}

void Pool::run(int threads, const std::function<void(int)>& body) {
  if (threads <= 1) return body(0);
  grow(threads);
  body_ = &body;
  wanted_ = threads;
  running_.store(int(workers_.size()), std::memory_order_relaxed);
  take_core(job_.load(std::memory_order_relaxed) + 1);
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  body(0);
  for (int i = 0; i < 4000 && running_.load(std::memory_order_acquire); i++) breathe();
  for (int left; (left = running_.load(std::memory_order_acquire));) running_.wait(left, std::memory_order_acquire);
}

int usable_cores() {
  int cores = int(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t mask;
  if (!sched_getaffinity(0, sizeof mask, &mask)) cores = CPU_COUNT(&mask);
#endif
  // joblib tells its worker processes their share by OpenMP's variable, and loky's own limit is for all of them.
  for (int limit : {quota_cores(), positive(std::getenv("OMP_NUM_THREADS")), positive(std::getenv("LOKY_MAX_CPU_COUNT"))})
    if (limit && limit < cores) cores = limit;
  return cores > 0 ? cores : 1;
}

}  // namespace hagang
