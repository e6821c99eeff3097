// Chains beside the same instructions one by one: equal to the last bit, whatever is fused.
#include <cstring>
#include <random>
#include <vector>

#include "chain_ops.hpp"
#include "cpu.hpp"
#include "run/steps.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

template <class T>
const KernelsOf& of(const Isa& isa) {
  return sizeof(T) == 4 ? isa.kernels().float32 : isa.kernels().float64;
}

constexpr int arrays = 7, registers = 11, instructions = 14;

// A tile with numbers, in memory of its own, between numbers that nobody may touch.
template <class T>
struct Tile {
  int64_t rows, columns;
  bool flat;
  std::vector<std::vector<T>> memory;
  char* at[registers];
  int64_t row[registers];
  std::vector<RegisterKind> kinds;

  Tile(int64_t r, int64_t c, bool is_flat, unsigned seed) : rows(r), columns(c), flat(is_flat), memory(registers) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> draw(-2, 2);
    for (int i = 0; i < registers; i++) {
      const bool numbers = i < 2;
      row[i] = numbers ? (flat ? 0 : 1) : columns + (flat || i % 2 ? 0 : 32);
      kinds.push_back({numbers, flat || (!numbers && row[i] == columns)});
      memory[size_t(i)].resize(size_t(rows * (columns + 32)) + 64);
      for (T& x : memory[size_t(i)]) x = random() % 16 ? T(draw(random)) : T(0);
      at[i] = reinterpret_cast<char*>(memory[size_t(i)].data());
    }
  }

  void run(const Steps& steps) {
    std::vector<Step> code(steps.most());
    std::vector<Link> links(steps.most());
    const int count = steps.write(code.data(), links.data());
    for (int i = 0; i < count; i++) {
      const Step& s = code[size_t(i)];
      s.run(at, row, s, s.flat ? 1 : rows, s.flat ? rows * columns : columns);
    }
  }
};

std::vector<StepPlan> any_steps(std::mt19937& random) {
  constexpr int ops[] = {op_negative, op_absolute, op_sqrt, op_isfinite, op_logical_not, op_add, op_multiply, op_equal, op_subtract,
                         op_divide, op_maximum, op_minimum, op_less, op_less_equal, op_multiply_add, op_multiply_subtract, op_where, op_exp};
  std::vector<StepPlan> steps;
  int last = 2;
  for (int i = 0; i < instructions; i++) {
    auto from = [&] { return random() % 2 ? last : int(random() % registers); };
    const int to = 2 + int(random() % (registers - 2));
    steps.push_back({ops[random() % std::size(ops)], to, from(), from(), from()});
    last = to;
  }
  return steps;
}

// Of NaNs only that they are: which of two comes through a sum is for the compiler to say.
template <class T>
bool same(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

template <class T>
void chains_change_nothing(const Isa& isa, int64_t rows, int64_t columns, bool flat, unsigned seed) {
  const KernelsOf& kernels = of<T>(isa);
  std::mt19937 random(seed);
  const std::vector<StepPlan> plan = any_steps(random);
  Tile<T> chained(rows, columns * kernels.lanes, flat, seed), plain(rows, columns * kernels.lanes, flat, seed);
  chained.run(Steps(plan, chained.kinds, arrays, kernels, seed % 2 ? Chains::of_all : Chains::of_flat));
  plain.run(Steps(plan, plain.kinds, arrays, kernels, Chains::none));
  for (size_t i = 0; i < arrays; i++)
    for (size_t j = 0; j < plain.memory[i].size(); j++) CHECK(same(chained.memory[i][j], plain.memory[i][j]));
}

}  // namespace

TEST(chains_give_what_their_instructions_give_one_by_one) {
  for (const Isa& isa : compiled_isas()) {
    if (!isa.supported()) continue;
    for (unsigned seed = 0; seed < 120; seed++)
      for (const int64_t columns : {1, 3, 4, 21}) {
        chains_change_nothing<float>(isa, 1 + seed % 7, columns, seed / 2 % 2, seed);
        chains_change_nothing<double>(isa, 1 + seed % 7, columns, seed / 2 % 2, seed);
      }
  }
}

TEST(a_chain_keeps_in_memory_what_is_read_there) {
  // Registers 0 and 1 are arrays; 3 is read by the next link alone, 4 by a later one, and the last sum is an array.
  const std::vector<StepPlan> plan = {{op_sqrt, 3, 0, 0, 0}, {op_multiply, 4, 0, 3, 0}, {op_exp, 5, 4, 0, 0}, {op_add, 2, 0, 0, 0}, {op_divide, 1, 2, 4, 0}};
  const std::vector<RegisterKind> kinds(6, {false, true});
  const Steps steps(plan, kinds, 2, active_isa().kernels().float64, Chains::of_flat);
  std::vector<Step> code(steps.most());
  std::vector<Link> links(steps.most());
  CHECK(steps.write(code.data(), links.data()) == 3);
  CHECK(code[0].links && !code[1].links && code[2].links);
  CHECK(!code[0].links[0].kept && code[0].links[1].kept && code[0].links[2].code == link_end);
  CHECK(!code[2].links[0].kept && code[2].links[1].kept);
}
