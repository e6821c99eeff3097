// The process's pool of threads, and the barrier at which they meet.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace hagang {

// Tells the processor that this is a spin loop.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Threads meet here between phases. Waiting spins briefly, because phases last microseconds, and then sleeps, because
// another process may hold the core that the last thread needs.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}

  void wait() {
    if (threads_ == 1) return;
    const uint32_t turn = turn_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      turn_.store(turn + 1, std::memory_order_release);
      if (sleeping_.load(std::memory_order_seq_cst) > 0) turn_.notify_all();
      return;
    }
    for (int i = 0; i < spins; i++) {
      if (turn_.load(std::memory_order_acquire) != turn) return;
      cpu_relax();
    }
    sleeps_.fetch_add(1, std::memory_order_relaxed);
    sleeping_.fetch_add(1, std::memory_order_seq_cst);
    while (turn_.load(std::memory_order_acquire) == turn) turn_.wait(turn, std::memory_order_acquire);
    sleeping_.fetch_sub(1, std::memory_order_relaxed);
  }

  // How often a thread gave up spinning: a sign that other processes use the cores.
  int64_t sleeps() const { return sleeps_.load(std::memory_order_relaxed); }

 private:
  static constexpr int spins = 4000;
  const int threads_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<uint32_t> turn_{0};
  alignas(64) std::atomic<int> sleeping_{0};
  std::atomic<int64_t> sleeps_{0};
};

class Pool {
 public:
  static Pool& shared();
  ~Pool();

  // Only one run has the pool at a time, so that runs side by side do not oversubscribe the cores.
  bool try_acquire();
  void release();

  // Starts threads until there are this many, counting the caller, or the system grants no more; returns how many there are.
  int grow(int threads);

  // Runs body(thread), which must not throw, on so many threads, at most as many as there are; the caller is thread 0.
  void run(int threads, const std::function<void(int)>& body);

 private:
  Pool() = default;
  void worker_loop(int number, uint32_t seen);
  bool claim_core(uint32_t job);
  void move_to_free_core(uint32_t job);

  std::vector<std::thread> workers_;
  const std::function<void(int)>* body_ = nullptr;
  int active_ = 0;  // threads of the job
  bool stopping_ = false;
  alignas(64) std::atomic<uint32_t> job_{0};
  alignas(64) std::atomic<int> running_{0};
  std::atomic<bool> taken_{false};
  std::array<std::atomic<uint32_t>, 1024> cores_{};  // the last job that had a thread on each
};

// The cores that this process may use, by affinity, the quota of its control group, OMP_NUM_THREADS and LOKY_MAX_CPU_COUNT.
int usable_cores();

}  // namespace hagang
