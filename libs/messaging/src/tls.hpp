#pragma once

#include <string>

#include <amqp.h>

#include "messaging/endpoint.hpp"

namespace pizza::messaging {

/// A socket of `state` that speaks TLS 1.2 or newer, to a broker that shows a certificate for `host` (a name or an
/// address) which `endpoint.ca_file`, or the system's list, vouches for; else it does not open, and nothing was sent.
/// Throws BrokerError, which begins with `doing`, if the list cannot be read.
amqp_socket_t* new_tls_socket(amqp_connection_state_t state, const Endpoint& endpoint, const std::string& host,
                              const std::string& doing);

/// Why the last such socket of this thread did not open, after the library's `status`. A certificate that is refused
/// counts as a refusal (403), as a password would: trying again will not help.
BrokerError tls_failure(const Endpoint& endpoint, int status, const std::string& doing);

}  // namespace pizza::messaging
