// Zeroed memory in whole cache lines, large pieces on huge pages where the system has them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace hagang {

// Of our own, because other extension modules in the process may translate std::bad_alloc their way.
struct OutOfMemory : std::runtime_error {
  explicit OutOfMemory(int64_t bytes)
      : std::runtime_error("expected " + std::to_string(bytes) + " bytes of memory for slots or a step, which the system has not. Use smaller batches.") {}
};

class Storage {
 public:
  Storage() = default;
  // calloc takes large pieces as fresh pages, which are zero already and cost nothing until they are touched.
  explicit Storage(int64_t bytes) {
    if (bytes < 0 || bytes > (int64_t(1) << 46)) throw OutOfMemory(bytes);
    constexpr size_t huge = size_t(1) << 21;
    const size_t align = size_t(bytes) >= huge ? huge : 64;
    const size_t size = (size_t(bytes) + align - 1) / align * align + 64;
    held_ = std::calloc(size + align, 1);
    if (!held_) throw OutOfMemory(bytes);
    data_ = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(held_) + align - 1) / align * align);
#if defined(__linux__)
    if (align == huge) madvise(data_, size / huge * huge, MADV_HUGEPAGE);
#endif
  }
  Storage(Storage&& other) noexcept { *this = std::move(other); }
  Storage& operator=(Storage&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(held_, other.held_);
    return *this;
  }
  ~Storage() { std::free(held_); }
  char* data() const { return data_; }

 private:
  char* data_ = nullptr;
  void* held_ = nullptr;
};

}  // namespace hagang
