// Entry point of the general ops: verification, dispatch by element type, copy and fill.
#include "general/array.hpp"

namespace hagang {

namespace {

void expect(bool fits, const char* what) {
  if (!fits) reject(what);
}

template <class T, class S>
void copy_as(const GeneralCall& call) {
  const Array &out = call.arrays[0], &in = call.arrays[1];
  if (out.rank() == 0) {
    *out.as<T>() = T(*in.as<S>());
    return;
  }
  const int64_t count = out.dims.back(), to_step = out.strides.back(), from_step = in.strides.back();
  walk(out.dims, {&out.strides, &in.strides}, 1, [&](const int64_t* offset) {
    T* to = out.as<T>() + offset[0];
    const S* from = in.as<S>() + offset[1];
    for (int64_t i = 0; i < count; i++) to[i * to_step] = T(from[i * from_step]);
  });
}

void copy(const GeneralCall& call) {
  const bool wide_out = call.arrays[0].bits == 64, wide_in = call.arrays[1].bits == 64;
  if (wide_out) return wide_in ? copy_as<double, double>(call) : copy_as<double, float>(call);
  return wide_in ? copy_as<float, double>(call) : copy_as<float, float>(call);
}

template <class T>
void fill(const GeneralCall& call) {
  const Array& out = call.arrays[0];
  double value;
  std::memcpy(&value, call.numbers.data(), sizeof value);
  const int64_t count = out.rank() ? out.dims.back() : 1, step = out.rank() ? out.strides.back() : 1;
  walk(out.dims, {&out.strides}, out.rank() ? 1 : 0, [&](const int64_t* offset) {
    for (int64_t i = 0; i < count; i++) out.as<T>()[offset[0] + i * step] = T(value);
  });
}

template <class T>
void run_as(const GeneralCall& call) {
  switch (call.op) {
    case GeneralOp::copy: return copy(call);
    case GeneralOp::fill: return fill<T>(call);
    case GeneralOp::reduce: return general_reduce<T>(call);
    case GeneralOp::argmax: return general_argmax<T>(call);
    case GeneralOp::argsort: return general_argsort<T>(call);
    case GeneralOp::cumsum: return general_cumsum<T>(call);
    case GeneralOp::contract: return general_contract<T>(call);
    case GeneralOp::take: return general_take<T>(call);
    case GeneralOp::scatter_add: return general_scatter_add<T>(call);
    case GeneralOp::solve: return general_solve<T>(call);
    case GeneralOp::det: return general_det<T>(call);
    case GeneralOp::random: return general_random<T>(call);
    case GeneralOp::unpanel: return general_panel<T>(call, false);
    case GeneralOp::panel: return general_panel<T>(call, true);
    case GeneralOp::count: break;
  }
}

int array_count(GeneralOp op) {
  switch (op) {
    case GeneralOp::fill: return 1;
    case GeneralOp::contract: case GeneralOp::take: case GeneralOp::scatter_add: case GeneralOp::solve: case GeneralOp::random: return 3;
    default: return 2;
  }
}

size_t number_count(GeneralOp op) {
  switch (op) {
    case GeneralOp::fill: return 1;
    case GeneralOp::reduce: return 2;
    case GeneralOp::contract: return 4;
    case GeneralOp::take: case GeneralOp::scatter_add: return 4;
    case GeneralOp::random: return 3;
    case GeneralOp::unpanel: case GeneralOp::panel: return 2;
    default: return 0;
  }
}

}  // namespace

void check_general(const GeneralCall& call) {
  const auto& a = call.arrays;
  expect(int(a.size()) == array_count(call.op), "a general op has the wrong number of arrays");
  expect(call.numbers.size() == number_count(call.op), "a general op has the wrong number of attributes");
  for (const Array& x : a) expect(x.rank() <= 16, "an array has more than 16 axes");
  const auto& n = call.numbers;
  auto same_bits = [&] {
    for (const Array& x : a) expect(x.bits == a[0].bits, "a general op mixes element types");
  };
  auto part = [](const Array& x, size_t from, size_t count) {
    return std::vector<int64_t>(x.dims.begin() + long(from), x.dims.begin() + long(from + count));
  };
  switch (call.op) {
    case GeneralOp::copy: expect(a[0].dims == a[1].dims, "a copy changes the shape"); break;
    case GeneralOp::fill: break;
    case GeneralOp::reduce:
      same_bits();
      expect(n[0] >= 0 && n[0] <= 3 && n[1] >= 0 && a[1].rank() == a[0].rank() + n[1], "a reduction's axes do not fit");
      expect(part(a[1], 0, size_t(a[0].rank())) == a[0].dims, "a reduction's axes do not fit");
      break;
    case GeneralOp::argmax:
      expect(a[1].rank() == a[0].rank() + 1 && part(a[1], 0, size_t(a[0].rank())) == a[0].dims, "an argmax's axes do not fit");
      break;
    case GeneralOp::argsort:
      expect(a[0].bits == 64 && a[0].dims == a[1].dims && a[0].rank() > 0, "an order changes the shape");
      break;
    case GeneralOp::cumsum:
      same_bits();
      expect(a[0].dims == a[1].dims && a[0].rank() > 0, "a running sum changes the shape");
      break;
    case GeneralOp::contract: {
      same_bits();
      for (int64_t x : n) expect(x >= 0 && x <= 16, "a contraction's axes do not fit");
      const size_t b = size_t(n[0]), i = size_t(n[1]), j = size_t(n[2]), k = size_t(n[3]);
      expect(a[0].dims.size() == b + i + j && a[1].dims.size() == b + i + k && a[2].dims.size() == b + k + j,
             "a contraction's axes do not fit");
      expect(part(a[0], 0, b + i) == part(a[1], 0, b + i) && part(a[0], 0, b) == part(a[2], 0, b) &&
                 part(a[0], b + i, j) == part(a[2], b + k, j) && part(a[1], b + i, k) == part(a[2], b, k),
             "a contraction's dims do not agree");
      break;
    }
    case GeneralOp::take: case GeneralOp::scatter_add: {
      for (int64_t x : n) expect(x >= 0 && x < (int64_t(1) << 40), "a take's numbers are out of range");
      expect(a[0].bits == a[1].bits, "a take mixes element types");
      // numbers: axes before, axes of the index, size of the axis, its stride; the table's view leaves the axis out.
      const Array& many = call.op == GeneralOp::take ? a[0] : a[1];
      const Array& table = call.op == GeneralOp::take ? a[1] : a[0];
      const size_t outer = size_t(n[0]), picked = size_t(n[1]);
      expect(size_t(a[2].rank()) == picked && size_t(many.rank()) == size_t(table.rank()) + picked && outer <= size_t(table.rank()),
             "a take's axes do not fit");
      expect(part(many, 0, outer) == part(table, 0, outer) && part(many, outer, picked) == a[2].dims &&
                 part(many, outer + picked, size_t(table.rank()) - outer) == part(table, outer, size_t(table.rank()) - outer),
             "a take's dims do not agree");
      break;
    }
    case GeneralOp::solve:
      same_bits();
      expect(a[0].dims == a[2].dims && a[0].rank() >= 2 && a[1].rank() == a[0].rank(), "a solve's axes do not fit");
      expect(part(a[0], 0, size_t(a[0].rank()) - 1) == part(a[1], 0, size_t(a[0].rank()) - 1) &&
                 a[1].dims.back() == a[1].dims[size_t(a[1].rank()) - 2], "a solve's dims do not agree");
      break;
    case GeneralOp::det:
      same_bits();
      expect(a[1].rank() == a[0].rank() + 2 && part(a[1], 0, size_t(a[0].rank())) == a[0].dims &&
                 a[1].dims.back() == a[1].dims[size_t(a[1].rank()) - 2], "a determinant's dims do not agree");
      break;
    case GeneralOp::random:
      expect(a[1].rank() == 0 && a[2].rank() == 0, "seed and step are scalars");
      break;
    case GeneralOp::unpanel: case GeneralOp::panel:
      same_bits();
      expect(a[0].rank() == 2 && a[1].rank() == 2 && a[0].dims == a[1].dims && n[0] > 0 && n[1] >= a[0].dims[0],
             "a panel's dims do not agree");
      break;
    case GeneralOp::count: break;
  }
}

void run_general(const Call& call, const StepContext& context) {
  auto& general = *static_cast<GeneralCall*>(call.extra);
  general.block_offset = context.block_offset;
  const bool by_input = general.op == GeneralOp::argmax || general.op == GeneralOp::argsort;
  const Array& typed = general.arrays[by_input ? 1 : 0];
  if (typed.bits == 64) run_as<double>(general);
  else run_as<float>(general);
}

}  // namespace hagang
