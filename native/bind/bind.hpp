// Each topic has a function that fills the module.
#pragma once

#include <nanobind/nanobind.h>

namespace hagang {

void bind_cpu(nanobind::module_& m);
void bind_engine(nanobind::module_& m);

}  // namespace hagang
