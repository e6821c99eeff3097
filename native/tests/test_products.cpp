// Products, reductions and mirrors compared with plain loops, on every instruction set and for sizes around every edge.
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "cpu.hpp"
#include "kernels.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

template <class T>
const ElementKernels& kernels_of(const Isa& isa) {
  return sizeof(T) == 4 ? isa.kernels().float32 : isa.kernels().float64;
}

int64_t up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

template <class T>
std::vector<T> random_numbers(int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(-1, 1);
  std::vector<T> x(size_t(count) + 128);
  for (T& v : x) v = T(draw(random));
  return x;
}

// A matrix in panels, as the engine keeps weights.
template <class T>
struct Panels {
  int64_t rows, columns, allocated, padded, full;
  std::vector<T> numbers;

  Panels(const ElementKernels& k, int64_t r, int64_t c)
      : rows(r), columns(c), allocated(up(r, unit_rows)), padded(up(c, k.lanes)), full(k.panel_columns),
        numbers(size_t(allocated * padded) + 128) {}

  T& at(int64_t r, int64_t c) {
    const int64_t start = c / full * full, width = std::min(full, padded - start);
    return numbers[size_t(start * allocated + r * width + c - start)];
  }
};

// A tape that does nothing: the anchor fills register 0, which is an array.
template <class T>
struct EmptyTape {
  Operand operand;
  char* registers[1];
  int64_t row[1];
  Call call{};

  EmptyTape(T* out, int64_t out_stride, int64_t panel) : operand{reinterpret_cast<char*>(out), out_stride, 1, panel} {
    row[0] = out_stride;
    call.anchor = 0;
    call.tape.operand_count = call.tape.register_count = 1;
    call.tape.operands = &operand;
    call.tape.registers = registers;
    call.tape.row_strides = row;
    call.tape.tile_rows = 18;
    call.tape.tile_columns = 64;
  }
};

template <class T>
bool is_near(T actual, long double expected, int64_t depth) {
  const long double epsilon = sizeof(T) == 4 ? 1e-7L : 1e-16L;
  return std::fabs((long double)actual - expected) <= epsilon * (4 + (long double)depth) * 2;
}

template <class T>
void rows_times_panels(const Isa& isa, int64_t m, int64_t k, int64_t n) {
  const ElementKernels& kernels = kernels_of<T>(isa);
  const int64_t a_stride = up(k, kernels.lanes), out_stride = up(n, kernels.lanes);
  const auto a = random_numbers<T>(m * a_stride, 1);
  const auto b = random_numbers<T>(k * n, 2);
  Panels<T> panels(kernels, k, n);
  for (int64_t i = 0; i < k; i++)
    for (int64_t j = 0; j < n; j++) panels.at(i, j) = b[size_t(i * n + j)];
  std::vector<T> out(size_t(m * out_stride) + 128), parts(out.size());
  EmptyTape<T> bare(out.data(), out_stride, 0);
  Call& call = bare.call;
  call.begin = 0, call.end = m, call.columns = out_stride, call.depth = k, call.panel_width = kernels.panel_columns;
  call.a = reinterpret_cast<const char*>(a.data()), call.a_stride = a_stride;
  call.b = reinterpret_cast<const char*>(panels.numbers.data()), call.b_stride = panels.allocated;
  kernels.contract_rows(call, StepContext{});
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      long double sum = 0;
      for (int64_t x = 0; x < k; x++) sum += (long double)a[size_t(i * a_stride + x)] * b[size_t(x * n + j)];
      CHECK(is_near(out[size_t(i * out_stride + j)], sum, k));
    }
  // However the rows are sliced, the bits are the same.
  EmptyTape<T> again(parts.data(), out_stride, 0);
  for (int64_t from = 0; from < m; from += 5) {
    Call part = call;
    part.tape = again.call.tape;
    part.begin = from, part.end = std::min(m, from + 5);
    kernels.contract_rows(part, StepContext{});
  }
  CHECK(std::memcmp(out.data(), parts.data(), size_t(m * out_stride) * sizeof(T)) == 0);
}

