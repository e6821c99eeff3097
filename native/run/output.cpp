#include "run/output.hpp"

#include <algorithm>

namespace hagang {

namespace {

template <class S, class T>
void write_view(const Array& view, const std::vector<int64_t>& strides, S* to) {
  const int64_t count = view.dims.back(), step = view.strides.back();
  walk(view.dims, {&view.strides, &strides}, 1, [&](const int64_t* at) {
    const T* from = view.as<T>() + at[0];
    if (step == 1) std::copy_n(from, count, to + at[1]);
    else for (int64_t i = 0; i < count; i++) to[at[1] + i] = S(from[i * step]);
  });
}

template <class S>
void write_as(const OutputCall& output, int64_t offset) {
  S* to = reinterpret_cast<S*>(output.sink.data) + offset;
  if (output.view.bits == 64) write_view<S, double>(output.view, output.strides, to);
  else write_view<S, float>(output.view, output.strides, to);
}

// The commonest output, one number per step, without a loop.
void write_number(const Array& view, const Sink& sink, int64_t step) {
  const double value = view.bits == 64 ? *view.as<double>() : double(*view.as<float>());
  switch (sink.type) {
    case ElementType::float32: reinterpret_cast<float*>(sink.data)[step] = float(value); return;
    case ElementType::float64: reinterpret_cast<double*>(sink.data)[step] = value; return;
    case ElementType::int64: reinterpret_cast<int64_t*>(sink.data)[step] = int64_t(value); return;
    case ElementType::uint8: reinterpret_cast<uint8_t*>(sink.data)[step] = uint8_t(value); return;
    case ElementType::boolean: reinterpret_cast<bool*>(sink.data)[step] = value != 0; return;
  }
}

}  // namespace

void attach(OutputCall& output, const Chunk& chunk) {
  output.sink = chunk.sinks[size_t(output.number)];
  output.strides.assign(output.view.dims.size(), 0);
  int64_t count = 1;
  for (int i = output.view.rank() - 1; i >= 0; i--) {
    output.strides[size_t(i)] = count;
    count = saturating_multiply(count, i == output.rows_axis ? chunk.rows_in_all() : output.view.dims[size_t(i)]);
  }
  output.step_stride = count;
}

void run_output(const Call& call, const StepContext& context) {
  const auto& output = *static_cast<const OutputCall*>(call.extra);
  if (output.view.rank() == 0) return write_number(output.view, output.sink, context.step);
  const int64_t offset = output.rows_axis < 0 ? context.step * output.step_stride
                                              : (context.rows_before + output.first_row) * output.strides[size_t(output.rows_axis)];
  switch (output.sink.type) {
    case ElementType::float32: return write_as<float>(output, offset);
    case ElementType::float64: return write_as<double>(output, offset);
    case ElementType::int64: return write_as<int64_t>(output, offset);
    case ElementType::uint8: return write_as<uint8_t>(output, offset);
    case ElementType::boolean: return write_as<bool>(output, offset);
  }
}

}  // namespace hagang
