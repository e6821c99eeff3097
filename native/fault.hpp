// The first failure of a run, on whichever thread it happens. The run ends after the step and rethrows it to its caller.
#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>

namespace hagang {

class Fault {
 public:
  void report(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (is_set()) return;
    error_ = std::move(error);
    set_.store(true, std::memory_order_release);
  }
  void report(const std::string& what) { report(std::make_exception_ptr(std::runtime_error(what))); }

  bool is_set() const { return set_.load(std::memory_order_acquire); }

  // These two while no thread can report.
  void rethrow() const {
    if (is_set()) std::rethrow_exception(error_);
  }
  void reset() {
    error_ = nullptr;
    set_ = false;
  }

 private:
  std::atomic<bool> set_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace hagang
