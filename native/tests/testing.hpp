// A small test harness: all that comparing kernels with plain loops needs, and nothing to download.
#pragma once

#include <cstdio>
#include <exception>
#include <vector>

namespace hagang::testing {

struct Case {
  const char* name;
  void (*body)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> list;
  return list;
}

inline int& failures() {
  static int count = 0;
  return count;
}

struct Register {
  Register(const char* name, void (*body)()) { cases().push_back({name, body}); }
};

template <class E, class F>
bool throws(F&& f) {
  try {
    f();
  } catch (const E&) {
    return true;
  }
  return false;
}

inline int run_all() {
  for (const Case& test : cases()) {
    const int before = failures();
    try {
      test.body();
    } catch (const std::exception& error) {
      failures()++;
      std::printf("  %s\n", error.what());
    }
    std::printf("%s %s\n", failures() == before ? "ok  " : "FAIL", test.name);
  }
  std::printf("%zu tests, %d failures\n", cases().size(), failures());
  return failures() != 0;
}

}  // namespace hagang::testing

#define TEST(name)                                                     \
  static void name();                                                  \
  static const hagang::testing::Register register_##name(#name, name); \
  static void name()

#define CHECK(condition)                                                          \
  do {                                                                            \
    if (!(condition)) {                                                           \
      if (++hagang::testing::failures() < 50)                                     \
        std::printf("  %s:%d: not true: %s\n", __FILE__, __LINE__, #condition);   \
    }                                                                             \
  } while (0)
