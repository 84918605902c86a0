#include "flags.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "help.hpp"
#include "values.hpp"

namespace pizza::config {
namespace {

struct Flag {
  std::optional<Program> program;  ///< nullopt: every program has it
  const char* name;
  std::string_view key;
  const char* value;
  std::string_view doc;
};

constexpr auto kOrder = Program::order_service;
constexpr auto kKitchen = Program::kitchen_worker;
constexpr auto kTracking = Program::tracking_service;
constexpr auto kNotifier = Program::notification_subscriber;

constexpr std::array<Flag, 19> kFlags{{
    {kOrder, "--port", "order.port", "PORT", "HTTP port of the API, 1-65535"},
    {kOrder, "--max-concurrent", "order.max_concurrent", "N", "orders being processed at once, 1 or more"},
    {kKitchen, "--worker-name", "kitchen.worker_name", "NAME", "required, unique; {hostname} in it is replaced"},
    {kKitchen, "--order-types", "kitchen.order_types", "TYPE,...", "some of dine_in, takeout, delivery (default: all)"},
    {kKitchen, "--prefetch", "kitchen.prefetch", "N", "orders held at once, 1-65535"},
    {kKitchen, "--heartbeat-interval", "kitchen.heartbeat_interval", "SECONDS", "between two signs of life, 1 or more"},
    {kKitchen, "--cooking-time", "kitchen.cooking_time", "SECONDS", "base time, decimals allowed, 0 too"},
    {kKitchen, "--station", "kitchen.station", "NAME", "cook, quality, packaging or courier; one of kitchen.stations"},
    {kTracking, "--port", "tracking.port", "PORT", "HTTP port of the API, 1-65535"},
    {kNotifier, "--customer", "notifier.customer", "NAME", "only this customer's orders (default: every one's)"},
    {kNotifier, "--notification-types", "notifier.notification_types", "STATUS,...",
     "only these statuses, such as cooking,ready (default: all)"},
    {kNotifier, "--subscriber-name", "notifier.subscriber_name", "NAME", "keep what comes while it is away"},
    {{}, "--db", "database.url", "URL", "postgres://user:pass@host:port/dbname; stands for all of `database`"},
    {{}, "--rabbitmq", "rabbitmq.address", "ADDRESS", "HOST[:PORT] or amqp[s]://user:pass@host:port/vhost"},
    {{}, "--rabbitmq-user", "rabbitmq.user", "NAME", "user at the broker"},
    {{}, "--rabbitmq-pass", "rabbitmq.password", "PASSWORD", "better: rabbitmq.password_file (default: guest)"},
    {{}, "--log-level", "logging.level", "LEVEL", "DEBUG, INFO, WARN or ERROR"},
    {{}, "--log-file", "logging.file", "PATH", "written to instead of standard output"},
    {{}, "--config", "", "PATH", "the YAML file (default: ./config.yaml if there is one)"},
}};

struct CommandFlag {
  std::string_view name;
  Command command;
  const char* doc;
};

constexpr std::array<CommandFlag, 5> kCommands{{
    {"--setup-db", Command::setup_db, "create the database schema, then exit"},
    {"--migrate-db", Command::migrate_db, "bring the database schema up to date, then exit"},
    {"--setup-queues", Command::setup_queues, "declare exchanges and queues, then exit"},
    {"--audit", Command::audit, "look for orders that are lost, stuck or recorded wrongly, then exit; 0 if none is"},
    {"--prune", Command::prune, "delete finished orders older than --older-than, then exit"},
}};

constexpr std::string_view kProbe = "--probe";
constexpr std::array<std::string_view, 2> kProbes{"livez", "readyz"};

constexpr std::string_view kDeadLetters = "--dead-letters";
constexpr std::string_view kMatch = "--match";
constexpr std::string_view kOlderThan = "--older-than";
/// As long as an Idempotency-Key is kept, so that no answer loses its order; and `90m` deletes nothing by mistake.
constexpr std::chrono::days kYoungest{1};
constexpr std::chrono::days kOldest{36500};
constexpr std::array<std::pair<std::string_view, Command>, 3> kDeadLetterCommands{
    {{"list", Command::list_dead_letters},
     {"redrive", Command::redrive_dead_letters},
     {"discard", Command::discard_dead_letters}}};

constexpr std::array kPrograms{kOrder, kKitchen, kTracking, kNotifier};

bool is_of(const Flag& flag, Program program) { return !flag.program || *flag.program == program; }

std::string doc_with_default(const Flag& flag) {
  const auto* key = find_key(flag.key);
  if (key == nullptr || key->default_value.empty()) return std::string{flag.doc};
  return fmt::format("{} (default: {})", flag.doc, key->default_value);
}

class Layout : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* /*app*/, std::string name) const override {
    const bool named = name == to_string(kKitchen);
    return fmt::format("\nUsage:\n  {}{} [OPTIONS]\n", name, named ? " --worker-name=NAME" : "");
  }
};

