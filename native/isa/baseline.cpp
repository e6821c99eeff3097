#define HAGANG_ISA_NAMESPACE baseline
#include "kernels/table.hpp"
