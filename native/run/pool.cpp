#include "run/pool.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <system_error>

#if defined(__linux__)
#include <sched.h>
#endif
#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace hagang {

namespace {

Pool* the_pool = nullptr;
std::mutex pool_mutex;  // held across a fork, so that no child inherits it locked

void before_fork() { pool_mutex.lock(); }
void after_fork_in_parent() { pool_mutex.unlock(); }

// A forked child has none of its parent's threads. It abandons the pool, whose threads cannot be joined, and makes its
// own when it needs one.
void after_fork_in_child() {
  the_pool = nullptr;
  pool_mutex.unlock();
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
  const std::lock_guard lock(pool_mutex);
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
  stopping_ = true;
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

bool Pool::try_acquire() { return !taken_.exchange(true, std::memory_order_acquire); }
void Pool::release() { taken_.store(false, std::memory_order_release); }

int Pool::grow(int threads) {
  try {
    for (int number = int(workers_.size()) + 1; number < threads; number++)
      workers_.emplace_back([this, number, seen = job_.load()] { worker_loop(number, seen); });
  } catch (const std::system_error&) {  // a limit on threads or on memory; fewer threads give the same results
  } catch (const std::bad_alloc&) {
  }
  return std::min(threads, int(workers_.size()) + 1);
}

// `seen` is the last job before this worker started; only later jobs are its own.
void Pool::worker_loop(int number, uint32_t seen) {
  for (;;) {
    for (int i = 0; i < 4000 && job_.load(std::memory_order_acquire) == seen; i++) cpu_relax();
    while (job_.load(std::memory_order_acquire) == seen) job_.wait(seen, std::memory_order_acquire);
    seen = job_.load(std::memory_order_acquire);
    if (stopping_) return;
    if (number < active_) {
      if (!claim_core(seen)) move_to_free_core(seen);
      (*body_)(number);
    }
    // Every worker reports that it is done with the job, idle ones too: none may sleep through the next one.
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_all();
  }
}

// Claims the caller's core; false if another thread of the job is on it.
bool Pool::claim_core(uint32_t job) {
#if defined(__linux__)
  const int core = sched_getcpu();
  return core < 0 || size_t(core) >= cores_.size() || cores_[size_t(core)].exchange(job, std::memory_order_relaxed) != job;
#else
  (void)job;
  return true;
#endif
}

// A worker often wakes on the core of the thread that woke it, where the two would alternate while other cores idle. It
// moves to a core that the job does not use yet, and keeps its former affinity.
void Pool::move_to_free_core(uint32_t job) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed)) return;
  for (int tries = 0; tries < 4; tries++) {  // another worker may claim the same core, and some sandboxes ignore affinity
    cpu_set_t left = allowed;
    for (size_t core = 0; core < cores_.size(); core++)
      if (cores_[core].load(std::memory_order_relaxed) == job) CPU_CLR(core, &left);
    if (!CPU_COUNT(&left) || sched_setaffinity(0, sizeof left, &left) || claim_core(job)) break;
  }
  sched_setaffinity(0, sizeof allowed, &allowed);
#else
  (void)job;
#endif
}

void Pool::run(int threads, const std::function<void(int)>& body) {
  if (threads <= 1) return body(0);
  body_ = &body;
  active_ = threads;
  running_.store(int(workers_.size()), std::memory_order_relaxed);
  claim_core(job_.load(std::memory_order_relaxed) + 1);
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  body(0);
  for (int i = 0; i < 4000 && running_.load(std::memory_order_acquire); i++) cpu_relax();
  for (int left; (left = running_.load(std::memory_order_acquire));) running_.wait(left, std::memory_order_acquire);
}

int usable_cores() {
  int cores = int(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t mask;
  if (!sched_getaffinity(0, sizeof mask, &mask)) cores = CPU_COUNT(&mask);
#endif
  // joblib passes its worker processes their share in OpenMP's variable; loky's own limit is for all of them together.
  for (int limit : {quota_cores(), positive(std::getenv("OMP_NUM_THREADS")), positive(std::getenv("LOKY_MAX_CPU_COUNT"))})
    if (limit && limit < cores) cores = limit;
  return cores > 0 ? cores : 1;
}

}  // namespace hagang
