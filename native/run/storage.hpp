// Zeroed memory in whole cache lines, large pieces on huge pages where the system has them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace hagang {

class Storage {
 public:
  Storage() = default;
  explicit Storage(int64_t bytes) {
    constexpr size_t huge = size_t(1) << 21;
    const size_t align = size_t(bytes) >= huge ? huge : 64;
    const size_t size = (size_t(bytes) + align - 1) / align * align + (align == huge ? 0 : 64);
    data_ = static_cast<char*>(::operator new(size, std::align_val_t(align)));
    align_ = align;
#if defined(__linux__)
    if (align == huge) madvise(data_, size, MADV_HUGEPAGE);
#endif
    std::memset(data_, 0, size);
  }
  Storage(Storage&& other) noexcept { *this = std::move(other); }
  Storage& operator=(Storage&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(align_, other.align_);
    return *this;
  }
  ~Storage() {
    if (data_) ::operator delete(data_, std::align_val_t(align_));
  }
  char* data() const { return data_; }

 private:
  char* data_ = nullptr;
  size_t align_ = 64;
};

}  // namespace hagang
