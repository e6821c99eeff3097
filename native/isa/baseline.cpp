#define HAGANG_ISA_NAMESPACE baseline
#include "isa/kernels.inc"
