#include "keys.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "address.hpp"
#include "core/ids.hpp"
#include "values.hpp"
#include "webhooks.hpp"

namespace pizza::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Apply = std::function<Fault(Draft&, const std::string&)>;

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxName = 100;
constexpr milliseconds kDay = std::chrono::hours{24};
constexpr std::array<std::string_view, 4> kLevels{"DEBUG", "INFO", "WARN", "ERROR"};
constexpr std::array<std::string_view, 6> kSslModes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};
constexpr std::array<std::string_view, 2> kWhenBrokerDown{"reject", "accept"};
constexpr std::array<std::string_view, 3> kOrderTypes{"dine_in", "takeout", "delivery"};
constexpr std::array<std::string_view, 4> kStations{"cook", "quality", "packaging", "courier"};

// Where a value goes: `at(&Settings::order, &Order::port)`.
template <class Section, class Member>
auto at(Section Settings::* section, Member Section::* member) {
  return [=](Settings& settings) -> Member& { return settings.*section.*member; };
}
template <class Member>
auto at(Member Settings::* member) {
  return [=](Settings& settings) -> Member& { return settings.*member; };
}

/// Reads with `parse` and stores with `store`, unless it was refused.
template <class Parse, class Store>
Apply reading(Parse parse, Store store) {
  return [=](Draft& draft, const std::string& text) -> Fault {
    auto parsed = parse(text);
    if (!parsed) return std::move(parsed.error());
    store(draft, std::move(*parsed));
    return std::nullopt;
  };
}

template <class Parse, class Target>
Apply into(Target target, Parse parse) {
  return reading(parse, [=](Draft& draft, auto value) {
    auto& member = target(draft.settings);
    member = static_cast<std::remove_cvref_t<decltype(member)>>(std::move(value));
  });
}

template <class Target>
Apply whole(Target target, std::int64_t least, std::int64_t most) {
  return into(target, [=](const std::string& text) { return parse_whole(text, least, most); });
}
template <class Target>
Apply port(Target target, std::int64_t least = 1) {
  return whole(target, least, 65'535);
}
template <class Target>
Apply duration(Target target, milliseconds least, milliseconds most = kDay) {
  return into(target, [=](const std::string& text) { return parse_seconds(text, least, most); });
}
template <class Target>
Apply text(Target target, std::size_t most = kMaxText) {
  return into(target, [=](const std::string& value) { return parse_text(value, most); });
}
template <class Target>
Apply word(Target target, std::span<const std::string_view> words) {
  return into(target, [=](const std::string& value) { return parse_word(value, words); });
}
template <class Target>
Apply words(Target target, std::span<const std::string_view> known) {
  return into(target, [=](const std::string& value) { return parse_words(value, known); });
}

Apply not_empty(Apply apply) {
  return [apply = std::move(apply)](Draft& draft, const std::string& value) -> Fault {
    if (value.find_first_not_of(' ') == std::string::npos) return "must not be empty";
    return apply(draft, value);
  };
}

/// Passwords are taken as they are; nothing about them is ever repeated.
template <class Target>
Apply secret(Target target) {
  return [=](Draft& draft, const std::string& value) -> Fault {
    if (value.size() > kMaxText || value.find('\0') != std::string::npos) return "is not usable as a password";
    target(draft.settings) = value;
    return std::nullopt;
  };
}

/// The same from a file (a mounted secret); one line end after it does not belong to it.
template <class Target>
Apply secret_file(Target target) {
  return [=](Draft& draft, const std::string& path) -> Fault {
    auto value = read_text_file(path);
    if (!value) return fmt::format("{}: {}", in_quotes(path), value.error());
    if (value->ends_with('\n')) value->pop_back();
    if (value->ends_with('\r')) value->pop_back();
    const auto fault = value->empty() ? "is empty" : secret(target)(draft, *value);
    return fault ? fmt::format("{}: {}", in_quotes(path), *fault) : fault;
  };
}

/// Whom to trust. Without the file libpq would trust everyone under some modes, so it is looked at before.
template <class Target>
Apply certificate_file(Target target) {
  return [=](Draft& draft, const std::string& path) -> Fault {
    if (!path.empty()) {
      const auto content = read_text_file(path);
      if (!content) return fmt::format("{}: {}", in_quotes(path), content.error());
      if (content->find("-----BEGIN ") == std::string::npos) {
        return fmt::format("{}: holds no certificate (PEM)", in_quotes(path));
      }
    }
    return text(target)(draft, path);
  };
}

Parsed<std::string> parse_worker_name(std::string name) {
  constexpr std::string_view kHost = "{hostname}";
  if (const auto found = name.find(kHost); found != std::string::npos) {
    name.replace(found, kHost.size(), core::hostname());
  }
  return parse_text(name, kMaxName);
}

/// It becomes part of a queue's name.
Parsed<std::string> parse_subscriber_name(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_';
  });
  if (plain && name.size() <= kMaxName) return name;
  return std::unexpected(
      fmt::format("must be at most {} letters, digits, '.', '-' and '_', not {}", kMaxName, in_quotes(name)));
}

