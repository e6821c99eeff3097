#define HAGANG_ISA_NAMESPACE avx2
#include "kernels/table.hpp"
