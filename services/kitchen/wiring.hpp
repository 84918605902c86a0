#pragma once

#include "host/program.hpp"

namespace pizza::kitchen {

/// Builds the kitchen worker, runs it until it is asked to stop or loses its name, and stops it in order. Exit code.
int run(host::Context& context);

}  // namespace pizza::kitchen
