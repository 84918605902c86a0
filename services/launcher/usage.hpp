#pragma once

#include <string_view>

namespace pizza::launcher {

/// The usage of the whole system (earlier specification, Usage).
std::string_view usage();

}  // namespace pizza::launcher
