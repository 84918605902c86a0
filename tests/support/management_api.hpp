#pragma once

#include <string>

#include "support/servers.hpp"

namespace pizza::test {

/// One request to RabbitMQ's management API; returns the body of a 2xx answer, else throws core::Error. Its own few
/// lines of HTTP, so that the tests of our HTTP library do not rest on that library.
std::string management_request(const Servers& servers, const std::string& method, const std::string& path,
                               const std::string& json_body = {});

}  // namespace pizza::test
