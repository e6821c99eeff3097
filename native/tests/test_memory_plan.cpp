// Where values lie: which may reuse the memory of which, and that none reuses what is still read.
#include "run/memory_plan.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "call.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

constexpr int64_t rows = 1000;

struct Builder {
  Plan plan;

  int buffer(Extent size, Storage kept = Storage::temporary) {
    plan.buffers.push_back({kept, 32, size, 0});
    return int(plan.buffers.size()) - 1;
  }

  Kernel& kernel(KernelKind kind, Space space, int phase, Extent domain_rows, Extent columns) {
    Kernel k{};
    k.kind = kind, k.space = space, k.phase = phase, k.bits = 32, k.rows = domain_rows, k.columns = columns;
    plan.kernels.push_back(k);
    plan.phases = std::max(plan.phases, phase + 1);
    return plan.kernels.back();
  }

  // Computes `to` from `from`, row by row.
  void rowwise(int phase, int from, int to) {
    Kernel& k = kernel(KernelKind::pointwise_rows, Space::rows, phase, {0, 1}, {8, 0});
    for (const int buffer : {to, from}) k.operands.push_back({buffer, {}, {plan.buffers[size_t(buffer)].size.per_row, 0}, 1, 0});
    k.instructions.push_back({0, 0, 1, 0, 0});
  }

  // Computes `to` from `from`, element by element.
  void elementwise(Space space, int phase, int from, int to) {
    Kernel& k = kernel(KernelKind::pointwise_vector, space, phase, {}, plan.buffers[size_t(to)].size);
    for (const int buffer : {to, from}) k.operands.push_back({buffer, {}, {}, 1, 0});
    k.instructions.push_back({0, 0, 1, 0, 0});
  }

  // Computes buffers of these sizes one from another, beginning with an array of the batch; returns their addresses.
  template <class Link>
  std::vector<int64_t> chain(const std::vector<Extent>& sizes, Link&& link) {
    int before = buffer(sizes[0], Storage::batch);
    const size_t first = plan.buffers.size();
    for (size_t i = 0; i < sizes.size(); i++) {
      const int next = buffer(sizes[i]);
      link(int(i), before, next);
      before = next;
    }
    const MemoryPlan memory(plan, rows, false);
    return {memory.buffers.begin() + long(first), memory.buffers.end()};
  }
};

size_t distinct(std::vector<int64_t> places) {
  std::sort(places.begin(), places.end());
  return size_t(std::unique(places.begin(), places.end()) - places.begin());
}

}  // namespace

TEST(in_one_phase_rows_reuse_the_memory_of_rows_of_the_same_length) {
  Builder b;
  CHECK(distinct(b.chain(std::vector<Extent>(6, {0, 16}), [&](int, int from, int to) { b.rowwise(0, from, to); })) == 2);
}

TEST(in_one_phase_rows_of_another_length_do_not_because_threads_are_at_different_kernels) {
  Builder b;
  const std::vector<Extent> sizes = {{0, 64}, {0, 48}, {0, 32}, {0, 16}};
  CHECK(distinct(b.chain(sizes, [&](int, int from, int to) { b.rowwise(0, from, to); })) == 4);
}

TEST(from_the_phase_after_next_on_any_memory_that_is_large_enough_is_reused) {
  Builder b;
  const std::vector<Extent> sizes = {{0, 64}, {0, 48}, {0, 32}, {0, 16}};
  CHECK(distinct(b.chain(sizes, [&](int i, int from, int to) { b.rowwise(i, from, to); })) == 2);
}

TEST(in_one_phase_elements_cut_among_threads_keep_their_memory_and_those_of_one_thread_do_not) {
  Builder cut, whole;
  const std::vector<Extent> sizes(5, {100, 0});
  CHECK(distinct(cut.chain(sizes, [&](int, int from, int to) { cut.elementwise(Space::tiles, 0, from, to); })) == 5);
  CHECK(distinct(whole.chain(sizes, [&](int, int from, int to) { whole.elementwise(Space::whole, 0, from, to); })) == 2);
}

TEST(rows_that_another_phase_sums_stay_until_then) {
  Builder b;
  const std::vector<Extent> sizes(6, {0, 16});
  int first = -1;
  b.chain(sizes, [&](int, int from, int to) {
    if (first < 0) first = to;
    b.rowwise(0, from, to);
  });
  Kernel& sum = b.kernel(KernelKind::reduce_columns, Space::tiles, 1, {}, {8, 0});
  sum.a = {first, {}, {16, 0}, 1, 0};
  sum.depth = {0, 1};
  const MemoryPlan memory(b.plan, rows, false);
  for (size_t i = 0; i < memory.buffers.size(); i++) CHECK(int(i) == first || memory.buffers[i] != memory.buffers[size_t(first)]);
}

