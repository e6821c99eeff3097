// The processor's features and the engine's instructions by name.
#include "cpu.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind/bind.hpp"
#include "kernels.hpp"
#include "run/pool.hpp"
#include "instructions.hpp"

namespace nb = nanobind;

namespace hagang {

void bind_cpu(nb::module_& m) {
  m.def(
      "cpu",
      [] {
        const Isa& isa = active_isa();
        const KernelTable& kernels = isa.kernels();
        nb::dict info;
        info["isa"] = isa.name;
        info["vector_bytes"] = isa.vector_bytes;
        info["usable"] = usable_isas();
        info["bfloat16"] = bfloat16_products() != nullptr;
        info["cores"] = usable_cores();
        info["panel_columns"] = nb::make_tuple(kernels.float32.panel_columns, kernels.float64.panel_columns);
        return info;
      },
      nb::sig("def cpu() -> Cpu"),
      "The instruction set in use and its sizes, the sets that this machine can run, bfloat16 and usable cores.");
  m.def(
      "instructions",
      [] {
        nb::dict names;
        for (int op = 0; op < opcode_count; op++) names[opcode_names[op]] = op;
        return names;
      },
      nb::sig("def instructions() -> dict[str, int]"),
      "The engine's pointwise instructions: name to number.");
}

}  // namespace hagang
