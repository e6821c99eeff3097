#include "cpu.hpp"
#include "kernels.hpp"
#include "testing.hpp"

TEST(the_active_set_is_usable_and_its_vectors_are_as_wide_as_it_says) {
  const hagang::Isa& isa = hagang::active_isa();
  CHECK(isa.supported());
  CHECK(isa.kernels().float32.lanes * 4 == isa.vector_bytes);
  CHECK(isa.kernels().float64.lanes * 8 == isa.vector_bytes);
}
