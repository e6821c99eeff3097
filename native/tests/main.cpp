#include <cstdlib>
#include <new>
#include <thread>

#include "failing_memory.hpp"
#include "testing.hpp"

static const std::thread::id main_thread = std::this_thread::get_id();

static void* allocate(std::size_t size) noexcept {
  const bool fails = hagang::testing::workers_lack_memory && std::this_thread::get_id() != main_thread;
  return fails ? nullptr : std::malloc(size ? size : 1);
}

// All forms that are not aligned: sanitizers compare how memory was allocated with how it is released.
void* operator new(std::size_t size) {
  if (void* memory = allocate(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

int main() { return hagang::testing::run_all(); }
