// One pool of threads for the process, and the barrier at which they meet.
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
inline void breathe() {
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Threads meet here between phases. Waiting spins briefly, because phases last microseconds, then sleeps, because
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
      breathe();
    }
    sleeps_.fetch_add(1, std::memory_order_relaxed);
    sleeping_.fetch_add(1, std::memory_order_seq_cst);
    while (turn_.load(std::memory_order_acquire) == turn) turn_.wait(turn, std::memory_order_acquire);
    sleeping_.fetch_sub(1, std::memory_order_relaxed);
  }

  // How often a thread gave up spinning: the sign that cores are shared with somebody else.
  int64_t sleeps() const { return sleeps_.load(std::memory_order_relaxed); }

 private:
  static constexpr int spins = 4000;
  const int threads_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<uint32_t> turn_{0};
  alignas(64) std::atomic<int> sleeping_{0};
  std::atomic<int64_t> sleeps_{0};
};

// Runs body(thread) on `threads` threads, the caller being thread 0. If another run holds the pool the call waits
// for it; ask `busy` first to work alone instead.
class Pool {
 public:
  static Pool& shared();
  ~Pool();

  // Takes the pool if nobody has it; a search's engines then do not oversubscribe the cores.
  bool try_take();
  void give_back();

  void run(int threads, const std::function<void(int)>& body);

 private:
  Pool() = default;
  void grow(int threads);
  void serve(int number, uint32_t seen);
  bool take_core(uint32_t job);
  void step_aside(uint32_t job);

  std::vector<std::thread> workers_;
  const std::function<void(int)>* body_ = nullptr;
  int wanted_ = 0;
  bool leave_ = false;
  alignas(64) std::atomic<uint32_t> job_{0};
  alignas(64) std::atomic<int> running_{0};
  std::atomic<bool> taken_{false};
  std::array<std::atomic<uint32_t>, 1024> cores_{};  // the last job that had a thread on each
};

// The cores that this process may use: its affinity, the quota of its control group, OMP_NUM_THREADS, LOKY_MAX_CPU_COUNT.
int usable_cores();

}  // namespace hagang
