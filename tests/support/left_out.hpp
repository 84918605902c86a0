#pragma once

#include <string>

namespace pizza::test {

/// Says that a case cannot be run here, and why. tests/run.sh repeats it in its last lines (PIZZA_TEST_REPORT names the
/// file), so that what was left out is not taken for what passed. The case then returns.
void left_out(const std::string& which, const std::string& why);

}  // namespace pizza::test
