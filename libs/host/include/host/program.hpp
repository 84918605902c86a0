#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "config/load.hpp"
#include "config/settings.hpp"
#include "core/error.hpp"
#include "core/shutdown.hpp"
#include "host/health.hpp"
#include "logging/logger.hpp"
#include "metrics/registry.hpp"

namespace pizza::host {

/// What every part of a running service is built with. All of it outlives the service.
struct Context {
  const config::Settings& settings;
  config::Command command;
  std::string match;                ///< of `command`, see config::Invocation
  std::chrono::seconds older_than;  ///< the same
  std::string service;
  logging::Logger& log;
  core::Shutdown& shutdown;
  Health& health;
  metrics::Registry& metrics;
};

/// The service could not do its work; it was logged where it happened. Exit code 1.
class StartupError : public core::Error {
 public:
  using core::Error::Error;
};

/// Everything around a service (CONTRACT §§1, 6): reads flags, environment and file, answers `--help`, starts logging
/// and signal handling, runs `service`, and turns its end into an exit code: 0 stopped as asked, 1 could not do its
/// work, 2 asked wrongly.
int run(config::Program program, int argc, char** argv, const std::function<int(Context&)>& service);

}  // namespace pizza::host
