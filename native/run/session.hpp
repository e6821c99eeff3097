// A Session keeps the slots: weights, optimiser's state, counters. Several plans share them.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels.hpp"
#include "run/storage.hpp"

namespace hagang {

// An array of the caller's: contiguous, of one of the sources' types.
struct Outside {
  char* data;
  Source type;
  int64_t count;
};

struct Slot {
  int bits;
  int64_t rows, columns;  // a plain slot has one row
  bool panel;
  int64_t allocated_rows, size;  // numbers, padding included
  Storage main, mirror;
  bool mirrored = false, fresh = false;  // has a mirror; it agrees with the main copy
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

  void write(size_t slot, const Outside& from);
  void read(size_t slot, const Outside& to) const;

  // The same for a run, which holds `running`.
  void put(size_t slot, const Outside& from);
  void get(size_t slot, const Outside& to) const;

  // Makes the mirror of a panelled slot exist and agree.
  void require_mirror(size_t slot);
  void mark_written(size_t slot, bool mirror_too) { slots_[slot].fresh = mirror_too; }

  const std::vector<Slot>& slots() const { return slots_; }

  // Held while a chunk runs.
  mutable std::mutex running;

 private:
  std::vector<Slot> slots_;
};

int64_t mirror_size(const Slot& slot);
int lanes_of(int bits);
int panel_columns_of(int bits);
int64_t round_up(int64_t count, int64_t to);

}  // namespace hagang
