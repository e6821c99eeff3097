// Runs that fail on the way: the caller gets the exception, whichever thread threw it, and the session stays sound.
#include "run/executable.hpp"

#include <new>
#include <stdexcept>
#include <vector>

#include "cpu.hpp"
#include "failing_memory.hpp"
#include "run/pool.hpp"
#include "testing.hpp"

#if defined(__GLIBC__)
#include <pthread.h>
#endif

using namespace hagang;

namespace {

constexpr int64_t rows = 64, width = 64;

struct Builder {
  Plan plan;

  Builder() {
    plan.phases = 1;
    plan.work = 1e9;  // worth threads
    plan.prologue.inputs = 1;
  }

  int buffer(Storage storage, Extent size) {
    plan.buffers.push_back({storage, 32, size, 0});
    return int(plan.buffers.size()) - 1;
  }

  Kernel& kernel(KernelKind kind, Space space) {
    Kernel k{};
    k.kind = kind, k.space = space, k.bits = 32;
    plan.kernels.push_back(k);
    return plan.kernels.back();
  }

  // Gathers the rows of batch input 0.
  int gather() {
    plan.batches = 1;
    const int to = buffer(Storage::batch, {0, width});
    Kernel& k = kernel(KernelKind::gather, Space::rows);
    k.rows = {0, 1}, k.columns = {width, 0};
    k.b = {to, {}, {width, 0}, 1, 0};
    return to;
  }

  // The rows of a buffer as output 0.
  void output(int from, int64_t columns) {
    plan.outputs = 1;
    Kernel& k = kernel(KernelKind::output, Space::rows);
    k.numbers = {0};
    k.views = {{from, {}, {{0, 1}, {columns, 0}}, {{columns, 0}, {1, 0}}}};
  }

  // Rows of `from` times a constant matrix of ones, by the general contraction.
  int product(int from, int64_t columns) {
    const int ones = buffer(Storage::constant, {width * columns, 0}), to = buffer(Storage::temporary, {0, columns});
    plan.constants.assign(size_t(width * columns), 1.0);
    Kernel& k = kernel(KernelKind::general, Space::rows);
    k.variant = int(GeneralOp::contract);
    k.views = {{to, {}, {{0, 1}, {columns, 0}}, {{columns, 0}, {1, 0}}},
               {from, {}, {{0, 1}, {width, 0}}, {{width, 0}, {1, 0}}},
               {ones, {}, {{width, 0}, {columns, 0}}, {{columns, 0}, {1, 0}}}};
    k.numbers = {0, 1, 1, 1, 3};  // no batch axes, one free axis each, one contracted; the first two arrays have rows
    return to;
  }

  // Two phases per step, as in training: a slot's weights are added to each row of `from`, and then moved by the sum over
  // the rows. Every thread reads what all threads wrote before.
  void descend(int from) {
    plan.slots = 1, plan.phases = 2;
    const int weights = buffer(Storage::slot, {width, 0}), moved = buffer(Storage::temporary, {0, width});
    Kernel& forward = kernel(KernelKind::pointwise_rows, Space::rows);
    forward.rows = {0, 1}, forward.columns = {width, 0};
    forward.operands = {{moved, {}, {width, 0}, 1, 0}, {from, {}, {width, 0}, 1, 0}, {weights, {}, {}, 1, 0}};
    forward.instructions = {{op_add, 0, 1, 2, 0}};
    Kernel& update = kernel(KernelKind::reduce_columns, Space::tiles);
    update.phase = 1;
    update.columns = {width, 0}, update.depth = {0, 1};
    update.a = {moved, {}, {width, 0}, 1, 0};
    update.operands = {{weights, {}, {}, 1, 0}};
    update.anchor = 1, update.scratch = 1;
    update.instructions = {{op_expm1, 1, 1, 0, 0}, {op_tanh, 1, 1, 0, 0}, {op_add, 0, 0, 1, 0}};
  }

  // Replaces a panelled slot of 20 × 20 numbers by their magnitudes, without refreshing its mirror.
  void magnitudes() {
    plan.slots = 1;
    const int slot = buffer(Storage::slot, {32 * round_up(20, lanes_of(32)), 0});
    Kernel& k = kernel(KernelKind::pointwise_panel, Space::whole);
    k.rows = k.columns = {20, 0};
    k.operands = {{slot, {}, {}, 1, 32}};
    k.instructions = {{op_absolute, 0, 0, 0, 0}};
  }
};

// A chunk of two steps on two threads over `rows` rows of ones.
struct Input {
  std::vector<float> data, output;
  Chunk chunk;

  explicit Input(int64_t columns) : data(size_t(rows * width), 1.0f), output(size_t(2 * rows * columns)) {
    chunk.data = {{reinterpret_cast<const char*>(data.data()), ElementType::float32, rows, width}};
    chunk.row_count = rows, chunk.steps = 2, chunk.threads = 2;
    chunk.sinks = {{reinterpret_cast<char*>(output.data()), ElementType::float32, int64_t(output.size())}};
  }
};

std::shared_ptr<Session> session_of(const std::vector<SlotShape>& shapes) { return std::make_shared<Session>(shapes); }
std::shared_ptr<const Plan> shared(const Builder& b) { return std::make_shared<Plan>(b.plan); }

}  // namespace

