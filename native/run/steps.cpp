#include "run/steps.hpp"

#include <algorithm>
#include <utility>

#include "chain_ops.hpp"

namespace hagang {

namespace {

int code_of(const LinkForm& form) {
  return int(std::find(std::begin(link_forms), std::end(link_forms), form) - std::begin(link_forms));
}

}  // namespace

Steps::Steps(const std::vector<StepPlan>& plans, const std::vector<RegisterKind>& registers, int arrays, const KernelsOf& kernels, Chains chains)
    : plans_(plans), registers_(registers), arrays_(arrays), kernels_(kernels), chains_(chains) {}

int Steps::write(Step* steps, Link* links) const {
  int count = 0;
  for (size_t i = 0; i < plans_.size();) {
    const size_t end = chains_ == Chains::none ? i : chain_from(i, links);
    if (end < i + 2) {
      steps[count++] = one(i++);
      continue;
    }
    Step chain{kernels_.chain, 0, 0, 0, 0, true, links};
    for (; i < end; i++) chain.flat = chain.flat && flat(i);
    steps[count++] = chain;
    while (links->code != link_end) links++;
    links++;
  }
  return count;
}

Step Steps::one(size_t i) const {
  const StepPlan& s = plans_[i];
  const int sources[] = {s.a, s.b, s.c};
  int scalars = 0;
  for (int j = 0; j < tape_arity(s.op); j++) scalars |= registers_[size_t(sources[j])].numbers << j;
  return {kernels_.step(s.op, scalars), uint16_t(s.to), uint16_t(s.a), uint16_t(s.b), uint16_t(s.c), flat(i)};
}

bool Steps::flat(size_t i) const {
  const StepPlan& s = plans_[i];
  const int all[] = {s.to, s.a, s.b, s.c};
  return std::all_of(all, all + 1 + tape_arity(s.op), [&](int r) { return registers_[size_t(r)].contiguous; });
}

// Writes the links of the instructions from the i-th on, as far as they are links; the first that is none.
size_t Steps::chain_from(size_t i, Link* links) const {
  const size_t first = i;
  for (; i < plans_.size() && i < first + max_links; i++) {
    Link link{};
    const int code = link_code(i, i > first ? plans_[i - 1].to : -1, &link);
    if (code == link_end || (chains_ == Chains::of_flat && !flat(i))) break;
    link.code = uint16_t(code);
    if (i > first) links[-1].kept = read_later(i - 1, true);
    *links++ = link;
  }
  if (i > first) links[-1].kept = read_later(i - 1, false);
  *links = {uint16_t(link_end), 0, 0, 0, 0, false};
  return i;
}

// The link that the i-th instruction is after one that filled the register `before`.
int Steps::link_code(size_t i, int before, Link* link) const {
  StepPlan s = plans_[i];
  const int arity = tape_arity(s.op);
  const auto from = [&](int r, int place) {
    return place >= arity ? From::none : r == before ? From::A : registers_[size_t(r)].numbers ? From::N : From::V;
  };
  LinkForm form{s.op, from(s.a, 0), from(s.b, 1), from(s.c, 2)};
  int code = code_of(form);
  const bool symmetric = s.op == op_add || s.op == op_multiply || s.op == op_equal || s.op == op_multiply_add || s.op == op_multiply_subtract;
  if (code == link_end && symmetric) {
    std::swap(form.a, form.b), std::swap(s.a, s.b);
    code = code_of(form);
  }
  *link = {0, uint16_t(s.to), uint16_t(s.a), uint16_t(s.b), uint16_t(s.c), false};
  return code;
}

// Whether the i-th instruction's result is read from memory; `linked`: the next one takes it up before.
bool Steps::read_later(size_t i, bool linked) const {
  const int r = plans_[i].to;
  if (r < arrays_) return true;
  for (size_t j = i + 1; j < plans_.size(); j++) {
    const StepPlan& s = plans_[j];
    const int sources[] = {s.a, s.b, s.c};
    const bool reads = std::count(sources, sources + tape_arity(s.op), r) != 0;
    if (reads && !(linked && j == i + 1)) return true;
    if (s.to == r) return false;
  }
  return false;
}

}  // namespace hagang