/// CLI11 leaves two empty lines between groups.
std::string without_gaps(std::string text) {
  for (auto gap = text.find("\n\n\n"); gap != std::string::npos; gap = text.find("\n\n\n", gap)) text.erase(gap, 1);
  return text;
}

/// Every flag is declared to take any number of values; how many came is judged here, in words of ours.
class Parser {
 public:
  explicit Parser(Program program) : program_(program), app_(description(program), std::string{to_string(program)}) {
    app_.set_help_flag("--help", "show this and exit")->group("Options");
    app_.set_version_flag("--version", fmt::format("{} {}", to_string(program), PIZZA_VERSION),
                          "show the version and exit")
        ->group("Options");
    app_.formatter(std::make_shared<Layout>());
    app_.get_formatter()->column_width(34);
    app_.footer(footer(program));
    mode_ = add("--mode", "NAME", fmt::format("optional: {}, which this is", to_string(program)), "Options");
    for (const auto& flag : kFlags) {
      if (is_of(flag, program)) add(flag.name, flag.value, doc_with_default(flag), flag.program ? "Service" : "Common");
    }
    add(kProbe.data(), "livez|readyz",
        "ask the running service at its admin_port, print its answer; exit 0 if it is well", "Commands");
    if (program != Program::order_service) return;
    for (const auto& [name, command, doc] : kCommands) {
      app_.add_flag(std::string{name}, doc)
          ->disable_flag_override()
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
          ->group("Commands");
    }
    add(kDeadLetters.data(), "list|redrive|discard",
        "show the messages that could not be handled, send them again, or remove them; then exit", "Commands");
    add(kMatch.data(), "TEXT", "only dead letters whose order number, reason, origin or webhook contains it",
        "Commands");
    add(kOlderThan.data(), "AGE", "with --prune: how long ago they changed last, such as 90d (or h, m, s)", "Commands");
  }

  std::variant<CommandLine, Answer> parse(const std::vector<std::string>& arguments) {
    refuse_missing_values(arguments);
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    app_.allow_extras();  // they are refused below, without repeating what may be a password
    try {
      app_.parse(reversed);
    } catch (const CLI::CallForHelp&) {
      return Answer{without_gaps(app_.help())};
    } catch (const CLI::CallForVersion&) {
      return Answer{app_.version() + '\n'};
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string_view text{error.what()};  // `--port: 1 required PORT missing`
      throw core::UsageError(fmt::format("{}: needs a value", text.substr(0, text.find(':'))));
    } catch (const CLI::ParseError& error) {
      throw core::UsageError(error.what());
    }
    refuse_unknown(arguments);
    refuse_other_mode();
    return command_line();
  }

