#define HAGANG_ISA_NAMESPACE avx2
#include "isa/kernels.inc"
