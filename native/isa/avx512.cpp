#define HAGANG_ISA_NAMESPACE avx512
#include "kernels/table.hpp"
