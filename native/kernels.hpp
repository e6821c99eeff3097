// The one table of kernels. Each instruction set fills it from the same sources (native/isa).
#pragma once

namespace hagang {

struct Kernels {
  int lanes32;  // float32 numbers in a vector
  int lanes64;  // float64 numbers in a vector
};

namespace baseline { const Kernels& kernels(); }
namespace avx2 { const Kernels& kernels(); }
namespace avx512 { const Kernels& kernels(); }

}  // namespace hagang
