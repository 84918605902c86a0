#include <algorithm>
#include <cstdio>
#include <exception>
#include <variant>

#include <fmt/format.h>

#include "core/error.hpp"
#include "launcher/launcher.hpp"

/// Every command line of the specification begins with `restaurant-system --mode=…`: becomes the executable it names.
int main(int argc, char** argv) {
  using namespace pizza;
  try {
    const auto decision = launcher::decide({argv + std::min(argc, 1), argv + argc});
    if (const auto* launch = std::get_if<launcher::Launch>(&decision)) launcher::become(*launch);
    fmt::print("{}", std::get<std::string>(decision));
    return 0;
  } catch (const core::UsageError& error) {
    fmt::print(stderr, "restaurant-system: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "restaurant-system: {}\n", error.what());
    return 1;
  }
}