/// In the order an order passes them, so that a list written in another order is not a surprise.
Parsed<std::vector<std::string>> parse_stations(const std::string& text) {
  auto stations = parse_words(text, kStations);
  if (!stations) return stations;
  const auto place = [](const std::string& name) { return std::ranges::find(kStations, name) - kStations.begin(); };
  if (!stations->empty() && stations->front() == kStations.front() &&
      std::ranges::is_sorted(*stations, std::ranges::less_equal{}, place)) {
    return stations;
  }
  return std::unexpected(fmt::format("must begin with cook and keep the order of {}", fmt::join(kStations, ", ")));
}

Parsed<WhenBrokerDown> parse_when_broker_down(const std::string& text) {
  const auto choice = parse_word(text, kWhenBrokerDown);
  if (!choice) return std::unexpected(choice.error());
  return *choice == "accept" ? WhenBrokerDown::accept : WhenBrokerDown::reject;
}

Parsed<std::vector<HostPort>> parse_hosts(const std::string& text) {
  std::vector<HostPort> hosts;
  for (const auto one : split(text, ',')) {
    auto host = parse_host_port(one);
    if (!host) return std::unexpected(fmt::format("{}, not {}", host.error(), in_quotes(one)));
    hosts.push_back(std::move(*host));
  }
  return hosts;
}

Parsed<std::string> parse_host(const std::string& text) {
  if (text.find_first_of(" ,@/") == std::string::npos) return parse_text(text, 255);
  return std::unexpected(fmt::format("must be a host name or address, not {}", in_quotes(text)));
}

void store_broker_address(Draft& draft, BrokerAddress address) {
  auto& rabbitmq = draft.settings.rabbitmq;
  rabbitmq.hosts = {std::move(address.host)};
  draft.rabbitmq_port = 0;
  if (address.tls) rabbitmq.tls = *address.tls;
  if (address.user) rabbitmq.user = std::move(*address.user);
  if (address.password) rabbitmq.password = std::move(*address.password);
  if (address.vhost) rabbitmq.vhost = std::move(*address.vhost);
}

