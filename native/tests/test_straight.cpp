// Straight-line code beside the same instructions one by one.
#include <random>
#include <stdexcept>
#include <vector>

#include "run/straight.hpp"
#include "straight_plan.hpp"
#include "tape_ops.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

constexpr int slots = 2, registers = 60, steps = 3;

// Arithmetic on a slot of two numbers, a constant, and what is made on the way.
StraightPlan any_plan(std::mt19937& draw) {
  StraightPlan plan;
  plan.registers.assign(registers, 0.0);
  plan.registers[slots] = 0.75;
  plan.held.push_back({0, 0, slots});
  const int ops[] = {op_add, op_subtract, op_multiply, op_maximum, op_negative, op_multiply_add};
  for (int to = slots + 1; to < registers; to++) {
    auto near = [&] { return std::max(0, to - 1 - int(draw() % 4)); };
    plan.steps.push_back({ops[draw() % 6], to, near(), near(), near()});
  }
  plan.computed = int(plan.steps.size());
  plan.outputs = {{registers - 1, 1}, {registers - 5}};
  for (int i = 0; i < slots; i++) plan.steps.push_back({op_move, i, registers - 1 - i, 0, 0});
  plan.prologue.inputs = 1;
  return plan;
}

void run_one_by_one(const StraightPlan& plan, int from, int to, std::vector<double>& r) {
  for (int i = from; i < to; i++) {
    const StepPlan& s = plan.steps[size_t(i)];
    const double a = r[size_t(s.a)], b = r[size_t(s.b)], c = r[size_t(s.c)];
    double& out = r[size_t(s.to)];
    switch (s.op) {
      case op_add: out = a + b; break;
      case op_subtract: out = a - b; break;
      case op_multiply: out = a * b; break;
      case op_maximum: out = a >= b || a != a ? a : b; break;
      case op_negative: out = -a; break;
      case op_multiply_add: out = c + a * b; break;
      default: out = a;
    }
  }
}

bool same(double a, double b) { return a == b || (a != a && b != b); }

}  // namespace

TEST(straight_line_code_gives_what_its_instructions_give_one_by_one) {
  std::mt19937 draw(1);
  for (int round = 0; round < 300; round++) {
    const auto plan = std::make_shared<StraightPlan>(any_plan(draw));
    const auto session = std::make_shared<Session>(std::vector<SlotShape>{{64, 1, slots, false}});
    double start[] = {0.3, -0.4};
    session->write(0, {reinterpret_cast<char*>(start), Source::float64, slots});
    std::vector<double> told(2 * steps), single(steps);
    Chunk chunk;
    chunk.steps = steps;
    chunk.sinks = {{reinterpret_cast<char*>(told.data()), Source::float64, 2 * steps},
                   {reinterpret_cast<char*>(single.data()), Source::float64, steps}};
    CHECK(StraightExecutable(plan, session).run(chunk).steps == steps);

    std::vector<double> r = plan->registers;
    r[0] = start[0], r[1] = start[1];
    for (int step = 0; step < steps; step++) {
      run_one_by_one(*plan, 0, plan->computed, r);
      CHECK(same(told[size_t(2 * step)], r[registers - 1]) && same(told[size_t(2 * step + 1)], r[1]));
      CHECK(same(single[size_t(step)], r[registers - 5]));
      run_one_by_one(*plan, plan->computed, int(plan->steps.size()), r);
    }
    double end[slots];
    session->read(0, {reinterpret_cast<char*>(end), Source::float64, slots});
    CHECK(same(end[0], r[0]) && same(end[1], r[1]));
  }
}

TEST(a_sink_too_small_is_refused) {
  std::mt19937 draw(1);
  const auto session = std::make_shared<Session>(std::vector<SlotShape>{{64, 1, slots, false}});
  StraightExecutable executable(std::make_shared<StraightPlan>(any_plan(draw)), session);
  double room[4];
  Chunk chunk;
  chunk.steps = steps;
  chunk.sinks = {{reinterpret_cast<char*>(room), Source::float64, 4}, {reinterpret_cast<char*>(room), Source::float64, 4}};
  bool told = false;
  try {
    executable.run(chunk);
  } catch (const std::invalid_argument&) {
    told = true;
  }
  CHECK(told);
}

TEST(words_that_are_no_straight_line_plan_are_refused) {
  for (const std::vector<int64_t>& words : {std::vector<int64_t>{}, {1, 2, 3}, {0x7374726169, 1}, {0x7374726169, 1, 5, -1, 0}}) {
    bool told = false;
    try {
      read_straight_plan(words.data(), words.size(), nullptr, 0);
    } catch (const std::invalid_argument&) {
      told = true;
    }
    CHECK(told);
  }
}
