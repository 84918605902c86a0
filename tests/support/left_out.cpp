#include "support/left_out.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace pizza::test {

void left_out(const std::string& which, const std::string& why) {
  const auto line = "left out: " + which + ": " + why;
  std::cout << line << std::endl;
  if (const char* report = std::getenv("PIZZA_TEST_REPORT")) std::ofstream(report, std::ios::app) << line << '\n';
}

}  // namespace pizza::test
