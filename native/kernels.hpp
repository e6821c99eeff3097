// The table of kernels, which each instruction set fills from the same sources (native/kernels).
#pragma once

#include "call.hpp"

namespace hagang {

// The kernels of one element type.
struct ElementKernels {
  int lanes;          // numbers in a vector
  int panel_columns;  // columns of a full panel
  InstructionFunction (*instruction)(int op, int row_scalars);  // bit i: source i is one number per row
  InstructionFunction chain;
  CallFunction pointwise_vector, pointwise_rows, pointwise_panel;
  CallFunction contract_rows, contract_tile;
  CallFunction reduce_rows[4], reduce_columns[4], reduce_all[4];  // by Fold
  CallFunction gather;
  // out[m, n] = Σ_k a[k, m] b[k, n] on packed operands: a's rows are m long, b's and out's `width` long, which is a
  // multiple of `lanes` and at most `panel_columns`.
  void (*packed_product)(const void* a, const void* b, void* out, int64_t m, int64_t width, int64_t depth);
};

struct KernelTable {
  ElementKernels float32, float64;
  // Runs so many steps of a scalar program, fewer if its stop value ends it, and returns how many; `scalars` are the
  // steps', in order.
  int64_t (*scalar_program)(const ScalarCall& call, const double* scalars, int64_t steps);
};

// Products of operands rounded to bfloat16.
struct Bfloat16Products {
  CallFunction rows, tile;
};

namespace baseline { const KernelTable& kernels(); }
namespace avx2 { const KernelTable& kernels(); }
namespace avx512 { const KernelTable& kernels(); }
namespace avx512bf16 { const Bfloat16Products& products(); }
namespace neon { const KernelTable& kernels(); }

}  // namespace hagang
