// Whether the kernels of a plan stay within their buffers, for a given number of rows.
#include "cpu.hpp"
#include "plan.hpp"

namespace hagang {

namespace {

// Sizes of the buffers at this many rows, in numbers.
std::vector<int64_t> sizes_at(const Plan& plan, int64_t rows, const std::vector<int64_t>& slots,
                              const std::vector<int64_t>& mirrors) {
  std::vector<int64_t> sizes;
  for (const Buffer& b : plan.buffers) {
    const int64_t need = b.size.at(rows);
    if (b.storage == Storage::slot && (slots[size_t(b.index)] < need)) reject("a slot is smaller than the plan takes it to be");
    if (b.storage == Storage::mirror && mirrors[size_t(b.index)] < need) reject("a slot's mirror is smaller than the plan takes it to be");
    if (need < 0 || need > max_extent) reject("a buffer has an impossible size");
    sizes.push_back(need);
  }
  return sizes;
}

struct Reach {
  const Plan& plan;
  const std::vector<int64_t>& sizes;
  int64_t rows;

  void inside(int buffer, int64_t low, int64_t high) const {
    if (low < 0 || high > sizes[size_t(buffer)] + padding)
      reject("a kernel reaches outside buffer " + std::to_string(buffer) + " (" + std::to_string(low) + " to " +
             std::to_string(high) + " of " + std::to_string(sizes[size_t(buffer)]) + ")");
  }

  void operand(const OperandPlan& p, int64_t domain_rows, int64_t domain_columns) const {
    if (p.buffer < 0 || domain_rows <= 0 || domain_columns <= 0) return;
    const int64_t offset = p.offset.at(rows), row = p.row_stride.at(rows);
    if (p.panel_rows) {
      if (p.panel_rows < domain_rows || p.panel_rows > max_extent / (domain_columns + 64)) reject("a panel has fewer rows than its domain");
      const int64_t padded = round_up(domain_columns, lanes_of(plan.buffers[size_t(p.buffer)].bits));
      return inside(p.buffer, offset, checked_add(offset, padded * p.panel_rows));
    }
    const int64_t down = checked_multiply(domain_rows - 1, row), across = p.column_stride ? domain_columns - 1 : 0;
    const int64_t first = checked_add(offset, down < 0 ? down : 0), last = checked_add(offset, down > 0 ? down : 0);
    inside(p.buffer, first, checked_add(last, across + 1));
  }

  // What a general op reaches beyond its views: the rows of a take's table, the padding of a panel.
  void general(const Kernel& k) const {
    const bool take = GeneralOp(k.variant) == GeneralOp::take, scatter = GeneralOp(k.variant) == GeneralOp::scatter_add;
    const bool into = GeneralOp(k.variant) == GeneralOp::panel, out_of = GeneralOp(k.variant) == GeneralOp::unpanel;
    if ((take || scatter) && k.views.size() == 3 && k.numbers.size() >= 4) {
      View table = k.views[take ? 1 : 0];
      table.dims.push_back({k.numbers[2], 0});
      table.strides.push_back({k.numbers[3], 0});
      view(table);
    }
    if ((into || out_of) && k.views.size() == 2 && k.numbers.size() >= 2) {
      const View& panelled = k.views[into ? 0 : 1];
      if (panelled.strides.size() != 2 || panelled.dims.size() != 2) reject("a panel has two axes");
      const int64_t padded = panelled.strides[0].at(rows), allocated = k.numbers[1];
      if (padded < 0 || padded < panelled.dims[1].at(rows) || allocated < panelled.dims[0].at(rows) || padded > max_extent || allocated > max_extent / (padded + 1))
        reject("a panel is smaller than its matrix");
      const int64_t offset = panelled.offset.at(rows);
      inside(panelled.buffer, offset, checked_add(offset, padded * allocated));
    }
  }

  void view(const View& v) const {
    int64_t low = v.offset.at(rows), high = low;
    for (size_t i = 0; i < v.dims.size(); i++) {
      const int64_t dim = v.dims[i].at(rows), stride = v.strides[i].at(rows);
      if (dim < 0 || dim > max_extent) reject("a view has a negative dim");
      if (dim == 0) return;
      if (stride > max_extent / (dim + 1) || stride < -max_extent / (dim + 1)) reject("a view's stride is out of range");
      int64_t& end = stride < 0 ? low : high;
      end = checked_add(end, stride * (dim - 1));
    }
    inside(v.buffer, low, checked_add(high, 1));
  }
};

}  // namespace

void verify_reach(const Plan& plan, int64_t rows, const std::vector<int64_t>& slot_sizes,
                  const std::vector<int64_t>& mirror_sizes) {
  const std::vector<int64_t> sizes = sizes_at(plan, rows, slot_sizes, mirror_sizes);
  const Reach reach{plan, sizes, rows};
  for (const Kernel& k : plan.kernels) {
    const int64_t m = k.rows.at(rows), n = k.columns.at(rows), depth = k.depth.at(rows);
    if (m < 0 || n < 0 || depth < 0 || m > max_extent || n > max_extent || depth > max_extent) reject("a kernel has an impossible extent");
    for (const OperandPlan& p : k.operands) reach.operand(p, k.kind == KernelKind::pointwise_vector ? 1 : m, n);
    for (const View& v : k.views) reach.view(v);
    switch (k.kind) {
      case KernelKind::contract_rows:
        reach.operand(k.a, m, depth);
        reach.operand(k.b, depth, n);
        if (!k.b.panel_rows && n > 0) reject("a product's second operand lies in panels");
        break;
      case KernelKind::contract_tile:
        reach.operand(k.a, depth, m);
        reach.operand(k.b, depth, n);
        break;
      case KernelKind::reduce_rows: reach.operand(k.a, n, depth); break;
      case KernelKind::reduce_columns: reach.operand(k.a, depth, n); break;
      case KernelKind::reduce_all: reach.operand(k.a, 1, depth); break;
      case KernelKind::gather: reach.operand(k.b, m, n); break;
      case KernelKind::general: reach.general(k); break;
      default: break;
    }
  }
}

}  // namespace hagang
