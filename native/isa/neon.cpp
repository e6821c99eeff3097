#define HAGANG_ISA_NAMESPACE neon
#include "kernels/table.hpp"
