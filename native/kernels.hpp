// The one table of kernels. Each instruction set fills it from the same sources (native/kernels).
#pragma once

#include "call.hpp"

namespace hagang {

// One element type's kernels.
struct KernelsOf {
  int lanes;          // numbers in a vector
  int panel_columns;  // columns of a full panel
  StepFunction (*step)(int op, int scalars);
  StepFunction chain;
  CallFunction pointwise_vector, pointwise_rows, pointwise_panel;
  CallFunction contract_rows, contract_tile;
  CallFunction reduce_rows[4], reduce_columns[4], reduce_all[4];  // by Fold
  CallFunction gather;
  // out[m, n] = sum over k of a[k, m] b[k, n] on packed operands: a's rows are m long, b's and out's `width` long, a
  // multiple of `lanes` and at most `panel_columns`.
  void (*packed_product)(const void* a, const void* b, void* out, int64_t m, int64_t width, int64_t depth);
};

struct Kernels {
  KernelsOf float32, float64;
  // So many steps of a straight-line program, fewer where its stop value ends it; `scalars` are the steps', in order.
  int64_t (*straight)(const StraightCall& call, const double* scalars, int64_t steps);
};

// Products with operands rounded to bfloat16.
struct RoundedProducts {
  CallFunction rows, tile;
};

namespace baseline { const Kernels& kernels(); }
namespace avx2 { const Kernels& kernels(); }
namespace avx512 { const Kernels& kernels(); }
namespace avx512bf16 { const RoundedProducts& products(); }
namespace neon { const Kernels& kernels(); }

}  // namespace hagang
