#pragma once

#include "host/program.hpp"

namespace pizza::order {

/// `--setup-db` and `--migrate-db`: brings the schema to the newest version. Exit code.
int setup_database(host::Context& context);
/// `--setup-queues`: declares every exchange, queue and binding. Exit code.
int setup_queues(host::Context& context);

}  // namespace pizza::order
