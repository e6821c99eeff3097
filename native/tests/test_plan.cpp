// Words that are no plan, and plans that reach outside their buffers.
#include <limits>
#include <stdexcept>
#include <vector>

#include "plan.hpp"
#include "instructions.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

constexpr int64_t magic = 0x6861676e67;

constexpr int64_t far = std::numeric_limits<int64_t>::max();
const double numbers[8] = {};

bool refused(const std::vector<int64_t>& words) {
  return testing::throws<std::invalid_argument>([&] { read_plan(words.data(), words.size(), numbers, std::size(numbers)); });
}

// A plan of one buffer and nothing else.
std::vector<int64_t> words_of(Storage storage, Extent size, int64_t index) {
  const std::vector<int64_t> head = {magic, 1, 1, 0, 0, 1, -1, 0, 0};
  std::vector<int64_t> words = head;
  words.insert(words.end(), {1, int64_t(storage), 64, size.fixed, size.per_row, index});
  words.insert(words.end(), {1, 0, 0, 0, 0, 0});  // a prologue without instructions or results
  words.push_back(0);                             // no kernels
  return words;
}

// Doubles `count` numbers of a buffer that holds `size`.
Plan doubling(int64_t size, int64_t count) {
  Plan plan;
  plan.phases = 1;
  plan.buffers.push_back({Storage::temporary, 64, {size, 0}, 0});
  Kernel k{};
  k.kind = KernelKind::pointwise_vector;
  k.space = Space::whole;
  k.bits = 64;
  k.columns = {count, 0};
  k.operands.push_back({0, {}, {}, 1, 0});
  k.instructions.push_back({op_add, 0, 0, 0, 0});
  plan.kernels.push_back(k);
  return plan;
}

}  // namespace

TEST(words_that_are_no_plan_are_refused) {
  CHECK(refused({}));
  CHECK(refused({1, 2, 3}));
  CHECK(refused({magic, 1}));
  CHECK(refused({magic, 2, 1, 0, 0, 0, -1, 0, 0, 0}));
  CHECK(refused({magic, 1, 0, 0, 0, 0, -1, 0, 0, 0}));
}

TEST(a_kernel_may_not_reach_outside_its_buffer) {
  verify_reach(doubling(100, 100), 0, {}, {});
  CHECK(testing::throws<std::invalid_argument>([] { verify_reach(doubling(100, 100 + padding + 1), 0, {}, {}); }));
}

TEST(constants_and_scalars_lie_within_what_the_plan_has) {
  CHECK(!refused(words_of(Storage::constant, {3, 0}, 5)));
  for (const int64_t index : {int64_t(6), int64_t(-1), far, far - 2}) CHECK(refused(words_of(Storage::constant, {3, 0}, index)));
  CHECK(refused(words_of(Storage::constant, {-3, 0}, 5)));
  CHECK(refused(words_of(Storage::constant, {3, 1}, 0)));
  CHECK(!refused(words_of(Storage::scalar, {0, 0}, 0)));
  for (const Extent size : {Extent{1, 0}, Extent{-1, 0}, Extent{0, 1}}) CHECK(refused(words_of(Storage::scalar, size, 0)));
}

TEST(reaches_that_overflow_are_refused) {
  constexpr int64_t many = int64_t(1) << 40;
  Plan plan = doubling(100, 100);
  plan.kernels[0].kind = KernelKind::pointwise_rows;
  plan.kernels[0].rows = {0, 1};
  plan.kernels[0].operands[0].row_stride = {int64_t(1) << 25, 0};  // 2^40 rows at this stride end at 2^65
  CHECK(testing::throws<OutOfMemory>([&] { verify_reach(plan, many, {}, {}); }));
  plan = doubling(100, 1);
  plan.kernels[0].operands[0].offset = {0, many};
  CHECK(testing::throws<OutOfMemory>([&] { verify_reach(plan, many, {}, {}); }));
}

TEST(a_panel_of_negative_width_is_refused) {
  Plan plan = doubling(100, 100);
  Kernel& k = plan.kernels[0];
  k = {};
  k.kind = KernelKind::general, k.variant = int(GeneralOp::panel), k.bits = 64;
  k.views = {{0, {}, {{0, 0}, {-2, 0}}, {{-1, 0}, {1, 0}}}, {0, {}, {{0, 0}, {-2, 0}}, {{1, 0}, {1, 0}}}};
  k.numbers = {16, 16, 0};
  CHECK(testing::throws<std::invalid_argument>([&] { verify_reach(plan, 0, {}, {}); }));
}
