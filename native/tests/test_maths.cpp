// Every vector function, every instruction set, compared with long double: within 2 ulp, and no lane depends on its neighbours.
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "cpu.hpp"
#include "kernels.hpp"
#include "instructions.hpp"
#include "testing.hpp"

using namespace hagang;

namespace {

template <class T>
const ElementKernels& kernels_of(const Isa& isa) {
  return sizeof(T) == 4 ? isa.kernels().float32 : isa.kernels().float64;
}

template <class T>
std::vector<T> run(const Isa& isa, int op, std::vector<T> x) {
  std::vector<T> out(x.size());
  char* registers[] = {reinterpret_cast<char*>(out.data()), reinterpret_cast<char*>(x.data())};
  const int64_t row[] = {0, 0};
  const BoundInstruction step{nullptr, 0, 1, 1, 1, true};
  kernels_of<T>(isa).instruction(op, 0)(registers, row, step, 1, int64_t(x.size()));
  return out;
}

template <class T>
double ulps(T actual, long double expected) {
  const T near = T(expected);
  if (std::isnan(near) || std::isinf(near)) return std::isnan(near) ? !std::isnan(actual) : actual != near;
  const T size = std::fabs(near);
  return double(std::fabs((long double)actual - expected) / (std::nextafter(size, T(INFINITY)) - size));
}

struct Function {
  int op;
  long double (*exact)(long double);
  double low, high, limit = 2;
};

long double logistic(long double x) { return 1 / (1 + std::exp(-x)); }

const Function functions[] = {
    {op_exp, std::exp, -87, 88},      {op_exp, std::exp, -1, 1},       {op_expm1, std::expm1, -30, 30},
    {op_expm1, std::expm1, -1, 1},    {op_log, std::log, 1e-30, 1e30}, {op_log, std::log, 0.5, 2},
    {op_log1p, std::log1p, -0.99, 3}, {op_tanh, std::tanh, -10, 10},   {op_tanh, std::tanh, -1, 1},
    {op_expit, logistic, -40, 40},    {op_sin, std::sin, -1000, 1000}, {op_cos, std::cos, -1000, 1000},
    {op_erf, std::erf, -7, 7},        {op_erf, std::erf, -1, 1},       {op_erfc, std::erfc, -1, 1, 3},
    {op_sqrt, std::sqrt, 0, 100},    {op_arctan, std::atan, -9, 9},
    {op_sinh, std::sinh, -9, 9},      {op_arcsinh, std::asinh, -9, 9},   {op_erfc, std::erfc, -7, 9, 3},
};

template <class T>
void check_functions(const Isa& isa) {
  std::mt19937_64 random(7);
  for (const Function& f : functions) {
    std::uniform_real_distribution<double> draw(f.low, f.high);
    std::vector<T> x(1 << 14);
    for (T& v : x) v = T(draw(random));
    const std::vector<T> y = run<T>(isa, f.op, x);
    double worst = 0;
    for (size_t i = 0; i < x.size(); i++) worst = std::max(worst, ulps<T>(y[i], f.exact((long double)x[i])));
    if (worst > f.limit) std::printf("  %s %s of %zu bits: %.2f ulp\n", isa.name, opcode_names[f.op], sizeof(T) * 8, worst);
    CHECK(worst <= f.limit);
  }
}

template <class T>
void check_lanes(const Isa& isa) {
  // The value under test stands at each place among neighbours that take every special path.
  const T odd[] = {T(NAN), T(INFINITY), -T(INFINITY), T(0), T(1e30), T(-1e30), T(1e-30)};
  for (const Function& f : functions) {
    std::vector<T> alone(64, T(f.high) / 3);
    const T expected = run<T>(isa, f.op, alone)[0];
    for (size_t place = 0; place < 64; place++) {
      std::vector<T> x(64);
      for (size_t i = 0; i < 64; i++) x[i] = odd[i % 7];
      x[place] = T(f.high) / 3;
      const T actual = run<T>(isa, f.op, x)[place];
      CHECK(std::memcmp(&actual, &expected, sizeof actual) == 0);
    }
  }
}

template <class T>
void check_power(const Isa& isa) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> base(0, 30), exponent(-20, 20);
  std::vector<T> x(1 << 12), y(x.size()), out(x.size());
  for (size_t i = 0; i < x.size(); i++) x[i] = T(base(random)), y[i] = T(exponent(random));
  const T odd[][2] = {{0, 0}, {0, -1}, {-2, 3}, {-2, T(0.5)}, {T(INFINITY), -1}, {T(NAN), 0}, {1, T(NAN)}, {T(0.5), T(INFINITY)}};
  for (size_t i = 0; i < 8; i++) x[i * 3] = odd[i][0], y[i * 3] = odd[i][1];
  char* registers[] = {reinterpret_cast<char*>(out.data()), reinterpret_cast<char*>(x.data()), reinterpret_cast<char*>(y.data())};
  const int64_t row[] = {0, 0, 0};
  const BoundInstruction step{nullptr, 0, 1, 2, 2, true};
  kernels_of<T>(isa).instruction(op_power, 0)(registers, row, step, 1, int64_t(x.size()));
  for (size_t i = 0; i < x.size(); i++) CHECK(ulps<T>(out[i], std::pow((long double)x[i], (long double)y[i])) <= 2);
}

}  // namespace

TEST(powers_are_within_two_ulp) {
  for (const Isa& isa : compiled_isas())
    if (isa.supported()) check_power<float>(isa), check_power<double>(isa);
}

TEST(vector_functions_are_within_two_ulp) {
  for (const Isa& isa : compiled_isas())
    if (isa.supported()) check_functions<float>(isa), check_functions<double>(isa);
}

TEST(a_lane_does_not_depend_on_its_neighbours) {
  for (const Isa& isa : compiled_isas())
    if (isa.supported()) check_lanes<float>(isa), check_lanes<double>(isa);
}

TEST(special_values) {
  for (const Isa& isa : compiled_isas()) {
    if (!isa.supported()) continue;
    std::vector<double> x(16, 0.0);
    x[1] = -0.0, x[2] = INFINITY, x[3] = -INFINITY, x[4] = NAN, x[5] = 710, x[6] = -750, x[7] = 5e-324;
    const auto exp = run<double>(isa, op_exp, x), log = run<double>(isa, op_log, x), expm1 = run<double>(isa, op_expm1, x);
    CHECK(exp[0] == 1 && exp[2] == INFINITY && exp[3] == 0 && std::isnan(exp[4]) && exp[5] == INFINITY && exp[6] == 0);
    CHECK(log[0] == -INFINITY && log[2] == INFINITY && std::isnan(log[3]) && std::isnan(log[4]));
    CHECK(std::fabs(log[7] - std::log(5e-324)) < 1e-12);
    CHECK(std::signbit(expm1[1]) && expm1[3] == -1 && expm1[7] == 5e-324);
  }
}
