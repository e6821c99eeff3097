// A Plan with every pointer resolved, for one number of rows and one number of threads.
#pragma once

#include <memory>
#include <vector>

#include "fault.hpp"
#include "run/blocks.hpp"
#include "run/executable.hpp"

namespace hagang {

struct Room;

// Writes a view where the caller reads it.
struct OutputCall {
  Array view;
  int number;
  int rows_axis;  // which axis is the rows, or -1
  int64_t first;  // the first row of this thread's share
  const Bound* bound;
};

// One thread's share of the plan.
struct Share {
  std::vector<std::vector<Call>> phases;
  std::vector<std::vector<Turn>> turns;  // of the calls; empty where the rows of a step are one block
  Storage pairs;                 // rounded operands of products
  Storage scratch;               // tiles, shared by all tapes because only one runs at a time
  std::vector<double> scalars;   // this step's, eight bytes each
};

struct Bound {
  // `turns` are those of a long batch's blocks, else empty. `workspace` is as large as Room says; all Bounds of a plan
  // may lie in one, because one runs at a time.
  Bound(const Plan& plan, const Session& session, const std::vector<Turn>& turns, int64_t rows, int threads, char* workspace);

  const Plan& plan;
  const int64_t rows;
  const int threads;
  const bool block;  // of a long batch
  std::vector<Share> shares;
  char* const workspace;
  std::vector<char*> bases;  // of the buffers; scalars' are a thread's own
  Fault fault;

  // Set by the run.
  std::vector<Sink> sinks;
  int64_t total_rows = 0;

  // Points the gathers at the caller's arrays.
  void attach(const std::vector<DataArray>& data);

 private:
  struct Gathering {
    int thread, phase;
    size_t call;
    int input;
  };
  std::vector<Gathering> gathers_;
  std::vector<std::unique_ptr<GeneralCall>> generals_;
  std::vector<std::unique_ptr<OutputCall>> outputs_;
  std::vector<std::unique_ptr<char[]>> tables_;

  void place_buffers(const Session& session, const Room& room);
  void bind(const Kernel& kernel, int thread, char* sums);
  bool share_of(const Kernel& kernel, int thread, Call& call) const;
  void bind_tape(const Kernel& kernel, int thread, Call& call);
  void bind_general(const Kernel& kernel, int thread, Call& call);
  void bind_output(const Kernel& kernel, int thread, Call& call);
  void fix_tape(const Kernel& kernel, Call& call) const;
  char* base_of(int buffer, int thread) const;
  char* at(const Place& place, int thread) const;
  Array array_of(const View& view, int thread) const;
  template <class X>
  X* table(size_t count);
};

void run_output(const Call& call, const Moment& moment);

}  // namespace hagang
