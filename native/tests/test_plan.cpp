// Words that are no plan, and a plan that reaches outside its buffers.
#include <stdexcept>
#include <vector>

#include "plan.hpp"
#include "instructions.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

constexpr int64_t magic = 0x6861676e67;

bool refused(const std::vector<int64_t>& words) {
  try {
    read_plan(words.data(), words.size(), nullptr, 0);
  } catch (const std::invalid_argument&) {
    return true;
  }
  return false;
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
  bool refused = false;
  try {
    verify_reach(doubling(100, 100 + padding + 1), 0, {}, {});
  } catch (const std::invalid_argument&) {
    refused = true;
  }
  CHECK(refused);
}
