#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

namespace pizza::config {

/// The executables; each takes the common flags and its own (CONTRACT §1).
enum class Program { order_service, kitchen_worker, tracking_service, notification_subscriber };
std::string_view to_string(Program program);

/// What the order-service is asked to do; the others only run.
enum class Command {
  run,
  setup_db,
  migrate_db,
  setup_queues,
  list_dead_letters,
  redrive_dead_letters,
  discard_dead_letters,
  audit,
  prune
};

struct Invocation {
  Settings settings;
  Command command = Command::run;
  std::string match;                   ///< `--match`: which dead letters; empty: all
  std::chrono::seconds older_than{0};  ///< `--older-than`: what --prune deletes
};

/// `--help` or `--version`: print this on standard output and exit 0.
struct Answer {
  std::string text;
};

/// `--probe livez|readyz`: what to ask the operator port of the running service.
struct Probe {
  std::string path;  ///< `/livez` or `/readyz`
  std::string address;
  std::uint16_t port = 0;  ///< 0: the configuration has none
};

/// Returns the value of an environment variable, or null: `std::getenv` in production.
using Environment = std::function<const char*(const char*)>;

/// Reads flags, environment and file; precedence flag > environment > file > default. Throws core::UsageError naming
/// the flag, the variable, or file, line and key, with the reason and a pointer to `--help`; never a password.
std::variant<Invocation, Answer, Probe> load(Program program, const std::vector<std::string>& arguments,
                                             const Environment& environment);

/// The connection string without its password, for logs and errors.
std::string redacted(const Database& database);

}  // namespace pizza::config
