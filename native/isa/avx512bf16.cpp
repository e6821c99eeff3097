#define HAGANG_ISA_NAMESPACE avx512bf16
#include "kernels/bfloat16.hpp"
