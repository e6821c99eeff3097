// The most multiply-adds a second that this machine's cores do, in registers only: the floor that benchmarks are
// held against. Prints GFLOP/s: fma_peak THREADS SECONDS 32|64
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif
// Latency times throughput is 8 on most cores and 10 on some; with the two operands they still fit 16 registers.
constexpr int kChains = 12;
constexpr long kRounds = 20000;

template <typename Real>
double burst(Real factor) {
  using V __attribute__((vector_size(kBytes))) = Real;
  constexpr int lanes = kBytes / sizeof(Real);
  V a = V{} + factor;
  V b = V{} + (Real(1) - factor);
  V sums[kChains];
  // Each chain starts elsewhere, or the compiler would see that all are the same.
  for (int chain = 0; chain < kChains; ++chain) sums[chain] = V{} + Real(chain);
  for (long round = 0; round < kRounds; ++round) {
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; ++chain) sums[chain] = sums[chain] * a + b;
  }
  Real total = 0;
  for (const V& sum : sums)
    for (int lane = 0; lane < lanes; ++lane) total += sum[lane];
  volatile Real sink = total;
  (void)sink;
  return 2.0 * lanes * kChains * kRounds;
}

double now() {
  using clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(clock::now().time_since_epoch()).count();
}

template <typename Real>
double peak(int threads, double seconds) {
  std::vector<double> flops(threads, 0.0);
  std::vector<std::thread> pool;
  const double began = now();
  for (int k = 0; k < threads; ++k)
    pool.emplace_back([&, k] {
      double done = 0;
      while (now() - began < seconds) done += burst(Real(0.5));
      flops[k] = done;
    });
  for (std::thread& thread : pool) thread.join();
  double total = 0;
  for (double done : flops) total += done;
  return total / (now() - began);
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "expected: fma_peak THREADS SECONDS 32|64\n");
    return 2;
  }
  const int threads = std::atoi(words[1]);
  const double seconds = std::atof(words[2]);
  const bool wide = std::strcmp(words[3], "64") == 0;
  std::printf("%.4g\n", (wide ? peak<double>(threads, seconds) : peak<float>(threads, seconds)) / 1e9);
}
