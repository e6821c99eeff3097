#include "run/tape_compiler.hpp"

#include <algorithm>
#include <utility>

#include "chain_links.hpp"

namespace hagang {

namespace {

int code_of(const LinkForm& form) {
  return int(std::find(std::begin(link_forms), std::end(link_forms), form) - std::begin(link_forms));
}

}  // namespace

TapeCompiler::TapeCompiler(const std::vector<Instruction>& instructions, const std::vector<RegisterLayout>& registers, int array_count, const ElementKernels& kernels, ChainPolicy policy)
    : source_(instructions), registers_(registers), array_count_(array_count), kernels_(kernels), policy_(policy) {}

int TapeCompiler::write(BoundInstruction* instructions, Link* links) const {
  int count = 0;
  for (size_t i = 0; i < source_.size();) {
    const size_t end = policy_ == ChainPolicy::none ? i : chain_from(i, links);
    if (end < i + 2) {
      instructions[count++] = single(i++);
      continue;
    }
    BoundInstruction chain{kernels_.chain, 0, 0, 0, 0, true, links};
    for (; i < end; i++) chain.contiguous = chain.contiguous && is_contiguous(i);
    instructions[count++] = chain;
    while (links->code != link_end) links++;
    links++;
  }
  return count;
}

BoundInstruction TapeCompiler::single(size_t i) const {
  const Instruction& s = source_[i];
  int row_scalars = 0, source = 0;
  for_each_source(s, [&](int r) { row_scalars |= registers_[size_t(r)].row_scalars << source++; });
  return {kernels_.instruction(s.op, row_scalars), uint16_t(s.to), uint16_t(s.a), uint16_t(s.b), uint16_t(s.c), is_contiguous(i)};
}

bool TapeCompiler::is_contiguous(size_t i) const {
  bool all = registers_[size_t(source_[i].to)].contiguous;
  for_each_source(source_[i], [&](int r) { all = all && registers_[size_t(r)].contiguous; });
  return all;
}

// Writes links for the instructions from the i-th on, as far as they can be links; returns the first that cannot.
size_t TapeCompiler::chain_from(size_t i, Link* links) const {
  const size_t first = i;
  for (; i < source_.size() && i < first + max_links; i++) {
    Link link{};
    const int code = link_code(i, i > first ? source_[i - 1].to : -1, &link);
    if (code == link_end || (policy_ == ChainPolicy::contiguous_only && !is_contiguous(i))) break;
    link.code = uint16_t(code);
    if (i > first) links[-1].stored = read_later(i - 1, true);
    *links++ = link;
  }
  if (i > first) links[-1].stored = read_later(i - 1, false);
  *links = {uint16_t(link_end), 0, 0, 0, 0, false};
  return i;
}

// The link for the i-th instruction, which follows one that filled the register `previous`.
int TapeCompiler::link_code(size_t i, int previous, Link* link) const {
  Instruction s = source_[i];
  const auto origin = [&](int r, int operand) {
    return operand >= arity(s.op) ? LinkOperand::none
           : r == previous        ? LinkOperand::A
           : registers_[size_t(r)].row_scalars ? LinkOperand::N : LinkOperand::V;
  };
  LinkForm form{s.op, origin(s.a, 0), origin(s.b, 1), origin(s.c, 2)};
  int code = code_of(form);
  if (code == link_end && commutes(s.op)) {
    std::swap(form.a, form.b), std::swap(s.a, s.b);
    code = code_of(form);
  }
  *link = {0, uint16_t(s.to), uint16_t(s.a), uint16_t(s.b), uint16_t(s.c), false};
  return code;
}

// Whether the i-th instruction's result is read from memory; `linked`: the next instruction takes it as the accumulator.
bool TapeCompiler::read_later(size_t i, bool linked) const {
  const int r = source_[i].to;
  if (r < array_count_) return true;
  for (size_t j = i + 1; j < source_.size(); j++) {
    if (read_count(source_[j], r) && !(linked && j == i + 1)) return true;
    if (source_[j].to == r) return false;
  }
  return false;
}

}  // namespace hagang
