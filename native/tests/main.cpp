#include <cstdlib>
#include <new>
#include <thread>

#include "failing_memory.hpp"
#include "testing.hpp"

static const std::thread::id main_thread = std::this_thread::get_id();

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  const bool fails = hagang::testing::workers_lack_memory && std::this_thread::get_id() != main_thread;
  return fails ? nullptr : std::malloc(size ? size : 1);
}
void* operator new(std::size_t size) {
  void* memory = operator new(size, std::nothrow);
  if (!memory) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main() { return hagang::testing::run_all(); }
