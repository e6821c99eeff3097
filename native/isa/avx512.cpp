#define HAGANG_ISA_NAMESPACE avx512
#include "isa/kernels.inc"
