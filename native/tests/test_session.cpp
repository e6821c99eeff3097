// Slots: sizes that no memory holds, and values in and out of panels and mirrors.
#include "run/session.hpp"

#include <vector>

#include "checked.hpp"
#include "testing.hpp"

using namespace hagang;

TEST(slots_larger_than_any_memory_are_refused) {
  const std::vector<std::pair<int64_t, int64_t>> sizes = {{int64_t(1) << 40, int64_t(1) << 40}, {int64_t(1) << 62, 4}, {1, int64_t(1) << 61}};
  for (const bool panel : {false, true})
    for (const auto& size : sizes) CHECK(testing::throws<OutOfMemory>([&] { Session({{64, size.first, size.second, panel}}); }));
  CHECK(testing::throws<std::invalid_argument>([] { Session({{32, -1, 1, false}}); }));
  CHECK(testing::throws<std::invalid_argument>([] { Session({{16, 1, 1, false}}); }));
}

TEST(a_slot_reads_as_it_was_written_and_its_mirror_is_its_transpose) {
  for (const int64_t rows : {1, 15, 70})
    for (const int64_t columns : {1, 33, 130}) {
      Session session({{32, rows, columns, true}, {32, columns, rows, true}});
      std::vector<float> x(size_t(rows * columns)), transposed(x.size()), back(x.size());
      for (size_t i = 0; i < x.size(); i++) x[i] = float(i);
      for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++) transposed[size_t(c * rows + r)] = x[size_t(r * columns + c)];
      const auto array = [](std::vector<float>& v) { return HostArray{reinterpret_cast<char*>(v.data()), ElementType::float32, int64_t(v.size())}; };
      session.write(0, array(x));
      session.write(1, array(transposed));
      session.read(0, array(back));
      CHECK(back == x);
      session.refresh_mirror(0);
      const Slot &slot = session.slots()[0], &other = session.slots()[1];
      const auto* mirror = reinterpret_cast<const float*>(slot.mirror.data());
      const auto* main = reinterpret_cast<const float*>(other.main.data());
      for (int64_t i = 0; i < mirror_size(slot); i++) CHECK(mirror[i] == main[i]);
    }
}
