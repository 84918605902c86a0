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

}  // namespace pizza::test
