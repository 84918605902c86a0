#pragma once

#include "config/load.hpp"

namespace pizza::host {

/// `--probe`: asks the operator port, prints its answer on standard output. Exit code: 0 for a 200, 1 for anything else
/// and for silence of 3 s, 2 if the configuration names no port. Logs nothing.
int probe(config::Program program, const config::Probe& question);

}  // namespace pizza::host
