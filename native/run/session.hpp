// A Session holds the slots: weights, optimiser state, counters. Several plans share them.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels.hpp"
#include "run/aligned_memory.hpp"

namespace hagang {

// A contiguous array of the caller's.
struct HostArray {
  char* data;
  ElementType type;
  int64_t count;
};

struct Slot {
  int bits;
  int64_t rows, columns;  // a plain slot has one row
  bool panel;
  int64_t allocated_rows, size;  // in numbers, including padding
  AlignedMemory main, mirror;
  bool has_mirror = false, mirror_fresh = false;  // fresh: it agrees with the main copy
};

struct SlotShape {
  int bits;
  int64_t rows, columns;
  bool panel;
};

class Session {
 public:
  explicit Session(const std::vector<SlotShape>& shapes);
  Session(const Session&) = delete;

  // Throw std::runtime_error while a chunk runs.
  void write(size_t slot, const HostArray& from);
  void read(size_t slot, const HostArray& to) const;

  // The same for a run, which holds `run_mutex`.
  void write_locked(size_t slot, const HostArray& from);
  void read_locked(size_t slot, const HostArray& to) const;

  // Makes the mirror of a panelled slot exist and agree.
  void refresh_mirror(size_t slot);
  void set_mirror_fresh(size_t slot, bool fresh) { slots_[slot].mirror_fresh = fresh; }

  const std::vector<Slot>& slots() const { return slots_; }

  // Held while a chunk runs.
  mutable std::mutex run_mutex;

 private:
  std::vector<Slot> slots_;
};

int64_t mirror_size(const Slot& slot);

}  // namespace hagang
