#include "order/command_session.hpp"

#include <fmt/format.h>

#include "order/schema.hpp"
#include "persistence/migrations.hpp"

namespace pizza::order {

std::unique_ptr<persistence::Connection> command_session(host::Context& context,
                                                         const persistence::ConnectionOptions& options) {
  std::unique_ptr<persistence::Connection> connection;
  host::retry_database(context, [&] {
    connection = std::make_unique<persistence::Connection>(options, context.log);
    const int version = persistence::schema_version(*connection);
    if (version != kMigrations.back().version) {
      throw core::Error(fmt::format("the database is at schema version {}, and this program is for {}", version,
                                    kMigrations.back().version));
    }
  });
  return connection;
}

}  // namespace pizza::order
