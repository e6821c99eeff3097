// A Plan bound to a Session and run: whole chunks of steps.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "general/array.hpp"
#include "plan.hpp"
#include "run/blocks.hpp"
#include "run/pace.hpp"
#include "run/session.hpp"

namespace hagang {

// One data array of the batch: rows of `row` numbers.
struct DataArray {
  const char* data;
  Source type;
  int64_t rows, row;
};

// Where an output goes: stacked a step, or with its rows laid end to end. `row` numbers a step, or a row.
struct Sink {
  char* data;
  Source type;
  int64_t count;  // numbers it holds
};

struct Chunk {
  std::vector<DataArray> data;
  const int64_t* rows = nullptr;  // which data rows, step by step; null: 0, 1, 2, … in every step
  int64_t row_count = 0;          // how many there are in all
  int64_t batch = 0;              // rows a step; the last may be short
  int64_t steps = 0;
  const double* scalars = nullptr;  // one row of `steps` numbers a scalar input
  int64_t scalar_rows = 0;
  std::vector<Sink> sinks;
  int threads = 1;                // the most to use
  std::function<bool()> keep_going;  // polled by the calling thread; false ends the chunk after the step
};

struct Done {
  int64_t steps;
  bool stopped;  // by the plan's own stop value
  int threads;   // used last
};

struct Bound;

class Executable {
 public:
  Executable(std::shared_ptr<const Plan> plan, std::shared_ptr<Session> session);
  ~Executable();
  Executable(const Executable&) = delete;

  // Throws std::runtime_error if a kernel reports a fault, std::invalid_argument if the chunk does not fit the plan.
  Done run(const Chunk& chunk);

  // Bytes held for a step's values; slots are the session's.
  int64_t memory() const { return room_; }

 private:
  Bound& bound_to(int64_t rows, int threads, bool block);
  void make_room(const std::vector<int64_t>& rows, bool block);
  std::vector<Bound*> attached(const Chunk& chunk, int threads);
  double work_of(const Chunk& chunk) const;
  void check(const Chunk& chunk) const;
  void mark_writes(const Kernel& kernel);

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<Session> session_;
  std::vector<Turn> turns_;  // by kernel, where a long batch may run in blocks
  Storage workspace_;        // of all bounds
  int64_t room_ = 0;
  std::vector<std::unique_ptr<Bound>> bounds_;
  Pace pace_;
};

}  // namespace hagang
