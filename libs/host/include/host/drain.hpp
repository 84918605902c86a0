#pragma once

#include "host/program.hpp"
#include "http/server.hpp"

namespace pizza::host {

/// How the stop of a service begins that clients reach through a load balancer: `/readyz` has turned 503, and for
/// `drain_delay` requests are still served, each on a connection that closes behind it. After that few still come.
void drain(Context& context, http::Server& server);

}  // namespace pizza::host
