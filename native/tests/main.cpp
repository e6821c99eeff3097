#include <cstdlib>
#include <new>
#include <thread>

#include "failing_memory.hpp"
#include "testing.hpp"

static const std::thread::id main_thread = std::this_thread::get_id();

void* operator new(std::size_t size) {
  const bool fails = hagang::testing::workers_lack_memory && std::this_thread::get_id() != main_thread;
  void* memory = fails ? nullptr : std::malloc(size ? size : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main() { return hagang::testing::run_all(); }
