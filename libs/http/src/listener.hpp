#pragma once

#include <cstdint>
#include <string>

#include "unique_fd.hpp"

namespace pizza::http {

struct Listener {
  UniqueFd socket;  ///< non-blocking
  std::uint16_t port = 0;
};

/// Throws BindError naming address and port.
Listener listen_on(const std::string& address, std::uint16_t port);

/// Raises this process's limit of open files so that `wanted` connections fit beside its other files, as far as the
/// system lets it. Returns how many connections fit.
std::size_t make_room_for_connections(std::size_t wanted);

}  // namespace pizza::http