TEST(the_stop_value_and_what_is_read_before_it_is_written_stay) {
  Builder b;
  std::vector<int> written;
  b.chain(std::vector<Extent>(6, {1, 0}), [&](int i, int from, int to) { written.push_back(to), b.elementwise(Space::whole, i, from, to); });
  b.plan.stop = written[0];
  const int carried = b.buffer({1, 0});
  b.elementwise(Space::whole, 0, carried, written[1]);
  b.elementwise(Space::whole, 3, written[2], carried);
  const MemoryPlan memory(b.plan, rows, false);
  for (const int lasting : {written[0], carried})
    for (size_t i = 0; i < memory.buffers.size(); i++) CHECK(int(i) == lasting || memory.buffers[i] != memory.buffers[size_t(lasting)]);
}

TEST(in_a_long_batch_the_first_block_s_results_stay_and_partial_sums_have_memory) {
  Builder b;
  const std::vector<Extent> sizes(4, {100, 0});
  b.chain(sizes, [&](int, int from, int to) { b.elementwise(Space::whole, 0, from, to); });
  Kernel& sum = b.kernel(KernelKind::reduce_columns, Space::tiles, 1, {}, {8, 0});
  sum.a = {b.buffer({0, 16}, Storage::batch), {}, {16, 0}, 1, 0};
  sum.depth = {0, 1};
  const MemoryPlan block(b.plan, rows, true), other(b.plan, rows + 7, true);
  CHECK(distinct({block.buffers.begin() + 1, block.buffers.begin() + 5}) == 4);
  CHECK(block.partial_sums.back() >= 0 && block.partial_sums == other.partial_sums);
  CHECK(std::equal(block.buffers.begin(), block.buffers.begin() + 5, other.buffers.begin()));
  CHECK(MemoryPlan(b.plan, rows, false).partial_sums.back() == -1);
}

// Between two barriers, threads may be at any two kernels of a phase: what these reach must not overlap, unless it is one
// buffer, rows of one length at one address, or the first thread's alone; and no address is reused before its last read.
TEST(no_two_values_that_live_at_once_overlap_in_random_plans) {
  std::mt19937 draw(3);
  for (int trial = 0; trial < 300; trial++) {
    Builder b;
    std::vector<int> known = {b.buffer({0, 16}, Storage::batch)};
    std::vector<int> made_at = {0}, last_at = {0}, phase_made = {0}, phase_last = {0};
    int phase = 0;
    for (int time = 1; time < 40; time++) {
      phase += draw() % 4 == 0;
      const size_t from = known.size() - 1 - draw() % std::min<size_t>(known.size(), 4);
      known.push_back(b.buffer({0, int64_t(16 * (1 + draw() % 2))}));
      b.rowwise(phase, known[from], known.back());
      last_at[from] = time, phase_last[from] = phase;
      made_at.push_back(time), last_at.push_back(time), phase_made.push_back(phase), phase_last.push_back(phase);
    }
    const MemoryPlan memory(b.plan, rows, false);
    const auto end = [&](size_t i) { return memory.buffers[i] + (b.plan.buffers[i].size.at(rows) + padding) * 4; };
    for (size_t i = 0; i < known.size(); i++) {
      CHECK(end(i) <= memory.bytes);
      for (size_t j = 0; j < known.size(); j++) {
        if (i == j || end(i) <= memory.buffers[j] || end(j) <= memory.buffers[i]) continue;
        const size_t first = made_at[i] < made_at[j] ? i : j, next = i + j - first;
        const bool alike = b.plan.buffers[i].size.per_row == b.plan.buffers[j].size.per_row && memory.buffers[i] == memory.buffers[j];
        CHECK(first != 0);
        CHECK(phase_last[first] < phase_made[next] || (alike && last_at[first] < made_at[next]));
      }
    }
  }
}

TEST(steps_larger_than_any_memory_are_refused) {
  constexpr int64_t many = int64_t(1) << 48;
  Builder one, sum;
  one.buffer({0, many}, Storage::batch);
  CHECK(testing::throws<OutOfMemory>([&] { MemoryPlan(one.plan, int64_t(1) << 17, false); }));
  for (int i = 0; i < 1 << 13; i++) sum.buffer({many, 0}, Storage::batch);  // 2^13 arrays of 2^50 bytes
  CHECK(testing::throws<OutOfMemory>([&] { MemoryPlan(sum.plan, 1, false); }));
  Builder partial;
  Kernel& k = partial.kernel(KernelKind::contract_tile, Space::tiles, 0, {many, 0}, {many, 0});
  k.depth = {0, 1};
  CHECK(testing::throws<OutOfMemory>([&] { MemoryPlan(partial.plan, 1, true); }));
  Builder negative;
  negative.buffer({-1000, 0}, Storage::batch);
  CHECK(testing::throws<std::invalid_argument>([&] { MemoryPlan(negative.plan, 1, false); }));
}
