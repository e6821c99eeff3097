// The first thing that goes wrong in a run; threads may report at once, and the run ends after the step.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

namespace hagang {

struct Fault {
  std::atomic<bool> set{false};
  std::mutex guard;
  std::string what;
};

inline void report(Fault& fault, const std::string& what) {
  const std::lock_guard lock(fault.guard);
  if (fault.set.load(std::memory_order_relaxed)) return;
  fault.what = what;
  fault.set.store(true, std::memory_order_release);
}

}  // namespace hagang
