// Which instruction set the kernels use. Chosen once per process, by cpuid or by the variable HAGANG_ISA.
#pragma once

#include <string>
#include <vector>

namespace hagang {

struct Kernels;
struct RoundedProducts;

struct Isa {
  const char* name;          // what HAGANG_ISA and hagang.info call it
  int vector_bytes;          // width of the vectors that its kernels are compiled for
  bool (*supported)();       // whether this machine can run them
  const Kernels& (*kernels)();
};

// All sets compiled into this library, the simplest first.
const std::vector<Isa>& compiled_isas();

// The names this machine can run, the simplest first.
std::vector<std::string> usable_isas();

// The set in use: the best usable one, or the one that HAGANG_ISA names.
// Throws std::runtime_error if HAGANG_ISA names none that this machine can run.
const Isa& active_isa();

// Products of bfloat16 pairs (AVX-512 BF16), or null where the processor or the set in use lacks them.
const RoundedProducts* rounded_products();

}  // namespace hagang
