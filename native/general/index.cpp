// take (reading at positions) and scatter_add (adding at positions).
#include <string>

#include "fault.hpp"
#include "general/array.hpp"

namespace hagang {

namespace {

// Positions are whole numbers of the index's element type.
struct Positions {
  const Array& index;
  int64_t size;
  Fault& fault;

  int64_t operator()(int64_t offset) const {
    const double value = index.bits == 64 ? index.as<double>()[offset] : double(index.as<float>()[offset]);
    if (value >= 0 && value < double(size)) return int64_t(value);
    fault.report("take: expected positions from 0 to " + std::to_string(size - 1) + ", received " +
                 std::to_string(int64_t(value)));
    return -1;
  }
};

// Splits the view of many slices into the axes before, of and after the index.
struct Slices {
  std::vector<int64_t> before, at, after;
  Slices(const std::vector<int64_t>& all, size_t outer, size_t picked)
      : before(all.begin(), all.begin() + long(outer)),
        at(all.begin() + long(outer), all.begin() + long(outer + picked)),
        after(all.begin() + long(outer + picked), all.end()) {}
};

template <class T, class F>
void each_slice(const GeneralCall& call, const Array& many, const Array& table, F&& f) {
  const Array& index = call.arrays[2];
  const size_t outer = size_t(call.numbers[0]), picked = size_t(call.numbers[1]);
  const Positions position{index, call.numbers[2], *call.fault};
  const Slices dims(many.dims, outer, picked), strides(many.strides, outer, picked);
  const Slices table_strides(table.strides, outer, 0);
  walk(dims.at, {&strides.at, &index.strides}, 0, [&](const int64_t* i) {
    const int64_t many_at = i[0], where = position(i[1]);
    if (where < 0) return;
    walk(dims.before, {&strides.before, &table_strides.before}, 0, [&](const int64_t* o) {
      const int64_t m = many_at + o[0], t = where * call.numbers[3] + o[1];
      const int64_t count = dims.after.empty() ? 1 : dims.after.back();
      const int64_t m_step = dims.after.empty() ? 0 : strides.after.back(), t_step = dims.after.empty() ? 0 : table_strides.after.back();
      walk(dims.after, {&strides.after, &table_strides.after}, dims.after.empty() ? 0 : 1, [&](const int64_t* in) {
        f(many.as<T>() + m + in[0], m_step, table.as<T>() + t + in[1], t_step, count);
      });
    });
  });
}

}  // namespace

template <class T>
void general_take(const GeneralCall& call) {
  each_slice<T>(call, call.arrays[0], call.arrays[1], [](T* to, int64_t to_step, const T* from, int64_t from_step, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i * to_step] = from[i * from_step];
  });
}

template <class T>
void general_scatter_add(const GeneralCall& call) {
  each_slice<T>(call, call.arrays[1], call.arrays[0], [](const T* from, int64_t from_step, T* to, int64_t to_step, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i * to_step] += from[i * from_step];
  });
}

template void general_take<float>(const GeneralCall&);
template void general_take<double>(const GeneralCall&);
template void general_scatter_add<float>(const GeneralCall&);
template void general_scatter_add<double>(const GeneralCall&);

}  // namespace hagang