std::vector<Key> common_keys() {
  constexpr auto kFlagOnly = Key::Source::not_in_file;
  return {
      {"database.url", "", into(at(&Settings::database, &Database::url), parse_database_url), kFlagOnly, "DB_URL"},
      {"database.host", "localhost", not_empty(into(at(&Settings::database, &Database::host), parse_host))},
      {"database.port", "5432", port(at(&Settings::database, &Database::port))},
      {"database.user", "restaurant_user", not_empty(text(at(&Settings::database, &Database::user)))},
      {"database.password", "", secret(at(&Settings::database, &Database::password))},
      {"database.password_file", "", not_empty(secret_file(at(&Settings::database, &Database::password)))},
      {"database.database", "restaurant_db", not_empty(text(at(&Settings::database, &Database::database)))},
      {"database.sslmode", "", word(at(&Settings::database, &Database::sslmode), kSslModes)},
      {"database.sslrootcert", "", certificate_file(at(&Settings::database, &Database::sslrootcert))},
      {"database.pool_size", "4", whole(at(&Settings::database, &Database::pool_size), 1, 1000)},
      {"database.statement_timeout", "5",
       duration(at(&Settings::database, &Database::statement_timeout), milliseconds{100})},

      {"rabbitmq.address", "localhost:5672", reading(parse_broker_address, store_broker_address), kFlagOnly,
       "RABBITMQ"},
      {"rabbitmq.host", "localhost",
       not_empty(
           reading(parse_host,
                   [](Draft& draft, std::string host) { draft.settings.rabbitmq.hosts = {{std::move(host), 0}}; }))},
      {"rabbitmq.port", "5672",
       reading([](const std::string& value) { return parse_whole(value, 1, 65'535); },
               [](Draft& draft, std::int64_t value) { draft.rabbitmq_port = static_cast<std::uint16_t>(value); })},
      {"rabbitmq.hosts", "", into(at(&Settings::rabbitmq, &Rabbitmq::hosts), parse_hosts)},
      {"rabbitmq.user", "guest", not_empty(text(at(&Settings::rabbitmq, &Rabbitmq::user)))},
      {"rabbitmq.password", "", secret(at(&Settings::rabbitmq, &Rabbitmq::password))},
      {"rabbitmq.password_file", "", not_empty(secret_file(at(&Settings::rabbitmq, &Rabbitmq::password)))},
      {"rabbitmq.vhost", "/", not_empty(text(at(&Settings::rabbitmq, &Rabbitmq::vhost), 255))},
      {"rabbitmq.tls", "false", into(at(&Settings::rabbitmq, &Rabbitmq::tls), parse_bool)},
      {"rabbitmq.ca_file", "", certificate_file(at(&Settings::rabbitmq, &Rabbitmq::ca_file))},

      {"logging.level", "INFO", word(at(&Settings::logging, &Logging::level), kLevels), {}, "LOG_LEVEL"},
      {"logging.file", "", text(at(&Settings::logging, &Logging::file))},

      {"admin_address", "0.0.0.0", not_empty(into(at(&Settings::admin_address), parse_host))},
      {"drain_delay", "0", duration(at(&Settings::drain_delay), milliseconds{0})},
      {"shutdown_timeout", "30", duration(at(&Settings::shutdown_timeout), milliseconds{0})},
      {"startup_timeout", "30", duration(at(&Settings::startup_timeout), milliseconds{0})},
  };
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it loses track of std::function

std::vector<Key> service_keys() {
  return {
      {"order.address", "0.0.0.0", not_empty(into(at(&Settings::order, &Order::address), parse_host))},
      {"order.port", "3000", port(at(&Settings::order, &Order::port))},
      {"order.max_concurrent", "50", whole(at(&Settings::order, &Order::max_concurrent), 1, 100'000)},
      {"order.when_broker_down", "reject",
       into(at(&Settings::order, &Order::when_broker_down), parse_when_broker_down)},
      {"order.staff_token", "", not_empty(secret(at(&Settings::order, &Order::staff_token)))},
      {"order.staff_token_file", "", not_empty(secret_file(at(&Settings::order, &Order::staff_token)))},
      {"order.reconcile_interval", "5", duration(at(&Settings::order, &Order::reconcile_interval), milliseconds{100})},
      {"order.admin_port", "0", port(at(&Settings::order, &Order::admin_port), 0)},

      {"kitchen.worker_name", "", not_empty(into(at(&Settings::kitchen, &Kitchen::worker_name), parse_worker_name))},
      {"kitchen.order_types", "", words(at(&Settings::kitchen, &Kitchen::order_types), kOrderTypes)},
      {"kitchen.prefetch", "1", whole(at(&Settings::kitchen, &Kitchen::prefetch), 1, 65'535)},
      {"kitchen.heartbeat_interval", "30", whole(at(&Settings::kitchen, &Kitchen::heartbeat_interval), 1, 86'400)},
      {"kitchen.cooking_time", "10", duration(at(&Settings::kitchen, &Kitchen::cooking_time), milliseconds{0})},
      {"kitchen.max_active_workers", "0", whole(at(&Settings::kitchen, &Kitchen::max_active_workers), 0, 100'000)},
      {"kitchen.max_wait", "600", duration(at(&Settings::kitchen, &Kitchen::max_wait), milliseconds{100})},
      {"kitchen.stations", "cook", into(at(&Settings::kitchen, &Kitchen::stations), parse_stations)},
      {"kitchen.station", "cook", word(at(&Settings::kitchen, &Kitchen::station), kStations)},
      {"kitchen.admin_port", "0", port(at(&Settings::kitchen, &Kitchen::admin_port), 0)},

      {"tracking.address", "0.0.0.0", not_empty(into(at(&Settings::tracking, &Tracking::address), parse_host))},
      {"tracking.port", "3002", port(at(&Settings::tracking, &Tracking::port))},
      {"tracking.staff_token", "", not_empty(secret(at(&Settings::tracking, &Tracking::staff_token)))},
      {"tracking.staff_token_file", "", not_empty(secret_file(at(&Settings::tracking, &Tracking::staff_token)))},
      {"tracking.admin_port", "0", port(at(&Settings::tracking, &Tracking::admin_port), 0)},

      {"notifier.customer", "", text(at(&Settings::notifier, &Notifier::customer), kMaxName)},
      {"notifier.notification_types", "", words(at(&Settings::notifier, &Notifier::notification_types), kStatuses)},
      {"notifier.subscriber_name", "",
       into(at(&Settings::notifier, &Notifier::subscriber_name), parse_subscriber_name)},
      {kWebhooksKey, "", apply_webhooks},
      {"notifier.admin_port", "0", port(at(&Settings::notifier, &Notifier::admin_port), 0)},
  };
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it loses track of std::function

std::vector<Key> make_keys() {
  auto all = common_keys();
  std::ranges::move(service_keys(), std::back_inserter(all));
  return all;
}

}  // namespace

std::span<const Key> keys() {
  static const std::vector<Key> all = make_keys();
  return all;
}

const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(keys(), name, &Key::name);
  return found == keys().end() ? nullptr : &*found;
}

std::string variable_name(const Key& key) {
  std::string name = "PIZZA_" + std::string{key.name};
  std::ranges::transform(name, name.begin(), [](char c) {
    if (c == '.') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(keys(), [&](const Key& key) {
    return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
  });
}

Settings finished(Draft draft) {
  auto& rabbitmq = draft.settings.rabbitmq;
  const std::uint16_t standard = rabbitmq.tls ? 5671 : 5672;
  for (auto& host : rabbitmq.hosts) {
    if (host.port == 0) host.port = draft.rabbitmq_port != 0 ? draft.rabbitmq_port : standard;
  }
  return std::move(draft.settings);
}

}  // namespace pizza::config