TEST(outputs_are_written_on_threads_that_cannot_allocate) {
  Builder b;
  b.output(b.gather(), width);
  Executable executable(shared(b), session_of({}));
  Input input(width);
  {
    const testing::WorkersLackMemory failing;
    CHECK(executable.run(input.chunk).threads == 2);
  }
  for (const float x : input.output) CHECK(x == 1);
}

TEST(an_exception_on_any_thread_reaches_the_caller_as_it_is) {
  Builder b;
  b.output(b.product(b.gather(), 32), 32);
  Executable executable(shared(b), session_of({}));
  Input input(32);
  {
    const testing::WorkersLackMemory failing;
    CHECK(testing::throws<std::bad_alloc>([&] { executable.run(input.chunk); }));
  }
  executable.run(input.chunk);
  for (const float x : input.output) CHECK(x == float(width));
}

TEST(the_bits_are_the_same_on_every_number_of_threads) {
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 4, 3}) {
    Builder b;
    b.descend(b.gather());
    const auto session = session_of({{32, 1, width, false}});
    Input input(width);
    for (size_t i = 0; i < input.data.size(); i++) input.data[i] = 0.01f * float(int(i * 37 % 101) - 50);
    input.chunk.sinks.clear();
    input.chunk.batch = 0, input.chunk.steps = 200, input.chunk.threads = threads;
    CHECK(Executable(shared(b), session).run(input.chunk).steps == 200);
    results.emplace_back(width);
    session->read(0, {reinterpret_cast<char*>(results.back().data()), ElementType::float32, width});
    CHECK(results.back() == results.front());
  }
  CHECK(results[0][0] != 0 && results[0][0] == results[0][0]);
}

TEST(after_a_run_that_failed_no_mirror_counts_as_fresh) {
  Builder b;
  b.magnitudes();
  const auto session = session_of({{32, 20, 20, true}});
  std::vector<float> negative(400, -2.0f);
  session->write(0, {reinterpret_cast<char*>(negative.data()), ElementType::float32, 400});
  session->refresh_mirror(0);
  Chunk chunk;
  chunk.steps = int64_t(1) << 60;
  chunk.keep_going = []() -> bool { throw std::bad_alloc(); };
  for (const int threads : {1, 2}) {
    chunk.threads = threads;
    CHECK(testing::throws<std::bad_alloc>([&] { Executable(shared(b), session).run(chunk); }));
  }
  session->refresh_mirror(0);
  CHECK(reinterpret_cast<const float*>(session->slots()[0].main.data())[0] == 2);
  CHECK(reinterpret_cast<const float*>(session->slots()[0].mirror.data())[0] == 2);
}

TEST(a_mirror_is_fresh_only_if_every_kernel_that_writes_its_slot_refreshes_it) {
  Builder b;
  b.magnitudes();
  const int mirror = b.buffer(Storage::mirror, {});
  b.plan.kernels[0].mirrors = {{0, mirror}};
  const auto run = [&] {
    const auto session = session_of({{32, 20, 20, true}});
    Chunk chunk;
    chunk.steps = 1;
    Executable(shared(b), session).run(chunk);
    return session->slots()[0].mirror_fresh;
  };
  CHECK(run());
  Kernel unmirrored = b.plan.kernels[0];
  unmirrored.mirrors.clear();
  b.plan.kernels.insert(b.plan.kernels.begin(), unmirrored);
  CHECK(!run());
}

TEST(a_short_step_that_is_not_the_last_is_refused) {
  Builder b;
  b.output(b.gather(), width);
  Executable executable(shared(b), session_of({}));
  Input input(width);
  input.chunk.batch = 10, input.chunk.steps = 7;
  executable.run(input.chunk);
  input.chunk.steps = 8;
  CHECK(testing::throws<std::invalid_argument>([&] { executable.run(input.chunk); }));
}

TEST(an_output_larger_than_any_memory_is_refused) {
  Builder b;
  b.output(b.gather(), width);
  Executable executable(shared(b), session_of({}));
  Input input(width);
  input.chunk.steps = int64_t(1) << 52;  // 2^52 steps of 2^12 numbers
  CHECK(testing::throws<OutOfMemory>([&] { executable.run(input.chunk); }));
}

#if defined(__GLIBC__)
TEST(where_the_system_grants_no_more_threads_a_run_uses_those_there_are) {
  pthread_attr_t normal, huge;
  pthread_getattr_default_np(&normal);
  pthread_getattr_default_np(&huge);
  pthread_attr_setstacksize(&huge, size_t(1) << 60);  // no address space for another stack
  pthread_setattr_default_np(&huge);
  Builder b;
  b.output(b.gather(), width);
  Executable executable(shared(b), session_of({}));
  Input input(width);
  input.chunk.threads = 100;
  const int threads = executable.run(input.chunk).threads;
  pthread_setattr_default_np(&normal);
  pthread_attr_destroy(&normal), pthread_attr_destroy(&huge);
  CHECK(threads >= 1 && threads < 100);
  for (const float x : input.output) CHECK(x == 1);
}
#endif
