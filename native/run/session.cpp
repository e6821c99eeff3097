#include "run/session.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include "cpu.hpp"
#include "plan.hpp"

namespace hagang {

namespace {

const KernelsOf& kernels_for(int bits) {
  const Kernels& all = active_isa().kernels();
  return bits == 32 ? all.float32 : all.float64;
}

// Calls f(position outside, position inside, count) for every run of numbers that are neighbours in both.
template <class F>
void each_run(const Slot& slot, F&& f) {
  if (!slot.panel) return f(0, 0, slot.rows * slot.columns);
  const int64_t full = panel_columns_of(slot.bits), padded = round_up(slot.columns, lanes_of(slot.bits));
  for (int64_t start = 0; start < slot.columns; start += full) {
    const int64_t width = std::min(full, padded - start), count = std::min(full, slot.columns - start);
    for (int64_t r = 0; r < slot.rows; r++) f(r * slot.columns + start, start * slot.allocated_rows + r * width, count);
  }
}

template <class T, class S>
void convert(const S* from, int64_t count, T* to) {
  if constexpr (std::is_same_v<S, T>) std::copy_n(from, count, to);
  else for (int64_t i = 0; i < count; i++) to[i] = T(from[i]);
}

template <class T, class S>
void bring(const Slot& slot, const S* from) {
  T* to = reinterpret_cast<T*>(slot.main.data());
  each_run(slot, [&](int64_t outside, int64_t inside, int64_t count) { convert(from + outside, count, to + inside); });
}

template <class T, class S>
void fetch(const Slot& slot, S* to) {
  const T* from = reinterpret_cast<const T*>(slot.main.data());
  each_run(slot, [&](int64_t outside, int64_t inside, int64_t count) { convert(from + inside, count, to + outside); });
}

// Calls f with a pointer of the outside array's own type.
template <class F>
void with_type(const Outside& array, F&& f) {
  switch (array.type) {
    case Source::float32: return f(reinterpret_cast<float*>(array.data));
    case Source::float64: return f(reinterpret_cast<double*>(array.data));
    case Source::int64: return f(reinterpret_cast<int64_t*>(array.data));
    case Source::uint8: return f(reinterpret_cast<uint8_t*>(array.data));
    case Source::boolean: return f(reinterpret_cast<bool*>(array.data));
  }
}

template <class T>
void copy_mirror(const Slot& slot) {
  const T* from = reinterpret_cast<const T*>(slot.main.data());
  T* to = reinterpret_cast<T*>(slot.mirror.data());
  const int64_t full = panel_columns_of(slot.bits), rows = round_up(slot.columns, unit_rows), padded = round_up(slot.rows, lanes_of(slot.bits));
  each_run(slot, [&](int64_t outside, int64_t inside, int64_t count) {
    const int64_t r = outside / slot.columns, c = outside % slot.columns;
    const int64_t start = r / full * full, width = std::min(full, padded - start);
    for (int64_t j = 0; j < count; j++) to[start * rows + (c + j) * width + (r - start)] = from[inside + j];
  });
}

// Waiting for the run here could wait for ever: the run may want the lock of the interpreter that the caller holds.
std::unique_lock<std::mutex> at_rest(const Session& session) {
  std::unique_lock<std::mutex> lock(session.running, std::try_to_lock);
  if (!lock) throw std::runtime_error("a session's slots cannot be read or written while one of its chunks runs. Wait for the run to end.");
  return lock;
}

void check_count(const Slot& slot, const Outside& array) {
  if (array.count != slot.rows * slot.columns)
    throw std::invalid_argument("expected " + std::to_string(slot.rows * slot.columns) + " numbers for a slot, received " +
                                std::to_string(array.count));
}

}  // namespace

int64_t round_up(int64_t count, int64_t to) { return (count + to - 1) / to * to; }
int lanes_of(int bits) { return kernels_for(bits).lanes; }
int panel_columns_of(int bits) { return kernels_for(bits).panel_columns; }

int64_t mirror_size(const Slot& slot) {
  return slot.panel ? round_up(slot.columns, unit_rows) * round_up(slot.rows, lanes_of(slot.bits)) : 0;
}

Session::Session(const std::vector<SlotShape>& shapes) {
  for (const SlotShape& shape : shapes) {
    const bool known = shape.bits == 32 || shape.bits == 64;
    if (!known || shape.rows < 0 || shape.columns < 0 || shape.rows > (int64_t(1) << 40) || shape.columns > (int64_t(1) << 40))
      throw std::invalid_argument("expected slots of float32 or float64 and of a size that memory can hold");
    Slot slot{shape.bits, shape.rows, shape.columns, shape.panel, shape.rows, shape.rows * shape.columns, {}, {}};
    if (slot.panel) {
      slot.allocated_rows = round_up(slot.rows, unit_rows);
      slot.size = slot.allocated_rows * round_up(slot.columns, lanes_of(slot.bits));
    }
    slot.main = Storage((slot.size + padding) * shape.bits / 8);
    slots_.push_back(std::move(slot));
  }
}

void Session::write(size_t number, const Outside& from) {
  const auto lock = at_rest(*this);
  put(number, from);
}

void Session::read(size_t number, const Outside& to) const {
  const auto lock = at_rest(*this);
  get(number, to);
}

void Session::put(size_t number, const Outside& from) {
  Slot& slot = slots_.at(number);
  check_count(slot, from);
  slot.fresh = false;
  with_type(from, [&](auto* data) {
    if (slot.bits == 32) bring<float>(slot, data);
    else bring<double>(slot, data);
  });
}

void Session::get(size_t number, const Outside& to) const {
  const Slot& slot = slots_.at(number);
  check_count(slot, to);
  with_type(to, [&](auto* data) {
    if (slot.bits == 32) fetch<float>(slot, data);
    else fetch<double>(slot, data);
  });
}

void Session::require_mirror(size_t number) {
  Slot& slot = slots_.at(number);
  if (!slot.panel) throw std::invalid_argument("only a panelled slot has a mirror");
  if (!slot.mirrored) slot.mirror = Storage((mirror_size(slot) + padding) * slot.bits / 8);
  slot.mirrored = true;
  if (slot.fresh) return;
  if (slot.bits == 32) copy_mirror<float>(slot);
  else copy_mirror<double>(slot);
  slot.fresh = true;
}

}  // namespace hagang
