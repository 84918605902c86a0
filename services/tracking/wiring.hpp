#pragma once

#include "host/program.hpp"

namespace pizza::tracking_service {

/// Builds the tracking service, runs it until it is asked to stop, and stops it in order. Exit code.
int run(host::Context& context);

}  // namespace pizza::tracking_service
