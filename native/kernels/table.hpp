// The table of kernels of the instruction set that includes this.
#pragma once

#include "kernels.hpp"
#include "kernels/chain.hpp"
#include "kernels/gather.hpp"
#include "kernels/products.hpp"
#include "kernels/reduce.hpp"
#include "kernels/scalar_program.hpp"

namespace hagang::HAGANG_ISA_NAMESPACE {

template <class T>
void packed_product(const void* a, const void* b, void* out, int64_t m, int64_t width, int64_t depth) {
  const ProductOperands<T> f{static_cast<const T*>(a), 1, m, static_cast<const T*>(b), width, depth};
  product_blocks<T>(f, m, int(width / lanes<T>), static_cast<T*>(out), width);
}

template <class T>
ElementKernels kernels_of() {
  return {
      .lanes = lanes<T>,
      .panel_columns = panel_columns<T>,
      .instruction = instruction_function<T>,
      .chain = run_chain<T>,
      .pointwise_vector = pointwise_vector<T>,
      .pointwise_rows = pointwise_rows<T>,
      .pointwise_panel = pointwise_panel<T>,
      .contract_rows = contract_rows<T>,
      .contract_tile = contract_tile<T>,
      .reduce_rows = {reduce_rows<T, FoldSum>, reduce_rows<T, FoldMaximum>, reduce_rows<T, FoldMinimum>,
                      reduce_rows<T, FoldProduct>},
      .reduce_columns = {reduce_columns<T, FoldSum>, reduce_columns<T, FoldMaximum>, reduce_columns<T, FoldMinimum>,
                         reduce_columns<T, FoldProduct>},
      .reduce_all = {reduce_all<T, FoldSum>, reduce_all<T, FoldMaximum>, reduce_all<T, FoldMinimum>,
                     reduce_all<T, FoldProduct>},
      .gather = gather<T>,
      .packed_product = packed_product<T>,
  };
}

const KernelTable& kernels() {
  static const KernelTable table = {kernels_of<float>(), kernels_of<double>(), run_scalar_program};
  return table;
}

}  // namespace hagang::HAGANG_ISA_NAMESPACE
