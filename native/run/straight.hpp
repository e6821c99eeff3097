// A straight-line program on a Session.
#pragma once

#include <memory>
#include <vector>

#include "call.hpp"
#include "run/executable.hpp"
#include "straight_plan.hpp"

namespace hagang {

class StraightExecutable {
 public:
  StraightExecutable(std::shared_ptr<const StraightPlan> plan, std::shared_ptr<Session> session);

  // Throws std::invalid_argument if the chunk does not fit the plan.
  Done run(const Chunk& chunk);

  int64_t memory() const { return int64_t(registers_.size() * sizeof(double)); }

 private:
  void write_code(const std::vector<Source>& types);
  std::vector<int> reads() const;
  void attach(const Chunk& chunk);

  std::shared_ptr<const StraightPlan> plan_;
  std::shared_ptr<Session> session_;
  std::vector<double> registers_;
  std::vector<Source> types_;  // of the outputs outside, for which the code was written
  std::vector<StraightStep> code_;
  std::vector<TellNumber> tells_;
};

}  // namespace hagang
