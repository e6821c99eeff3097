#include "scalar_program.hpp"

#include "plan_reader.hpp"

namespace hagang {

namespace {
constexpr int64_t magic = 0x7374726169, version = 1;
}

ScalarProgram read_scalar_program(const int64_t* words, size_t count, const double* numbers, size_t number_count) {
  PlanReader in(words, count);
  if (in.word() != magic || in.word() != version) reject("these are not the words of a scalar program of this version");
  ScalarProgram program;
  const int registers = in.number(1, max_scalar_registers, "a count of registers"), last = registers - 1;
  if (size_t(registers) > number_count) reject("the registers' numbers are missing");
  program.registers.assign(numbers, numbers + registers);
  program.stop = in.number(-1, last, "a register");
  program.computed = in.number(0, 1 << 20, "a count of instructions");
  const auto read_registers = [&] { return in.list<int>([&] { return in.number(0, last, "a register"); }); };
  program.slots = in.list<ScalarProgram::SlotRegisters>([&] {
    const int slot = in.number(0, 1 << 20, "a slot"), first = in.number(0, registers, "a register");
    return ScalarProgram::SlotRegisters{slot, first, in.number(0, registers - first, "a count of numbers")};
  });
  program.outputs = in.list<std::vector<int>>(read_registers);
  program.instructions = in.list<Instruction>([&] { return read_instruction(in, last); });
  program.scalars = read_registers();
  program.prologue = read_prologue(in, numbers, number_count);
  in.finish();
  if (program.computed > int(program.instructions.size())) reject("outputs are stored after the last instruction");
  if (program.scalars.size() != program.prologue.results.size()) reject("there are not as many scalars as registers for them");
  for (const auto& result : program.prologue.results)
    if (result.bits != 64) reject("a scalar program computes in float64");
  return program;
}

}  // namespace hagang