template <class T>
void tile_over_rows(const Isa& isa, int64_t rows, int64_t m, int64_t n) {
  const ElementKernels& kernels = kernels_of<T>(isa);
  const int64_t a_stride = up(m, kernels.lanes), b_stride = up(n, kernels.lanes);
  const auto a = random_numbers<T>(rows * a_stride, 3), b = random_numbers<T>(rows * b_stride, 4);
  Panels<T> out(kernels, m, n), mirror(kernels, n, m);
  EmptyTape<T> bare(out.numbers.data(), 0, out.allocated);
  Call& call = bare.call;
  call.rows = m, call.columns = out.padded, call.depth = rows, call.panel_width = kernels.panel_columns;
  call.begin = 0, call.end = (out.padded + out.full - 1) / out.full * ((m + unit_rows - 1) / unit_rows);
  call.a = reinterpret_cast<const char*>(a.data()), call.a_stride = a_stride;
  call.b = reinterpret_cast<const char*>(b.data()), call.b_stride = b_stride;
  Mirror copy{reinterpret_cast<const char*>(out.numbers.data()), reinterpret_cast<char*>(mirror.numbers.data()), out.allocated, mirror.allocated};
  call.mirrors = &copy, call.mirror_count = 1;
  kernels.contract_tile(call, StepContext{});
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      long double sum = 0;
      for (int64_t r = 0; r < rows; r++) sum += (long double)a[size_t(r * a_stride + i)] * b[size_t(r * b_stride + j)];
      CHECK(is_near(out.at(i, j), sum, std::min(rows, row_block)));
      CHECK(mirror.at(j, i) == out.at(i, j));
    }
  // However the units are divided, the bits are the same.
  const std::vector<T> direct = out.numbers;
  std::fill(out.numbers.begin(), out.numbers.end(), T(0));
  for (const int64_t end = call.end; call.begin < end; call.begin = call.end) {
    call.end = std::min(end, call.begin + 3);
    kernels.contract_tile(call, StepContext{});
  }
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) CHECK(out.at(i, j) == direct[size_t(&out.at(i, j) - out.numbers.data())]);
}

template <class T>
void sums(const Isa& isa, int64_t rows, int64_t columns) {
  const ElementKernels& kernels = kernels_of<T>(isa);
  const int64_t row = up(columns, kernels.lanes);
  const auto x = random_numbers<T>(rows * row, 5);
  std::vector<T> across(size_t(rows) + 128), down(size_t(row) + 128), total(128);
  EmptyTape<T> a(across.data(), 0, 0), d(down.data(), 0, 0), t(total.data(), 0, 0);
  for (Call* call : {&a.call, &d.call, &t.call}) call->a = reinterpret_cast<const char*>(x.data()), call->a_stride = row;
  a.call.end = rows, a.call.depth = columns;
  kernels.reduce_rows[int(Fold::sum)](a.call, StepContext{});
  d.call.end = columns, d.call.depth = rows;
  kernels.reduce_columns[int(Fold::sum)](d.call, StepContext{});
  t.call.depth = columns;
  kernels.reduce_all[int(Fold::maximum)](t.call, StepContext{});
  T largest = -T(INFINITY);
  for (int64_t j = 0; j < columns; j++) largest = std::max(largest, x[size_t(j)]);
  CHECK(total[0] == largest);
  for (int64_t r = 0; r < rows; r++) {
    long double sum = 0;
    for (int64_t j = 0; j < columns; j++) sum += x[size_t(r * row + j)];
    CHECK(is_near(across[size_t(r)], sum, columns));
  }
  for (int64_t j = 0; j < columns; j++) {
    long double sum = 0;
    for (int64_t r = 0; r < rows; r++) sum += x[size_t(r * row + j)];
    CHECK(is_near(down[size_t(j)], sum, rows));
  }
}

template <class F>
void for_each_isa(F&& f) {
  for (const Isa& isa : compiled_isas())
    if (isa.supported()) f(isa);
}

}  // namespace

TEST(rows_times_panels_agree_with_plain_loops) {
  for_each_isa([](const Isa& isa) {
    for (int64_t m : {1, 2, 7, 15, 33})
      for (int64_t k : {1, 3, 17})
        for (int64_t n : {1, 8, 16, 31, 64, 65, 130}) rows_times_panels<float>(isa, m, k, n), rows_times_panels<double>(isa, m, k, n);
  });
}

