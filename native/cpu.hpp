// Which instruction set the kernels use. Chosen once per process, by cpuid or by the environment variable HAGANG_ISA.
#pragma once

#include <string>
#include <vector>

namespace hagang {

struct ElementKernels;
struct KernelTable;
struct Bfloat16Products;

struct Isa {
  const char* name;          // what HAGANG_ISA and hagang.info call it
  int vector_bytes;          // width of its vectors
  bool (*supported)();       // whether this machine can run its kernels
  const KernelTable& (*kernels)();
};

// All sets compiled into this library, the simplest first.
const std::vector<Isa>& compiled_isas();

// The names this machine can run, the simplest first.
std::vector<std::string> usable_isas();

// The set in use: the best usable one, or the one that HAGANG_ISA names.
// Throws std::runtime_error if HAGANG_ISA names none that this machine can run.
const Isa& active_isa();

// The kernels in use for an element type of 32 or 64 bits, the numbers in their vectors, the columns of a full panel.
const ElementKernels& kernels_for(int bits);
int lanes_of(int bits);
int panel_columns_of(int bits);

// Products of bfloat16 pairs (AVX-512 BF16), or null where the processor or the set in use lacks them.
const Bfloat16Products* bfloat16_products();

}  // namespace hagang
