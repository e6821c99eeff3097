// Sessions, plans and runs.
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <new>
#include <optional>
#include <stdexcept>

#include "bind/bind.hpp"
#include "run/executable.hpp"
#include "run/scalar_executable.hpp"

namespace nb = nanobind;

namespace hagang {

namespace {

using Words = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Table = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using ReadOnly = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using Writable = nb::ndarray<nb::c_contig, nb::device::cpu>;

ElementType element_type_of(nb::dlpack::dtype type) {
  if (type == nb::dtype<float>()) return ElementType::float32;
  if (type == nb::dtype<double>()) return ElementType::float64;
  if (type == nb::dtype<int64_t>()) return ElementType::int64;
  if (type == nb::dtype<uint8_t>()) return ElementType::uint8;
  if (type == nb::dtype<bool>()) return ElementType::boolean;
  throw nb::type_error("expected an array of float32, float64, int64, uint8 or bool");
}

DataArray data_of(const ReadOnly& array) {
  const int64_t rows = array.ndim() ? int64_t(array.shape(0)) : 1;
  return {static_cast<const char*>(array.data()), element_type_of(array.dtype()), rows, rows ? int64_t(array.size()) / rows : 0};
}

// Python's signal handlers run only under the interpreter's lock, which a run has released.
bool no_signal_pending() {
  nb::gil_scoped_acquire lock;
  return PyErr_CheckSignals() == 0;
}

// Calls f and turns failures of memory into Python's MemoryError.
template <class F>
auto with_memory(F&& f) {
  std::string what = "the engine ran out of memory";
  try {
    return f();
  } catch (const OutOfMemory& error) {
    what = error.what();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  PyErr_SetString(PyExc_MemoryError, what.c_str());
  throw nb::python_error();
}

template <class E>
std::tuple<int64_t, bool, int> run(E& executable, const std::vector<ReadOnly>& data, const std::vector<int64_t>& widths,
                                   const std::optional<Words>& rows, int64_t row_count, int64_t batch, int64_t steps,
                                   const Table& scalars, const std::vector<Writable>& sinks, int threads) {
  Chunk chunk;
  for (size_t i = 0; i < data.size(); i++) {
    DataArray array = data_of(data[i]);
    if (widths.at(i) >= 0) array = {array.data, array.type, 1, widths[i]};  // not by rows
    chunk.data.push_back(array);
  }
  if (rows && int64_t(rows->shape(0)) < row_count) throw nb::value_error("expected as many row numbers as rows");
  if (row_count < 0 || batch < 0 || steps < 0 || int64_t(scalars.shape(1)) != steps) throw nb::value_error("expected one scalar per step");
  chunk.rows = rows ? rows->data() : nullptr;
  chunk.row_count = row_count;
  chunk.batch = batch;
  chunk.steps = steps;
  chunk.scalars = scalars.data();
  chunk.scalar_rows = int64_t(scalars.shape(0));
  chunk.threads = threads;
  for (const Writable& sink : sinks) chunk.sinks.push_back({static_cast<char*>(sink.data()), element_type_of(sink.dtype()), int64_t(sink.size())});
  bool interrupted = false;
  chunk.keep_going = [&] {
    interrupted = interrupted || !no_signal_pending();
    return !interrupted;
  };
  const RunResult done = with_memory([&] {
    nb::gil_scoped_release unlocked;
    return executable.run(chunk);
  });
  if (interrupted) throw nb::python_error();
  return {done.steps, done.stopped, done.threads};
}

template <class P, auto read_words>
std::shared_ptr<P> read(const Words& words, const Numbers& numbers) {
  return with_memory([&] { return std::make_shared<P>(read_words(words.data(), words.shape(0), numbers.data(), numbers.shape(0))); });
}

template <class E, class P>
void bind_executable(nb::module_& m, const char* name, const char* program, const char* doc) {
  nb::class_<E>(m, name, doc)
      .def_prop_ro("memory", &E::memory, "Bytes held for a step's values.")
      .def(nb::init<std::shared_ptr<const P>, std::shared_ptr<Session>>(), nb::arg(program), nb::arg("session"))
      .def("run", &run<E>, nb::arg("data"), nb::arg("widths"), nb::arg("rows").none(), nb::arg("row_count"), nb::arg("batch"),
           nb::arg("steps"), nb::arg("scalars"), nb::arg("sinks"), nb::arg("threads"),
           "Run a chunk; returns the steps done, whether the plan's stop value ended it, and the threads used.");
}

}  // namespace

void bind_engine(nb::module_& m) {
  nb::class_<Plan>(m, "Plan", "A program lowered to kernels, verified.")
      .def_static("read", &read<Plan, read_plan>, nb::arg("words"), nb::arg("numbers"), "Read and verify the words of a plan; ValueError if they are malformed.")
      .def_ro("phases", &Plan::phases, "How many times threads synchronise per step.");
  nb::class_<Session>(m, "Session", "Slots that persist between runs.")
      .def("__init__",
           [](Session* self, const std::vector<std::tuple<int, int64_t, int64_t, bool>>& shapes) {
             std::vector<SlotShape> slots;
             for (const auto& [bits, rows, columns, panel] : shapes) slots.push_back({bits, rows, columns, panel});
             with_memory([&] { return new (self) Session(slots); });
           },
           nb::arg("shapes"), "Slots as (bits, rows, columns, panelled), all zero.")
      .def("write", [](Session& self, size_t slot, const ReadOnly& from) {
             self.write(slot, {const_cast<char*>(static_cast<const char*>(from.data())), element_type_of(from.dtype()), int64_t(from.size())});
           }, nb::arg("slot"), nb::arg("value"), "Replace a slot's value.")
      .def("read", [](const Session& self, size_t slot, const Writable& to) {
             self.read(slot, {static_cast<char*>(to.data()), element_type_of(to.dtype()), int64_t(to.size())});
           }, nb::arg("slot"), nb::arg("out"), "Copy a slot's value into an array.");
  nb::class_<ScalarProgram>(m, "ScalarProgram", "A small program as straight-line scalar code, verified.")
      .def_static("read", &read<ScalarProgram, read_scalar_program>, nb::arg("words"), nb::arg("numbers"),
                  "Read and verify the words of a scalar program; ValueError if they are malformed.");
  bind_executable<Executable, Plan>(m, "Executable", "plan", "A plan on a session, ready to run.");
  bind_executable<ScalarExecutable, ScalarProgram>(m, "ScalarExecutable", "program", "A scalar program on a session, ready to run.");
}

}  // namespace hagang