TEST(tiles_over_rows_agree_with_plain_loops_and_refresh_their_mirror) {
  for_each_isa([](const Isa& isa) {
    for (int64_t rows : {0, 1, 9, 40})
      for (int64_t m : {1, 2, 16, 33})
        for (int64_t n : {1, 10, 64, 70}) tile_over_rows<float>(isa, rows, m, n), tile_over_rows<double>(isa, rows, m, n);
    for (int64_t m : {20, 150}) tile_over_rows<float>(isa, 300, m, 100), tile_over_rows<double>(isa, 300, m, 40);
    tile_over_rows<float>(isa, 9000, 2, 3);
    tile_over_rows<float>(isa, 9000, 17, 70);
  });
}

TEST(reductions_agree_with_plain_loops) {
  for_each_isa([](const Isa& isa) {
    for (int64_t rows : {1, 3, 16, 50})
      for (int64_t columns : {1, 2, 10, 16, 17, 100}) sums<float>(isa, rows, columns), sums<double>(isa, rows, columns);
    sums<float>(isa, 5000, 3);
  });
}

// Small whole numbers are bfloat16 numbers, and so their sums are exact.
TEST(products_of_rounded_operands_agree_with_plain_loops_where_the_processor_has_them) {
  const Bfloat16Products* rounded = bfloat16_products();
  if (!rounded) return;
  const ElementKernels& kernels = active_isa().kernels().float32;
  for (const int64_t m : {1, 7, 40, 300})
    for (const int64_t k : {1, 2, 33, 70})
      for (const int64_t n : {1, 16, 70, 130}) {
        auto a = random_numbers<float>(m * up(k, 16), 1), b = random_numbers<float>(std::max(m, k) * up(n, 16), 2);
        for (auto* x : {&a, &b})
          for (float& v : *x) v = std::round(4 * v);
        const int64_t a_stride = up(k, 16), b_stride = up(n, 16);
        Panels<float> panels(kernels, k, n), tile(kernels, k, n);
        for (int64_t i = 0; i < k; i++)
          for (int64_t j = 0; j < n; j++) panels.at(i, j) = b[size_t(i * b_stride + j)];
        std::vector<float> out(size_t(m * b_stride) + 128), pairs(size_t(up(m, 2) * 80 + 256 * bf16_row_pairs(k) + up(k, 2) * 64));
        EmptyTape<float> rows(out.data(), b_stride, 0), sums(tile.numbers.data(), 0, tile.allocated);
        for (Call* call : {&rows.call, &sums.call}) {
          call->panel_width = kernels.panel_columns, call->columns = b_stride, call->bf16_pairs = reinterpret_cast<char*>(pairs.data());
          call->a = reinterpret_cast<const char*>(a.data()), call->a_stride = a_stride;
        }
        rows.call.begin = 0, rows.call.end = m, rows.call.depth = k;
        rows.call.b = reinterpret_cast<const char*>(panels.numbers.data()), rows.call.b_stride = panels.allocated;
        rounded->rows(rows.call, StepContext{});
        sums.call.rows = k, sums.call.depth = m, sums.call.begin = 0;
        sums.call.end = (b_stride + 63) / 64 * ((k + unit_rows - 1) / unit_rows);
        sums.call.b = reinterpret_cast<const char*>(b.data()), sums.call.b_stride = b_stride;
        rounded->tile(sums.call, StepContext{});
        for (int64_t j = 0; j < n; j++) {
          for (int64_t i = 0; i < m; i++) {
            float sum = 0;
            for (int64_t x = 0; x < k; x++) sum += a[size_t(i * a_stride + x)] * b[size_t(x * b_stride + j)];
            CHECK(out[size_t(i * b_stride + j)] == sum);
          }
          for (int64_t i = 0; i < k; i++) {
            float sum = 0;
            for (int64_t r = 0; r < m; r++) sum += a[size_t(r * a_stride + i)] * b[size_t(r * b_stride + j)];
            CHECK(tile.at(i, j) == sum);
          }
        }
      }
}
