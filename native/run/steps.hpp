// The instructions of a kernel's tape, bound to one instruction set; runs of arithmetic become chains.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "plan.hpp"

namespace hagang {

// What a tape's register holds.
struct RegisterKind {
  bool numbers;     // one number a row
  bool contiguous;  // over a whole tile
};

// Where instructions become chains: a tile has enough vectors for them, or a row of it has.
enum class Chains { none, of_flat, of_all };

class Steps {
 public:
  // `arrays`: so many registers are arrays, which whoever comes later may read; what is left in the others is lost.
  Steps(const std::vector<StepPlan>& plans, const std::vector<RegisterKind>& registers, int arrays, const KernelsOf& kernels, Chains chains);

  // Room for the instructions and links, which the caller keeps, and the number of instructions.
  size_t most() const { return 2 * plans_.size(); }
  int write(Step* steps, Link* links) const;

 private:
  const std::vector<StepPlan>& plans_;
  const std::vector<RegisterKind>& registers_;
  const int arrays_;
  const KernelsOf& kernels_;
  const Chains chains_;

  Step one(size_t i) const;
  bool flat(size_t i) const;
  int link_code(size_t i, int before, Link* link) const;
  bool read_later(size_t i, bool linked) const;
  size_t chain_from(size_t i, Link* links) const;
};

}  // namespace hagang
