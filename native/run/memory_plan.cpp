#include "run/memory_plan.hpp"

#include <algorithm>
#include <numeric>

#include "call.hpp"
#include "run/row_blocks.hpp"

namespace hagang {

namespace {

// How the threads of a phase share a buffer: each reaches only its own rows, of so many bytes; or the first thread alone
// reaches it; or any thread reaches any part.
constexpr int64_t any_part = 0, first_thread_only = -1;

struct Access {
  int phase = 0;
  size_t position = 0;  // of the kernel, in the order in which a thread runs them
  int64_t sharing = any_part;
};

// From a buffer's first access to its last; `sharing` holds for all accesses in that phase.
struct Lifetime {
  Access first, last;
  bool used = false, written_first = false;

  void add(const Access& access) {
    for (Access* end : {&first, &last})
      if (used && end->phase == access.phase && end->sharing != access.sharing) end->sharing = any_part;
    if (!used) first = access;
    last = used && last.phase == access.phase ? Access{access.phase, access.position, last.sharing} : access;
    used = true;
  }
};

// Calls f(buffer, sharing) for every access of a kernel. All kernels give a thread the same slice of the rows, so it
// stays within its own where one row of a kernel's domain is one row of the buffer.
template <class F>
void for_each_access(const Plan& plan, const Kernel& k, F&& f) {
  const bool vector = k.kind == KernelKind::pointwise_vector || k.kind == KernelKind::reduce_rows;
  const bool views = k.kind == KernelKind::general || k.kind == KernelKind::output;
  const bool by_rows = k.space == Space::rows && (views || (vector ? k.columns : k.rows) == Extent{0, 1});
  const auto access = [&](int buffer, const Extent& offset, const Extent& step) {
    if (buffer < 0) return;
    const Buffer& b = plan.buffers[size_t(buffer)];
    const bool own_rows = by_rows && !b.size.fixed && offset == Extent{} && step == Extent{b.size.per_row, 0};
    f(buffer, k.space == Space::whole ? first_thread_only : own_rows ? b.size.per_row * b.bits / 8 : any_part);
  };
  for (const OperandPlan& p : k.operands) access(p.buffer, p.offset, vector ? Extent{p.column_stride, 0} : p.row_stride);
  access(k.a.buffer, k.a.offset, k.a.row_stride);
  access(k.b.buffer, k.b.offset, k.kind == KernelKind::gather ? k.b.row_stride : Extent{});
  for (const View& v : k.views) {
    const bool by_row = !v.dims.empty() && v.dims[0] == Extent{0, 1};
    access(v.buffer, v.offset, by_row ? v.strides[0] : Extent{});
  }
}

std::vector<Lifetime> lifetimes_of(const Plan& plan) {
  std::vector<size_t> order(plan.kernels.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return plan.kernels[a].phase < plan.kernels[b].phase; });
  std::vector<Lifetime> lifetimes(plan.buffers.size());
  for (size_t position = 0; position < order.size(); position++) {
    const Kernel& k = plan.kernels[order[position]];
    for_each_written(k, [&](int buffer) { lifetimes[size_t(buffer)].written_first |= !lifetimes[size_t(buffer)].used; });
    for_each_access(plan, k, [&](int buffer, int64_t sharing) { lifetimes[size_t(buffer)].add({k.phase, position, sharing}); });
  }
  if (plan.stop >= 0) lifetimes[size_t(plan.stop)].add({plan.phases, order.size(), any_part});
  return lifetimes;
}

// Whether every thread has finished with one access before any begins the other: threads meet between phases, and
// within a phase a thread that makes both makes them in order.
bool happens_before(const Access& before, const Access& after) {
  if (before.phase != after.phase) return before.phase < after.phase;
  return before.sharing == after.sharing && before.sharing != any_part && before.position < after.position;
}

struct Region {
  int64_t at, bytes;
  Access last;
};

// The smallest free region and, of equal ones, the one used last, which is likeliest to be in cache.
Region* find_free(std::vector<Region>& regions, int64_t bytes, const Access& first) {
  Region* best = nullptr;
  for (Region& region : regions) {
    if (region.bytes < bytes || !happens_before(region.last, first)) continue;
    if (!best || region.bytes < best->bytes || (region.bytes == best->bytes && region.last.position > best->last.position)) best = &region;
  }
  return best;
}

int64_t padded_bytes(int64_t numbers, int bits) {
  if (numbers < 0) reject("a buffer has a negative size");
  return round_up(checked_multiply(checked_add(numbers, padding), bits / 8), 64);
}

}  // namespace

int64_t MemoryPlan::allocate(int64_t size) {
  const int64_t at = bytes;
  bytes = checked_add(bytes, size);
  return at;
}

// First comes what has one address for every number of rows: constants, arrays of the batch without rows, what the
// first block computes for the others, and partial sums. Then what lives for the whole step, then the rest in order of
// first access.
MemoryPlan::MemoryPlan(const Plan& plan, int64_t rows, bool block) : buffers(plan.buffers.size(), -1), partial_sums(plan.kernels.size(), -1) {
  const std::vector<Lifetime> lifetimes = lifetimes_of(plan);
  const auto bytes_of = [&](size_t i) { return padded_bytes(plan.buffers[i].size.at(rows), plan.buffers[i].bits); };
  std::vector<size_t> whole_step, passing;
  for (size_t i = 0; i < plan.buffers.size(); i++) {
    const Buffer& b = plan.buffers[i];
    const bool batch = b.storage == Storage::batch, temporary = b.storage == Storage::temporary;
    const bool for_other_blocks = temporary && block && lifetimes[i].first.phase == 0;
    if (b.storage == Storage::constant || (!b.size.per_row && (batch || for_other_blocks))) buffers[i] = allocate(bytes_of(i));
    else if (batch || (temporary && !lifetimes[i].written_first)) whole_step.push_back(i);
    else if (temporary) passing.push_back(i);
  }
  for (size_t i = 0; i < partial_sums.size(); i++)
    if (const Kernel& k = plan.kernels[i]; block && sums_over_rows(k)) partial_sums[i] = allocate(padded_bytes(partial_sum_count(k), k.bits));
  for (const size_t i : whole_step) buffers[i] = allocate(bytes_of(i));
  std::sort(passing.begin(), passing.end(), [&](size_t a, size_t b) { return lifetimes[a].first.position < lifetimes[b].first.position; });
  std::vector<Region> regions;
  for (const size_t i : passing) {
    Region* region = find_free(regions, bytes_of(i), lifetimes[i].first);
    if (!region) region = &regions.emplace_back(Region{allocate(bytes_of(i)), bytes_of(i), {}});
    buffers[i] = region->at;
    region->last = lifetimes[i].last;
  }
}

}  // namespace hagang
