// Chains compared with the same instructions one by one: equal to the last bit, whatever is fused.
#include <cstring>
#include <random>
#include <vector>

#include "chain_links.hpp"
#include "cpu.hpp"
#include "run/tape_compiler.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

template <class T>
const ElementKernels& kernels_of(const Isa& isa) {
  return sizeof(T) == 4 ? isa.kernels().float32 : isa.kernels().float64;
}

constexpr int arrays = 7, registers = 11, instructions = 14;

// A tile of random numbers, between numbers that nothing may touch.
template <class T>
struct Tile {
  int64_t rows, columns;
  bool contiguous;
  std::vector<std::vector<T>> memory;
  char* at[registers];
  int64_t row_strides[registers];
  std::vector<RegisterLayout> layouts;

  Tile(int64_t r, int64_t c, bool is_contiguous, unsigned seed) : rows(r), columns(c), contiguous(is_contiguous), memory(registers) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> draw(-2, 2);
    for (int i = 0; i < registers; i++) {
      const bool row_scalars = i < 2;
      row_strides[i] = row_scalars ? (contiguous ? 0 : 1) : columns + (contiguous || i % 2 ? 0 : 32);
      layouts.push_back({row_scalars, contiguous || (!row_scalars && row_strides[i] == columns)});
      memory[size_t(i)].resize(size_t(rows * (columns + 32)) + 64);
      for (T& x : memory[size_t(i)]) x = random() % 16 ? T(draw(random)) : T(0);
      at[i] = reinterpret_cast<char*>(memory[size_t(i)].data());
    }
  }

  void run(const TapeCompiler& compiler) {
    std::vector<BoundInstruction> code(compiler.max_count());
    std::vector<Link> links(compiler.max_count());
    const int count = compiler.write(code.data(), links.data());
    for (int i = 0; i < count; i++) {
      const BoundInstruction& s = code[size_t(i)];
      s.run(at, row_strides, s, s.contiguous ? 1 : rows, s.contiguous ? rows * columns : columns);
    }
  }
};

std::vector<Instruction> random_instructions(std::mt19937& random) {
  constexpr int ops[] = {op_negative, op_absolute, op_sqrt, op_isfinite, op_logical_not, op_add, op_multiply, op_equal, op_subtract,
                         op_divide, op_maximum, op_minimum, op_less, op_less_equal, op_multiply_add, op_multiply_subtract, op_where, op_exp};
  std::vector<Instruction> list;
  int last = 2;
  for (int i = 0; i < instructions; i++) {
    auto from = [&] { return random() % 2 ? last : int(random() % registers); };
    const int to = 2 + int(random() % (registers - 2));
    list.push_back({ops[random() % std::size(ops)], to, from(), from(), from()});
    last = to;
  }
  return list;
}

// NaNs need only be NaNs: which of two a sum propagates is the compiler's choice.
template <class T>
bool same(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

template <class T>
void chains_change_nothing(const Isa& isa, int64_t rows, int64_t columns, bool contiguous, unsigned seed) {
  const ElementKernels& kernels = kernels_of<T>(isa);
  std::mt19937 random(seed);
  const std::vector<Instruction> plan = random_instructions(random);
  Tile<T> chained(rows, columns * kernels.lanes, contiguous, seed), plain(rows, columns * kernels.lanes, contiguous, seed);
  chained.run(TapeCompiler(plan, chained.layouts, arrays, kernels, seed % 2 ? ChainPolicy::all : ChainPolicy::contiguous_only));
  plain.run(TapeCompiler(plan, plain.layouts, arrays, kernels, ChainPolicy::none));
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

TEST(a_chain_stores_what_is_read_from_memory) {
  // Registers 0 and 1 are arrays; 3 is read by the next link alone, 4 by a later one, and the last sum is an array.
  const std::vector<Instruction> plan = {{op_sqrt, 3, 0, 0, 0}, {op_multiply, 4, 0, 3, 0}, {op_exp, 5, 4, 0, 0}, {op_add, 2, 0, 0, 0}, {op_divide, 1, 2, 4, 0}};
  const std::vector<RegisterLayout> layouts(6, {false, true});
  const TapeCompiler compiler(plan, layouts, 2, active_isa().kernels().float64, ChainPolicy::contiguous_only);
  std::vector<BoundInstruction> code(compiler.max_count());
  std::vector<Link> links(compiler.max_count());
  CHECK(compiler.write(code.data(), links.data()) == 3);
  CHECK(code[0].links && !code[1].links && code[2].links);
  CHECK(!code[0].links[0].stored && code[0].links[1].stored && code[0].links[2].code == link_end);
  CHECK(!code[2].links[0].stored && code[2].links[1].stored);
}
