#include "config/load.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "file.hpp"
#include "flags.hpp"
#include "keys.hpp"

namespace pizza::config {
namespace {

constexpr const char* kDefaultFile = "config.yaml";

std::vector<Given> read_environment(const Environment& environment) {
  std::vector<Given> given;
  const auto look_up = [&](const Key& key, const std::string& name) {
    const char* value = environment(name.c_str());
    if (value == nullptr || *value == '\0') return false;  // empty counts as unset
    given.push_back({.key = &key, .value = value, .where = name});
    return true;
  };
  for (const auto& key : keys()) {
    const bool found = key.source == Key::Source::everywhere && look_up(key, variable_name(key));
    if (!found && !key.short_variable.empty()) look_up(key, std::string{key.short_variable});
  }
  return given;
}

/// Within one source a value and a file that holds it contradict each other.
void refuse_rivals(const std::vector<Given>& source) {
  for (const auto& given : source) {
    if (!given.key->name.ends_with("_file")) continue;
    const auto plain = given.key->name.substr(0, given.key->name.size() - std::string_view{"_file"}.size());
    if (std::ranges::any_of(source, [&](const Given& other) { return other.key->name == plain; })) {
      throw core::UsageError(fmt::format("{}: {} is given too; only one of them can hold", given.where, plain));
    }
  }
}

/// A file that several services share may name secrets that only one of them can read.
bool is_others_file(Program program, std::string_view key) {
  if (!key.ends_with("_file") && !key.ends_with("sslrootcert")) return false;
  if (key.starts_with("database.")) return program == Program::notification_subscriber;
  if (key.starts_with("rabbitmq.")) return program == Program::tracking_service;
  if (key.starts_with("order.")) return program != Program::order_service;
  return key.starts_with("tracking.") && program != Program::tracking_service;
}

/// In the order of the table, whatever order the source has.
void apply(Program program, Draft& draft, std::vector<Given> source) {
  refuse_rivals(source);
  std::ranges::sort(source, {}, &Given::key);
  for (const auto& given : source) {
    if (is_others_file(program, given.key->name)) continue;
    if (given.store) {
      given.store(draft);
      continue;
    }
    if (const auto fault = given.key->apply(draft, given.value)) {
      throw core::UsageError(given.where + ": " + *fault);
    }
  }
}

void apply_file(Program program, Draft& draft, const std::string& named) {
  std::error_code ignored;
  if (!named.empty()) {
    apply(program, draft, read_file(named));
  } else if (std::filesystem::exists(kDefaultFile, ignored)) {
    apply(program, draft, read_file(kDefaultFile));
  }
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void check_station(const Kitchen& kitchen) {
  if (!has(kitchen.stations, kitchen.station)) {
    throw core::UsageError(fmt::format("--station: orders do not pass {}; kitchen.stations is {}", kitchen.station,
                                       fmt::join(kitchen.stations, ",")));
  }
  // Behind many orders that he may not take, a specialist would not see his own: the later stations have one queue
  // each.
  const bool takes_all = kitchen.order_types.empty() || kitchen.station == "cook" ||
                         (kitchen.station == "courier" && has(kitchen.order_types, "delivery"));
  if (!takes_all) {
    throw core::UsageError(
        fmt::format("--order-types: {} takes orders of every type; only cooks are specialised", kitchen.station));
  }
}

std::uint16_t admin_port(Program program, const Settings& settings) {
  switch (program) {
    case Program::order_service:
      return settings.order.admin_port;
    case Program::kitchen_worker:
      return settings.kitchen.admin_port;
    case Program::tracking_service:
      return settings.tracking.admin_port;
    case Program::notification_subscriber:
      return settings.notifier.admin_port;
  }
  return 0;
}

/// Where a service that listens on `address` is reached from the same machine.
std::string local_address(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  return address == "::" ? "::1" : address;
}

/// Who names a certificate to trust wants it checked; nobody is to find out later that it was not.
void check_trust(const Settings& settings) {
  const auto& database = settings.database;
  const auto has_mode = [&](std::string_view mode) {
    return database.sslmode == mode || database.url.find(fmt::format("sslmode={}", mode)) != std::string::npos;
  };
  if (!database.sslrootcert.empty() && !has_mode("verify-full") && !has_mode("verify-ca")) {
    throw core::UsageError("database.sslrootcert: is of use with database.sslmode verify-full or verify-ca only");
  }
  if (!settings.rabbitmq.ca_file.empty() && !settings.rabbitmq.tls) {
    throw core::UsageError("rabbitmq.ca_file: is of use with rabbitmq.tls or an amqps:// address only");
  }
}

std::variant<Invocation, Answer, Probe> settle(Program program, CommandLine line, const Environment& environment) {
  Draft draft;
  for (auto& host : draft.settings.rabbitmq.hosts) host.port = 0;  // so that tls can choose it
  apply_file(program, draft, line.config_file);
  apply(program, draft, read_environment(environment));
  apply(program, draft, std::move(line.values));
  Invocation invocation{.settings = finished(std::move(draft)),
                        .command = line.command,
                        .match = std::move(line.match),
                        .older_than = line.older_than};
  if (!line.probe.empty()) {
    return Probe{.path = "/" + line.probe,
                 .address = local_address(invocation.settings.admin_address),
                 .port = admin_port(program, invocation.settings)};
  }
  check_trust(invocation.settings);
  if (program == Program::kitchen_worker && invocation.settings.kitchen.worker_name.empty()) {
    throw core::UsageError(
        "--worker-name: is required; also PIZZA_KITCHEN_WORKER_NAME, or kitchen.worker_name in the file");
  }
  if (program == Program::kitchen_worker) check_station(invocation.settings.kitchen);
  return invocation;
}

}  // namespace

std::string_view to_string(Program program) {
  switch (program) {
    case Program::order_service:
      return "order-service";
    case Program::kitchen_worker:
      return "kitchen-worker";
    case Program::tracking_service:
      return "tracking-service";
    case Program::notification_subscriber:
      return "notification-subscriber";
  }
  return {};
}

std::variant<Invocation, Answer, Probe> load(Program program, const std::vector<std::string>& arguments,
                                             const Environment& environment) {
  try {
    auto line = parse_flags(program, arguments);
    if (auto* answer = std::get_if<Answer>(&line)) return std::move(*answer);
    return settle(program, std::move(std::get<CommandLine>(line)), environment);
  } catch (const core::UsageError& error) {
    throw core::UsageError(fmt::format("{} (see {} --help)", error.what(), to_string(program)));
  }
}

}  // namespace pizza::config
