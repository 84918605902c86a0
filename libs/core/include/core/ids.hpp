#pragma once

#include <string>

namespace pizza::core {

/// A random (version 4) UUID in its 36-character form. Thread-safe.
std::string random_uuid();
/// Sixteen random hexadecimal digits, for request ids. Thread-safe.
std::string random_request_id();
/// This machine's host name (the container id inside a container).
std::string hostname();

}  // namespace pizza::core
