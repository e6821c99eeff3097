// A timer for loops whose turns may be far shorter than reading the clock takes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hagang {

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class PollTimer {
 public:
  explicit PollTimer(double seconds) : seconds_(seconds), last_(seconds_now()) {}

  // Whether the time has passed since it last had. To be called once per turn; reads the clock once in many short turns.
  bool due() {
    if (--left_ > 0) return false;
    const double now = seconds_now(), elapsed = now - last_;
    if (elapsed < seconds_ / 2) turns_ = std::min(turns_ * 2, int64_t(4096));
    else if (elapsed > seconds_ * 2) turns_ = std::max(turns_ / 4, int64_t(1));
    left_ = turns_;
    if (elapsed < seconds_) return false;
    last_ = now;
    return true;
  }

 private:
  const double seconds_;
  double last_;
  int64_t left_ = 1, turns_ = 1;
};

}  // namespace hagang
