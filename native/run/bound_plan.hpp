// A Plan with every pointer resolved, for one number of rows and one number of threads.
#pragma once

#include <memory>
#include <vector>

#include "fault.hpp"
#include "run/aligned_memory.hpp"
#include "run/chunk.hpp"
#include "run/output.hpp"
#include "run/row_blocks.hpp"
#include "run/session.hpp"

namespace hagang {

struct MemoryPlan;

// What one thread runs and the memory that only it uses.
struct ThreadShare {
  std::vector<std::vector<Call>> phases;
  std::vector<std::vector<BlockTurn>> turns;  // of the calls; empty where a step's rows are one block
  AlignedMemory bf16_pairs;     // rounded operands of products
  AlignedMemory scratch;        // tiles, shared by all tapes because only one runs at a time
  std::vector<double> scalars;  // the step's, eight bytes each
};

struct BoundPlan {
  // `turns` are those of a long batch's blocks, else empty. `workspace` is as large as the MemoryPlan says; all bound
  // plans may lie in one, because one runs at a time.
  BoundPlan(const Plan& plan, const Session& session, const std::vector<BlockTurn>& turns, int64_t rows, int threads, char* workspace, Fault& fault);

  const Plan& plan;
  const int64_t rows;
  const int threads;
  const bool block;  // of a long batch
  std::vector<ThreadShare> shares;
  std::vector<char*> bases;  // of the buffers; scalars' are per thread

  // Points gathers and outputs at the caller's arrays.
  void attach(const Chunk& chunk);

 private:
  struct GatherCall {
    int thread, phase;
    size_t call;
    int input;
  };
  Fault& fault_;
  std::vector<GatherCall> gathers_;
  std::vector<std::unique_ptr<GeneralCall>> generals_;
  std::vector<std::unique_ptr<OutputCall>> outputs_;
  std::vector<std::unique_ptr<char[]>> tables_;

  void place_buffers(const Session& session, const MemoryPlan& memory, char* workspace);
  void bind(const Kernel& kernel, int thread, char* partial_sums);
  void bind_general(const Kernel& kernel, int thread, Call& call);
  void bind_output(const Kernel& kernel, int thread, Call& call);
  char* base_of(int buffer, int thread) const;
  char* address(const OperandPlan& operand, int thread) const;
  Array array_of(const View& view, int thread) const;

  // bind_tape.cpp
  void bind_tape(const Kernel& kernel, int thread, Call& call);
  void bind_instructions(const Kernel& kernel, Call& call);
  void bind_mirrors(const Kernel& kernel, Call& call);
  template <class X>
  X* table(size_t count);
};

// Bytes of scratch that a kernel's tape needs.
int64_t scratch_size(const Kernel& kernel);

}  // namespace hagang
