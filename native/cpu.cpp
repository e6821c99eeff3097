#include "cpu.hpp"

#include <cstdlib>
#include <stdexcept>

#include "kernels.hpp"

namespace hagang {

namespace {

bool always() { return true; }

#if HAGANG_X86
// __builtin_cpu_supports also asks the operating system (xgetbv) whether it saves the wide registers.
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"); }
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
}
#endif

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const Isa& choose() {
  const Isa* best = nullptr;
  const char* name = std::getenv("HAGANG_ISA");
  const bool forced = name && *name;
  for (const Isa& isa : compiled_isas())
    if (isa.supported() && (!forced || std::string(name) == isa.name)) best = &isa;
  if (!best)
    throw std::runtime_error("HAGANG_ISA must be one of " + join(usable_isas()) + " on this machine. Received: '" +
                             name + "'. Unset it to let hagang choose.");
  return *best;
}

}  // namespace

const std::vector<Isa>& compiled_isas() {
  static const std::vector<Isa> isas = {
#if HAGANG_ARM
      {"neon", 16, always, neon::kernels},
#else
      {"baseline", 16, always, baseline::kernels},
#endif
#if HAGANG_X86
      {"avx2", 32, has_avx2, avx2::kernels},
      {"avx512", 64, has_avx512, avx512::kernels},
#endif
  };
  return isas;
}

std::vector<std::string> usable_isas() {
  std::vector<std::string> names;
  for (const Isa& isa : compiled_isas())
    if (isa.supported()) names.emplace_back(isa.name);
  return names;
}

const Isa& active_isa() {
  static const Isa& isa = choose();
  return isa;
}

const ElementKernels& kernels_for(int bits) {
  const KernelTable& all = active_isa().kernels();
  return bits == 32 ? all.float32 : all.float64;
}

int lanes_of(int bits) { return kernels_for(bits).lanes; }
int panel_columns_of(int bits) { return kernels_for(bits).panel_columns; }

const Bfloat16Products* bfloat16_products() {
#if HAGANG_X86
  if (active_isa().kernels == avx512::kernels && __builtin_cpu_supports("avx512bf16")) return &avx512bf16::products();
#endif
  return nullptr;
}

}  // namespace hagang
