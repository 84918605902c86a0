#pragma once

#include <memory>

#include "host/dependencies.hpp"

namespace pizza::order {

/// The session of a command that works on the orders themselves. Waits for the database, throws StartupError as
/// host::retry_database does, and core::Error if its schema is not this program's.
std::unique_ptr<persistence::Connection> command_session(host::Context& context,
                                                         const persistence::ConnectionOptions& options);

}  // namespace pizza::order
