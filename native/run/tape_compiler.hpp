// Compiles the instructions of a kernel's tape for one instruction set; runs of cheap ones become chains.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "plan.hpp"

namespace hagang {

// What a tape's register holds.
struct RegisterLayout {
  bool row_scalars;  // one number per row
  bool contiguous;   // over a whole tile
};

// Which instructions become chains: a whole tile has enough vectors for them, or each of its rows has.
enum class ChainPolicy { none, contiguous_only, all };

class TapeCompiler {
 public:
  // The first `array_count` registers are arrays, which other kernels may read; what is left in the others is lost.
  TapeCompiler(const std::vector<Instruction>& instructions, const std::vector<RegisterLayout>& registers, int array_count, const ElementKernels& kernels, ChainPolicy policy);

  // Room that the caller provides for instructions, and for links.
  size_t max_count() const { return 2 * source_.size(); }
  // Returns the number of instructions.
  int write(BoundInstruction* instructions, Link* links) const;

 private:
  const std::vector<Instruction>& source_;
  const std::vector<RegisterLayout>& registers_;
  const int array_count_;
  const ElementKernels& kernels_;
  const ChainPolicy policy_;

  BoundInstruction single(size_t i) const;
  bool is_contiguous(size_t i) const;
  int link_code(size_t i, int previous, Link* link) const;
  bool read_later(size_t i, bool linked) const;
  size_t chain_from(size_t i, Link* links) const;
};

}  // namespace hagang
