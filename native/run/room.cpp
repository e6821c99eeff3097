#include "run/room.hpp"

#include <algorithm>
#include <numeric>

#include "run/blocks.hpp"
#include "run/session.hpp"

namespace hagang {

namespace {

// How the threads of a phase share a buffer: each reaches its own rows only, of so many bytes; or the first thread
// alone reaches it; or any thread reaches any part.
constexpr int64_t anyhow = 0, alone = -1;

struct Use {
  int phase = 0;
  size_t turn = 0;  // of the kernel, in the order in which a thread comes to them
  int64_t way = anyhow;
};

// From the first use of a buffer to the last; `way` tells of all uses in that phase.
struct Life {
  Use first, last;
  bool used = false, made = false;  // made: its first use writes it

  void add(const Use& use) {
    for (Use* end : {&first, &last})
      if (used && end->phase == use.phase && end->way != use.way) end->way = anyhow;
    if (!used) first = use;
    last = used && last.phase == use.phase ? Use{use.phase, use.turn, last.way} : use;
    used = true;
  }
};

bool same(const Extent& a, const Extent& b) { return a.fixed == b.fixed && a.per_row == b.per_row; }

// Calls f(buffer, way) for all that a kernel reaches. Rows go to threads in the same slices in every kernel, so a
// thread stays within its own where a step of a kernel's domain is a row of the buffer.
template <class F>
void each_reach(const Plan& plan, const Kernel& k, F&& f) {
  const bool vector = k.kind == Kind::pointwise_vector || k.kind == Kind::reduce_rows;
  const bool views = k.kind == Kind::general || k.kind == Kind::output;
  const bool by_rows = k.space == Space::rows && (views || same(vector ? k.columns : k.rows, {0, 1}));
  const auto reach = [&](int buffer, const Extent& offset, const Extent& step) {
    if (buffer < 0) return;
    const Buffer& b = plan.buffers[size_t(buffer)];
    const bool own = by_rows && !b.size.fixed && same(offset, {}) && same(step, {b.size.per_row, 0});
    f(buffer, k.space == Space::whole ? alone : own ? b.size.per_row * b.bits / 8 : anyhow);
  };
  for (const Place& p : k.operands) reach(p.buffer, p.offset, vector ? Extent{p.column, 0} : p.row);
  reach(k.a.buffer, k.a.offset, k.a.row);
  reach(k.b.buffer, k.b.offset, k.kind == Kind::gather ? k.b.row : Extent{});
  for (const View& v : k.views) {
    const bool leads = !v.dims.empty() && same(v.dims[0], {0, 1});
    reach(v.buffer, v.offset, leads ? v.strides[0] : Extent{});
  }
}

std::vector<Life> lives_of(const Plan& plan) {
  std::vector<size_t> order(plan.kernels.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return plan.kernels[a].phase < plan.kernels[b].phase; });
  std::vector<Life> lives(plan.buffers.size());
  for (size_t turn = 0; turn < order.size(); turn++) {
    const Kernel& k = plan.kernels[order[turn]];
    each_written(k, [&](int buffer) { lives[size_t(buffer)].made |= !lives[size_t(buffer)].used; });
    each_reach(plan, k, [&](int buffer, int64_t way) { lives[size_t(buffer)].add({k.phase, turn, way}); });
  }
  if (plan.stop >= 0) lives[size_t(plan.stop)].add({plan.phases, order.size(), anyhow});
  return lives;
}

// Whether no thread can still be at one use when another comes to the next: all meet between phases, and within one
// a thread that both concern comes to them in turn.
bool follows(const Use& before, const Use& after) {
  if (before.phase != after.phase) return before.phase < after.phase;
  return before.way == after.way && before.way != anyhow && before.turn < after.turn;
}

struct Spot {
  int64_t at, bytes;
  Use last;
};

// The smallest free spot, and of equal ones the one used last, which is the nearest to the core.
Spot* free_spot(std::vector<Spot>& spots, int64_t bytes, const Use& first) {
  Spot* best = nullptr;
  for (Spot& spot : spots) {
    if (spot.bytes < bytes || !follows(spot.last, first)) continue;
    if (!best || spot.bytes < best->bytes || (spot.bytes == best->bytes && spot.last.turn > best->last.turn)) best = &spot;
  }
  return best;
}

int64_t bytes_of(int64_t count, int bits) { return round_up(count * bits / 8, 64); }

}  // namespace

int64_t Room::take(int64_t count, int bits) {
  const int64_t at = bytes;
  bytes += bytes_of(count, bits);
  return at;
}

// First what lies in one place for every number of rows: constants, arrays of the batch without rows, what the first
// block leaves to the others, and sums. Then what stays for a step, then the rest in order of time.
Room::Room(const Plan& plan, int64_t rows, bool block) : buffers(plan.buffers.size(), -1), sums(plan.kernels.size(), -1) {
  const std::vector<Life> lives = lives_of(plan);
  std::vector<size_t> kept, passing;
  for (size_t i = 0; i < plan.buffers.size(); i++) {
    const Buffer& b = plan.buffers[i];
    const bool batch = b.kept == Kept::batch, temporary = b.kept == Kept::temporary;
    if (b.kept == Kept::constant || (!b.size.per_row && (batch || (temporary && block && lives[i].first.phase == 0)))) buffers[i] = take(b.size.at(rows) + padding, b.bits);
    else if (batch || (temporary && !lives[i].made)) kept.push_back(i);
    else if (temporary) passing.push_back(i);
  }
  for (size_t i = 0; i < sums.size(); i++)
    if (block && sums_rows(plan.kernels[i])) sums[i] = take(kept_sums(plan.kernels[i]), plan.kernels[i].bits);
  for (const size_t i : kept) buffers[i] = take(plan.buffers[i].size.at(rows) + padding, plan.buffers[i].bits);
  std::sort(passing.begin(), passing.end(), [&](size_t a, size_t b) { return lives[a].first.turn < lives[b].first.turn; });
  std::vector<Spot> spots;
  for (const size_t i : passing) {
    const int64_t count = plan.buffers[i].size.at(rows) + padding;
    Spot* spot = free_spot(spots, bytes_of(count, plan.buffers[i].bits), lives[i].first);
    if (!spot) spot = &spots.emplace_back(Spot{take(count, plan.buffers[i].bits), bytes_of(count, plan.buffers[i].bits), {}});
    buffers[i] = spot->at;
    spot->last = lives[i].last;
  }
}

}  // namespace hagang
