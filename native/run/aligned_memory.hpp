// Zeroed memory aligned to cache lines, and large pieces to huge pages where the system has them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "checked.hpp"

namespace hagang {

class AlignedMemory {
 public:
  AlignedMemory() = default;
  // calloc takes large pieces as fresh pages, which are zero already and cost nothing until they are touched.
  explicit AlignedMemory(int64_t bytes) {
    if (bytes < 0 || bytes > (int64_t(1) << 46)) throw OutOfMemory(bytes);
    constexpr size_t huge = size_t(1) << 21;
    const size_t align = size_t(bytes) >= huge ? huge : 64;
    const size_t size = (size_t(bytes) + align - 1) / align * align + 64;
    allocation_ = std::calloc(size + align, 1);
    if (!allocation_) throw OutOfMemory(bytes);
    data_ = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(allocation_) + align - 1) / align * align);
#if defined(__linux__)
    if (align == huge) madvise(data_, size / huge * huge, MADV_HUGEPAGE);
#endif
  }
  AlignedMemory(AlignedMemory&& other) noexcept { *this = std::move(other); }
  AlignedMemory& operator=(AlignedMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(allocation_, other.allocation_);
    return *this;
  }
  ~AlignedMemory() { std::free(allocation_); }
  char* data() const { return data_; }

 private:
  char* data_ = nullptr;
  void* allocation_ = nullptr;
};

}  // namespace hagang
