#include "straight_plan.hpp"

#include "words.hpp"

namespace hagang {

namespace {
constexpr int64_t magic = 0x7374726169, version = 1;
}

StraightPlan read_straight_plan(const int64_t* words, size_t count, const double* numbers, size_t number_count) {
  Reader in(words, count);
  if (in.word() != magic || in.word() != version) refuse("these are not the words of a straight-line plan of this version");
  StraightPlan plan;
  const int registers = in.number(1, most_straight_registers, "a count of registers"), last = registers - 1;
  if (size_t(registers) > number_count) refuse("the registers' numbers are missing");
  plan.registers.assign(numbers, numbers + registers);
  plan.stop = in.number(-1, last, "a register");
  plan.computed = in.number(0, 1 << 20, "a count of instructions");
  const auto list_of_registers = [&] { return in.list<int>([&] { return in.number(0, last, "a register"); }); };
  plan.held = in.list<StraightPlan::Held>([&] {
    const int slot = in.number(0, 1 << 20, "a slot"), first = in.number(0, registers, "a register");
    return StraightPlan::Held{slot, first, in.number(0, registers - first, "a count of numbers")};
  });
  plan.outputs = in.list<StraightPlan::Told>(list_of_registers);
  plan.steps = in.list<StepPlan>([&] { return read_step(in, last); });
  plan.scalars = list_of_registers();
  plan.prologue = read_prologue(in, numbers, number_count);
  in.finish();
  if (plan.computed > int(plan.steps.size())) refuse("outputs are told after the last instruction");
  if (plan.scalars.size() != plan.prologue.results.size()) refuse("there are not as many scalars as registers for them");
  for (const auto& result : plan.prologue.results)
    if (result.bits != 64) refuse("a straight-line program computes in float64");
  return plan;
}

}  // namespace hagang
