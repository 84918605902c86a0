#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pizza::test {

/// `prefix_<something no other test has>`: lower-case letters, digits and underscores, at most 20 characters longer.
std::string unique_name(std::string_view prefix);

/// A TCP port of 127.0.0.1 that was free a moment ago, outside the range that outgoing connections are given.
std::uint16_t free_port();

}  // namespace pizza::test
