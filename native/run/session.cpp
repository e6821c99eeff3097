#include "run/session.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include "cpu.hpp"
#include "plan.hpp"

namespace hagang {

namespace {

// Calls f(host position, slot position, count) for every run of numbers that is contiguous in both.
template <class F>
void for_each_contiguous(const Slot& slot, F&& f) {
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
void copy_in(const Slot& slot, const S* from) {
  T* to = reinterpret_cast<T*>(slot.main.data());
  for_each_contiguous(slot, [&](int64_t host, int64_t own, int64_t count) { convert(from + host, count, to + own); });
}

template <class T, class S>
void copy_out(const Slot& slot, S* to) {
  const T* from = reinterpret_cast<const T*>(slot.main.data());
  for_each_contiguous(slot, [&](int64_t host, int64_t own, int64_t count) { convert(from + own, count, to + host); });
}

// Calls f with a pointer of the array's element type.
template <class F>
void with_type(const HostArray& array, F&& f) {
  switch (array.type) {
    case ElementType::float32: return f(reinterpret_cast<float*>(array.data));
    case ElementType::float64: return f(reinterpret_cast<double*>(array.data));
    case ElementType::int64: return f(reinterpret_cast<int64_t*>(array.data));
    case ElementType::uint8: return f(reinterpret_cast<uint8_t*>(array.data));
    case ElementType::boolean: return f(reinterpret_cast<bool*>(array.data));
  }
}

template <class T>
void copy_mirror(const Slot& slot) {
  const T* from = reinterpret_cast<const T*>(slot.main.data());
  T* to = reinterpret_cast<T*>(slot.mirror.data());
  const int64_t full = panel_columns_of(slot.bits), rows = round_up(slot.columns, unit_rows), padded = round_up(slot.rows, lanes_of(slot.bits));
  for_each_contiguous(slot, [&](int64_t host, int64_t own, int64_t count) {
    const int64_t r = host / slot.columns, c = host % slot.columns;
    const int64_t start = r / full * full, width = std::min(full, padded - start);
    for (int64_t j = 0; j < count; j++) to[start * rows + (c + j) * width + (r - start)] = from[own + j];
  });
}

// Waiting for the run could deadlock: it may need the interpreter's lock, which the caller holds.
std::unique_lock<std::mutex> lock_idle(const Session& session) {
  std::unique_lock<std::mutex> lock(session.run_mutex, std::try_to_lock);
  if (!lock) throw std::runtime_error("a session's slots cannot be read or written while one of its chunks runs. Wait for the run to end.");
  return lock;
}

int64_t bytes_of(int64_t numbers, int bits) { return checked_multiply(checked_add(numbers, padding), bits / 8); }

void check_count(const Slot& slot, const HostArray& array) {
  if (array.count != slot.rows * slot.columns)
    throw std::invalid_argument("expected " + std::to_string(slot.rows * slot.columns) + " numbers for a slot, received " +
                                std::to_string(array.count));
}

}  // namespace

int64_t mirror_size(const Slot& slot) {
  return slot.panel ? checked_multiply(round_up(slot.columns, unit_rows), round_up(slot.rows, lanes_of(slot.bits))) : 0;
}

Session::Session(const std::vector<SlotShape>& shapes) {
  for (const SlotShape& shape : shapes) {
    if ((shape.bits != 32 && shape.bits != 64) || shape.rows < 0 || shape.columns < 0)
      throw std::invalid_argument("expected slots of float32 or float64 with at least 0 rows and columns");
    if (shape.rows > max_extent || shape.columns > max_extent) size_overflow();
    Slot slot{shape.bits, shape.rows, shape.columns, shape.panel, shape.rows, checked_multiply(shape.rows, shape.columns), {}, {}};
    if (slot.panel) {
      slot.allocated_rows = round_up(slot.rows, unit_rows);
      slot.size = checked_multiply(slot.allocated_rows, round_up(slot.columns, lanes_of(slot.bits)));
    }
    slot.main = AlignedMemory(bytes_of(slot.size, slot.bits));
    slots_.push_back(std::move(slot));
  }
}

void Session::write(size_t number, const HostArray& from) {
  const auto lock = lock_idle(*this);
  write_locked(number, from);
}

void Session::read(size_t number, const HostArray& to) const {
  const auto lock = lock_idle(*this);
  read_locked(number, to);
}

void Session::write_locked(size_t number, const HostArray& from) {
  Slot& slot = slots_.at(number);
  check_count(slot, from);
  slot.mirror_fresh = false;
  with_type(from, [&](auto* data) {
    if (slot.bits == 32) copy_in<float>(slot, data);
    else copy_in<double>(slot, data);
  });
}

void Session::read_locked(size_t number, const HostArray& to) const {
  const Slot& slot = slots_.at(number);
  check_count(slot, to);
  with_type(to, [&](auto* data) {
    if (slot.bits == 32) copy_out<float>(slot, data);
    else copy_out<double>(slot, data);
  });
}

void Session::refresh_mirror(size_t number) {
  Slot& slot = slots_.at(number);
  if (!slot.panel) throw std::invalid_argument("only a panelled slot has a mirror");
  if (!slot.has_mirror) slot.mirror = AlignedMemory(bytes_of(mirror_size(slot), slot.bits));
  slot.has_mirror = true;
  if (slot.mirror_fresh) return;
  if (slot.bits == 32) copy_mirror<float>(slot);
  else copy_mirror<double>(slot);
  slot.mirror_fresh = true;
}

}  // namespace hagang
