// A Plan bound to a Session and run, a whole chunk of steps at a time.
#pragma once

#include <memory>
#include <vector>

#include "fault.hpp"
#include "plan.hpp"
#include "run/chunk.hpp"
#include "run/row_blocks.hpp"
#include "run/session.hpp"
#include "run/thread_tuner.hpp"

namespace hagang {

struct BoundPlan;

class Executable {
 public:
  Executable(std::shared_ptr<const Plan> plan, std::shared_ptr<Session> session);
  ~Executable();
  Executable(const Executable&) = delete;

  // Throws what a kernel threw, std::runtime_error if one reported a fault, std::invalid_argument if the chunk does not
  // fit the plan.
  RunResult run(const Chunk& chunk);

  // Bytes held for a step's values; slots are the session's.
  int64_t memory() const { return workspace_bytes_; }

 private:
  struct SlotWrite {
    size_t slot;
    bool mirrored;  // every kernel that writes the slot also refreshes its mirror
  };

  BoundPlan& bound_for(int64_t rows, int threads, bool block);
  void reserve_workspace(const std::vector<int64_t>& rows, bool block);
  std::vector<BoundPlan*> bind_chunk(const Chunk& chunk, int threads);
  double estimated_work(const Chunk& chunk) const;
  void check(const Chunk& chunk) const;
  void check_rows(const Chunk& chunk) const;
  void check_sinks(const Chunk& chunk) const;
  RunResult run_stretches(const Chunk& chunk);

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<Session> session_;
  std::vector<BlockTurn> turns_;  // by kernel, where a long batch may run in blocks
  std::vector<SlotWrite> writes_;
  AlignedMemory workspace_;  // of all bound plans
  int64_t workspace_bytes_ = 0;
  std::vector<std::unique_ptr<BoundPlan>> bounds_;
  Fault fault_;
  ThreadTuner tuner_;
};

}  // namespace hagang
