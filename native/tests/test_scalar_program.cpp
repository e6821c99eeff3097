// Scalar programs compared with the same instructions one by one.
#include <random>
#include <stdexcept>
#include <vector>

#include "cpu.hpp"
#include "instructions.hpp"
#include "run/scalar_executable.hpp"
#include "scalar_program.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

constexpr int slots = 2, registers = 60, steps = 3;

// Arithmetic on a slot of two numbers, a constant, and intermediate results.
ScalarProgram random_program(std::mt19937& draw) {
  ScalarProgram program;
  program.registers.assign(registers, 0.0);
  program.registers[slots] = 0.75;
  program.slots.push_back({0, 0, slots});
  const int ops[] = {op_add, op_subtract, op_multiply, op_maximum, op_negative, op_multiply_add, op_where, op_less, op_equal, op_exp};
  for (int to = slots + 1; to < registers; to++) {
    auto near = [&] { return std::max(0, to - 1 - int(draw() % 4)); };
    program.instructions.push_back({ops[draw() % std::size(ops)], to, near(), near(), near()});
  }
  program.computed = int(program.instructions.size());
  program.outputs = {{registers - 1, 1}, {registers - 5}};
  for (int i = 0; i < slots; i++) program.instructions.push_back({op_move, i, registers - 1 - i, 0, 0});
  program.prologue.inputs = 1;
  return program;
}

// The engine's own exp, which is not the C library's to the last bit.
double exp_of(double x) {
  const ElementKernels& kernels = kernels_for(64);
  std::vector<double> in(size_t(kernels.lanes), x), out(in.size());
  char* at[] = {reinterpret_cast<char*>(out.data()), reinterpret_cast<char*>(in.data())};
  const int64_t row_strides[] = {0, 0};
  kernels.instruction(op_exp, 0)(at, row_strides, {nullptr, 0, 1, 1, 1, true}, 1, kernels.lanes);
  return out[0];
}

void run_one_by_one(const ScalarProgram& program, int from, int to, std::vector<double>& r) {
  for (int i = from; i < to; i++) {
    const Instruction& s = program.instructions[size_t(i)];
    const double a = r[size_t(s.a)], b = r[size_t(s.b)], c = r[size_t(s.c)];
    double& out = r[size_t(s.to)];
    switch (s.op) {
      case op_add: out = a + b; break;
      case op_subtract: out = a - b; break;
      case op_multiply: out = a * b; break;
      case op_maximum: out = a >= b || a != a ? a : b; break;
      case op_negative: out = -a; break;
      case op_multiply_add: out = c + a * b; break;
      case op_where: out = a != 0 ? b : c; break;
      case op_less: out = a < b; break;
      case op_equal: out = a == b; break;
      case op_exp: out = exp_of(a); break;
      default: out = a;
    }
  }
}

bool same(double a, double b) { return a == b || (a != a && b != b); }

}  // namespace

TEST(scalar_programs_give_what_their_instructions_give_one_by_one) {
  std::mt19937 draw(1);
  for (int round = 0; round < 300; round++) {
    const auto program = std::make_shared<ScalarProgram>(random_program(draw));
    const auto session = std::make_shared<Session>(std::vector<SlotShape>{{64, 1, slots, false}});
    double start[] = {0.3, -0.4};
    session->write(0, {reinterpret_cast<char*>(start), ElementType::float64, slots});
    std::vector<double> pairs(2 * steps), single(steps);
    Chunk chunk;
    chunk.steps = steps;
    chunk.sinks = {{reinterpret_cast<char*>(pairs.data()), ElementType::float64, 2 * steps},
                   {reinterpret_cast<char*>(single.data()), ElementType::float64, steps}};
    CHECK(ScalarExecutable(program, session).run(chunk).steps == steps);

    std::vector<double> r = program->registers;
    r[0] = start[0], r[1] = start[1];
    for (int step = 0; step < steps; step++) {
      run_one_by_one(*program, 0, program->computed, r);
      CHECK(same(pairs[size_t(2 * step)], r[registers - 1]) && same(pairs[size_t(2 * step + 1)], r[1]));
      CHECK(same(single[size_t(step)], r[registers - 5]));
      run_one_by_one(*program, program->computed, int(program->instructions.size()), r);
    }
    double end[slots];
    session->read(0, {reinterpret_cast<char*>(end), ElementType::float64, slots});
    CHECK(same(end[0], r[0]) && same(end[1], r[1]));
  }
}

TEST(a_sink_too_small_is_refused) {
  std::mt19937 draw(1);
  const auto session = std::make_shared<Session>(std::vector<SlotShape>{{64, 1, slots, false}});
  ScalarExecutable executable(std::make_shared<ScalarProgram>(random_program(draw)), session);
  double room[4];
  Chunk chunk;
  chunk.steps = steps;
  chunk.sinks = {{reinterpret_cast<char*>(room), ElementType::float64, 4}, {reinterpret_cast<char*>(room), ElementType::float64, 4}};
  CHECK(testing::throws<std::invalid_argument>([&] { executable.run(chunk); }));
}

TEST(words_that_are_no_scalar_program_are_refused) {
  for (const std::vector<int64_t>& words : {std::vector<int64_t>{}, {1, 2, 3}, {0x7374726169, 1}, {0x7374726169, 1, 5, -1, 0}}) {
    CHECK(testing::throws<std::invalid_argument>([&] { read_scalar_program(words.data(), words.size(), nullptr, 0); }));
  }
}
