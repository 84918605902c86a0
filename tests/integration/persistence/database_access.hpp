#pragma once

#include <chrono>
#include <string>

#include "logging/logger.hpp"
#include "persistence/connection.hpp"
#include "support/test_database.hpp"

namespace pizza::test {

inline logging::Options quiet() {
  return {.service = "test", .level = logging::Level::error, .file = "/dev/null", .worker_name = ""};
}

inline persistence::ConnectionOptions options_for(const TestDatabase& database) {
  persistence::ConnectionOptions options;
  options.keywords = {{"dbname", database.url()}};
  options.application_name = "persistence test";
  return options;
}

/// A database, and how a session reaches it.
struct DatabaseAccess {
  TestDatabase database;
  logging::Logger log{quiet()};
  persistence::ConnectionOptions options = options_for(database);
};

inline constexpr persistence::Statement kSleep{"sleep", "SELECT pg_sleep($1::integer)"};

}  // namespace pizza::test