 private:
  CLI::Option* add(const char* name, const char* value, const std::string& doc, const char* group) {
    return app_.add_option(name, ignored_, doc)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1)
        ->allow_extra_args(false)
        ->type_name(value)
        ->group(group);
  }

  /// CLI11 would take whatever comes next as the value of `--port=` and `--port`.
  void refuse_missing_values(const std::vector<std::string>& arguments) const {
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
      const auto next = std::next(argument);
      const auto name = argument->substr(0, argument->find('='));
      const bool is_command = std::ranges::find(kCommands, name, &CommandFlag::name) != kCommands.end();
      const bool has_equals = name.size() != argument->size();
      if (is_command && has_equals) throw core::UsageError(name + ": takes no value");
      if (!argument->starts_with("--") || is_command || name == "--help" || name == "--version") continue;
      const bool empty = has_equals && name.size() + 1 == argument->size();
      const bool followed_by_flag = !has_equals && next != arguments.end() && next->starts_with("--");
      if (app_.get_option_no_throw(name) != nullptr && (empty || followed_by_flag)) {
        throw core::UsageError(name + ": needs a value");
      }
    }
  }

  void refuse_unknown(const std::vector<std::string>& arguments) {
    const auto extras = app_.remaining();
    if (extras.empty()) return;
    const auto& extra = extras.front();
    if (extra.starts_with('-')) throw core::UsageError(extra.substr(0, extra.find('=')) + ": is not a known flag");
    const auto position = std::ranges::find(arguments, extra) - arguments.begin() + 1;
    throw core::UsageError(fmt::format("argument {} belongs to no flag", position));
  }

  void refuse_other_mode() {
    const auto mode = value_of(*mode_);
    if (!mode || *mode == to_string(program_)) return;
    for (const auto other : kPrograms) {
      if (*mode != to_string(other)) continue;
      throw core::UsageError(fmt::format("--mode: this executable is {0}; run {1}, or restaurant-system --mode={1}",
                                         to_string(program_), *mode));
    }
    throw core::UsageError(fmt::format("--mode: must be {}, not {}", to_string(program_), in_quotes(*mode)));
  }

  CommandLine command_line() {
    CommandLine result;
    for (const auto& flag : kFlags) {
      if (!is_of(flag, program_)) continue;
      auto value = value_of(*app_.get_option(flag.name));
      if (!value) continue;
      if (flag.key.empty()) {
        result.config_file = std::move(*value);
      } else {
        result.values.push_back({.key = find_key(flag.key), .value = std::move(*value), .where = flag.name});
      }
    }
    result.command = command();
    result.probe = probe(result.command);
    if (program_ == Program::order_service) {
      result.match = match(result.command);
      result.older_than = older_than(result.command);
    }
    return result;
  }

  Command command() const {
    auto chosen = Command::run;
    if (program_ != Program::order_service) return chosen;
    std::string_view first;
    for (const auto& [name, command, doc] : kCommands) {
      const auto count = app_.get_option(std::string{name})->count();
      if (count == 0) continue;
      if (count > 1) throw core::UsageError(fmt::format("{}: is given twice", name));
      if (!first.empty()) throw core::UsageError(fmt::format("{}: cannot be combined with {}", name, first));
      first = name;
      chosen = command;
    }
    const auto action = value_of(*app_.get_option(std::string{kDeadLetters}));
    if (!action) return chosen;
    if (!first.empty()) throw core::UsageError(fmt::format("{}: cannot be combined with {}", kDeadLetters, first));
    for (const auto& [word, command] : kDeadLetterCommands) {
      if (*action == word) return command;
    }
    throw core::UsageError(
        fmt::format("{}: must be one of list, redrive, discard, not {}", kDeadLetters, in_quotes(*action)));
  }

  std::string probe(Command command) const {
    auto asked = value_of(*app_.get_option(std::string{kProbe}));
    if (!asked) return {};
    if (command != Command::run) throw core::UsageError(fmt::format("{}: cannot be combined with a command", kProbe));
    if (std::ranges::find(kProbes, *asked) != kProbes.end()) return std::move(*asked);
    throw core::UsageError(fmt::format("{}: must be livez or readyz, not {}", kProbe, in_quotes(*asked)));
  }

  std::string match(Command command) const {
    auto text = value_of(*app_.get_option(std::string{kMatch}));
    if (!text) return {};
    const bool chooses = std::ranges::find(kDeadLetterCommands, command,
                                           [](const auto& pair) { return pair.second; }) != kDeadLetterCommands.end();
    if (!chooses) throw core::UsageError(fmt::format("{}: needs {}", kMatch, kDeadLetters));
    return std::move(*text);
  }

  std::chrono::seconds older_than(Command command) const {
    const auto text = value_of(*app_.get_option(std::string{kOlderThan}));
    if (command != Command::prune) {
      if (text) throw core::UsageError(fmt::format("{}: needs --prune", kOlderThan));
      return {};
    }
    if (!text) throw core::UsageError(fmt::format("--prune: needs {}, such as {}=90d", kOlderThan, kOlderThan));
    const auto age = parse_age(*text, kYoungest, kOldest);
    if (!age) throw core::UsageError(fmt::format("{}: {}", kOlderThan, age.error()));
    return *age;
  }

  static std::optional<std::string> value_of(const CLI::Option& option) {
    const auto& values = option.results();
    if (values.empty()) return std::nullopt;
    if (values.size() > 1) throw core::UsageError(option.get_name() + ": is given twice");
    if (values.front().empty()) throw core::UsageError(option.get_name() + ": needs a value");
    return values.front();
  }

  Program program_;
  std::vector<std::string> ignored_;
  CLI::App app_;
  CLI::Option* mode_ = nullptr;
};

}  // namespace

std::variant<CommandLine, Answer> parse_flags(Program program, const std::vector<std::string>& arguments) {
  return Parser(program).parse(arguments);
}

}  // namespace pizza::config
