#include <nanobind/nanobind.h>

#include "bind/bind.hpp"

NB_MODULE(_native, m) {
  // A session that a script's own variables hold until the interpreter ends is not a leak worth a warning.
  nanobind::set_leak_warnings(false);
  m.doc() = "The native engine: whole chunks of training steps without returning to Python.";
  hagang::bind_cpu(m);
  hagang::bind_engine(m);
}
