#pragma once

#include "host/program.hpp"

namespace pizza::notifier {

/// Builds the notification subscriber, runs it until it is asked to stop, and stops it in order. Exit code.
int run(host::Context& context);

}  // namespace pizza::notifier
