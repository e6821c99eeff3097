#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "cpu.hpp"

namespace nb = nanobind;

NB_MODULE(_native, m) {
  m.doc() = "The native engine: whole chunks of training steps without returning to Python.";
  m.def(
      "cpu",
      [] {
        const hagang::Isa& isa = hagang::active_isa();
        nb::dict info;
        info["isa"] = isa.name;
        info["vector_bytes"] = isa.vector_bytes;
        info["usable"] = hagang::usable_isas();
        info["bfloat16"] = hagang::has_bfloat16();
        return info;
      },
      "The instruction set in use, its vector width, the sets this machine can run, and bfloat16 support.");
}
