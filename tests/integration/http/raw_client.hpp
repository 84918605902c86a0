#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/raw_client.hpp"

namespace pizza::test {

/// Sends `bytes` on a connection of its own and returns the first response.
RawResponse ask(std::uint16_t port, std::string_view bytes);
/// `GET path` with Host.
std::string get(std::string_view path, std::string_view more_headers = "");
/// `POST /echo` with these headers after Host.
std::string post(std::string_view headers, std::string_view body = "");

}  // namespace pizza::test
