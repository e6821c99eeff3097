// Allocations with `new` that can be made to fail on every thread but the main one.
#pragma once

#include <atomic>

namespace hagang::testing {

inline std::atomic<bool> workers_lack_memory{false};

struct WorkersLackMemory {
  WorkersLackMemory() { workers_lack_memory = true; }
  ~WorkersLackMemory() { workers_lack_memory = false; }
};

}  // namespace hagang::testing
