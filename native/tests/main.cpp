#include "testing.hpp"

int main() { return hagang::testing::run_all(); }
