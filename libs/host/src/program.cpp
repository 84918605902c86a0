#include "host/program.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>

#include "core/clock.hpp"
#include "metrics/process.hpp"
#include "notify_socket.hpp"
#include "probe.hpp"

namespace pizza::host {
namespace {

constexpr int kFailed = 1;
constexpr int kAskedWrongly = 2;

/// SIGHUP opens the log file again for as long as there is a logger.
class HangupReopens {
 public:
  HangupReopens(core::Shutdown& shutdown, logging::Logger& log) : shutdown_(shutdown) {
    shutdown.on_hangup([&log] { log.reopen(); });
  }
  ~HangupReopens() { shutdown_.on_hangup({}); }
  HangupReopens(const HangupReopens&) = delete;
  HangupReopens& operator=(const HangupReopens&) = delete;

 private:
  core::Shutdown& shutdown_;
};

/// What a start waits for, in turn: the database, a publisher, a consumer; and what it does in between.
core::Deadline start_ends(const config::Settings& settings) {
  return core::after(3 * settings.startup_timeout + std::chrono::seconds{30});
}

void add_metrics_of_all(metrics::Registry& metrics, const std::string& service, const logging::Logger& log) {
  using logging::Level;
  metrics
      .gauge("pizza_build_info", "1, with the release as a label", {{"service", service}, {"version", PIZZA_VERSION}})
      .set(1);
  for (const auto& [level, name] : {std::pair{Level::debug, "debug"}, {Level::info, "info"}, {Level::error, "error"}}) {
    metrics.counter_of("pizza_log_lines_total", "Log lines, dropped ones too",
                       [&log, level] { return static_cast<double>(log.lines(level)); }, {{"level", name}});
  }
  metrics.counter_of("pizza_log_lines_dropped_total", "Log lines lost since nobody read the output fast enough",
                     [&log] { return static_cast<double>(log.dropped()); });
  metrics::add_process_metrics(metrics);
}

int run_service(config::Program program, const config::Invocation& invocation, NotifySocket systemd,
                const std::function<int(Context&)>& service) {
  core::Shutdown shutdown;
  const auto& settings = invocation.settings;
  const std::string name{config::to_string(program)};
  // Standard output is for what these found or did, and who runs them wants to see why they failed.
  const bool prints_result =
      invocation.command == config::Command::audit || invocation.command == config::Command::prune;
  logging::Logger log({.service = name,
                       .level = logging::parse_level(settings.logging.level).value_or(logging::Level::info),
                       .file = prints_result ? "" : settings.logging.file,
                       .on_standard_error = prints_result,
                       .worker_name = program == config::Program::kitchen_worker ? settings.kitchen.worker_name : ""});
  const HangupReopens hangup(shutdown, log);
  Health health(std::move(systemd), start_ends(settings), log);
  metrics::Registry metrics;
  add_metrics_of_all(metrics, name, log);
  Context context{settings, invocation.command, invocation.match, invocation.older_than, name, log, shutdown, health,
                  metrics};
  try {
    return service(context);
  } catch (const StartupError&) {
    return shutdown.requested() ? shutdown.exit_code() : kFailed;
  } catch (const core::UsageError&) {
    throw;
  } catch (const std::exception& error) {
    log.error({.action = "service_failed", .message = name + " cannot go on: " + error.what()}, error);
    return kFailed;
  }
}

}  // namespace

int run(config::Program program, int argc, char** argv, const std::function<int(Context&)>& service) {
  // Many short-lived threads would otherwise make glibc keep an arena each.
  mallopt(M_ARENA_MAX, 2);
  auto systemd = NotifySocket::from_environment();
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  try {
    const auto asked = config::load(program, std::vector<std::string>(argv + 1, argv + argc), environment);
    if (const auto* answer = std::get_if<config::Answer>(&asked)) {
      fmt::print("{}", answer->text);
      return 0;
    }
    if (const auto* question = std::get_if<config::Probe>(&asked)) return probe(program, *question);
    return run_service(program, std::get<config::Invocation>(asked), std::move(systemd), service);
  } catch (const core::UsageError& error) {
    fmt::print(stderr, "{}: {}\n", config::to_string(program), error.what());
    return kAskedWrongly;
  }
}

}  // namespace pizza::host
