// A scalar program on a Session.
#pragma once

#include <memory>
#include <vector>

#include "call.hpp"
#include "run/chunk.hpp"
#include "run/session.hpp"
#include "scalar_program.hpp"

namespace hagang {

class ScalarExecutable {
 public:
  ScalarExecutable(std::shared_ptr<const ScalarProgram> program, std::shared_ptr<Session> session);

  // Throws std::invalid_argument if the chunk does not fit the program.
  RunResult run(const Chunk& chunk);

  int64_t memory() const { return int64_t(registers_.size() * sizeof(double)); }

 private:
  void check(const Chunk& chunk) const;
  void attach(const Chunk& chunk);
  void write_code();
  void write_instructions(int from, int to, const std::vector<int>& reads);
  void write_stores();
  void add(int op, int to, int a = 0, int b = 0, int c = 0);
  std::vector<int> count_reads() const;

  std::shared_ptr<const ScalarProgram> program_;
  std::shared_ptr<Session> session_;
  std::vector<double> registers_;
  std::vector<ElementType> output_types_;  // of the caller's arrays for which the code was written
  std::vector<ScalarInstruction> code_;
  std::vector<OutputCursor> output_cursors_;
};

}  // namespace hagang
