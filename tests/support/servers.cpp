#include "support/servers.hpp"

#include <fstream>
#include <map>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/error.hpp"
#include "support/names.hpp"
#include "support/process.hpp"

namespace pizza::test {
namespace {

Finished servers_sh(const std::vector<std::string>& arguments) {
  return run(PIZZA_SOURCE_DIR "/deploy/lib/servers.sh", arguments, {}, std::chrono::minutes{3});
}

std::string must_succeed(const std::vector<std::string>& arguments) {
  const auto finished = servers_sh(arguments);
  if (finished.exit_code != 0) {
    throw core::Error("servers.sh " + arguments.front() + " failed:\n" + finished.out + finished.err);
  }
  return finished.out;
}

// Where ctest's fixture puts the pair of a run (tests/CMakeLists.txt).
constexpr const char* kSharedFolder = PIZZA_TEST_SERVERS;

bool fixture_runs() {
  return std::filesystem::exists(std::filesystem::path{kSharedFolder} / "endpoints") &&
         servers_sh({"status", kSharedFolder}).exit_code == 0;
}

}  // namespace

Servers::Servers(std::filesystem::path folder, bool owned) : folder_(std::move(folder)), owned_(owned) {
  if (owned_) script({"start", "--until-exit", std::to_string(::getpid()), "--in-memory"});
  read_endpoints();
}

Servers::Servers(Servers&& other) noexcept
    : folder_(std::move(other.folder_)),
      owned_(std::exchange(other.owned_, false)),
      database_(std::move(other.database_)),
      broker_(std::move(other.broker_)),
      management_port_(other.management_port_) {}

Servers::~Servers() {
  if (!owned_) return;
  try {
    servers_sh({"remove", folder_.string()});
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The guard that `start --until-exit` left removes them when this process ends.
  }
}

const Servers& Servers::shared() {
  static const Servers servers = fixture_runs() ? Servers(kSharedFolder, false) : own();
  return servers;
}

Servers Servers::own() { return {std::filesystem::temp_directory_path() / unique_name("pizza_servers"), true}; }

void Servers::read_endpoints() {
  std::ifstream file(folder_ / "endpoints");
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  const auto port = [&](const char* name) { return static_cast<std::uint16_t>(std::stoi(values.at(name))); };
  database_ = {values.at("DB_HOST"), port("DB_PORT"), values.at("DB_ADMIN"), values.at("DB_ADMIN_PASSWORD")};
  broker_ = {values.at("RABBIT_HOST"), port("RABBIT_PORT"), values.at("RABBIT_USER"), values.at("RABBIT_PASSWORD")};
  management_port_ = port("RABBIT_MANAGEMENT_PORT");
}

std::string Servers::script(std::initializer_list<std::string> arguments) const {
  std::vector<std::string> all{*arguments.begin(), folder_.string()};
  all.insert(all.end(), arguments.begin() + 1, arguments.end());
  return must_succeed(all);
}

namespace {
const char* to_string(Servers::Ending ending) { return ending == Servers::Ending::fast ? "fast" : "immediate"; }
}  // namespace

void Servers::stop_database(Ending ending) { script({"stop-db", to_string(ending)}); }
void Servers::start_database() { script({"start-db"}); }
void Servers::restart_database(Ending ending) { script({"restart-db", to_string(ending)}); }
void Servers::pause_database() { script({"pause", "db"}); }
void Servers::resume_database() { script({"resume", "db"}); }
void Servers::stop_broker() { script({"stop-rabbit"}); }
void Servers::kill_broker() { script({"kill-rabbit"}); }
void Servers::flush_broker() const { eval_in_broker("mnesia:sync_log()."); }
void Servers::wipe_broker() { script({"wipe-rabbit"}); }
void Servers::start_broker() { script({"start-rabbit"}); }
void Servers::restart_broker() { script({"restart-rabbit"}); }
void Servers::pause_broker() { script({"pause", "rabbit"}); }
void Servers::resume_broker() { script({"resume", "rabbit"}); }
void Servers::broker_alarm(bool on) { script({"alarm", on ? "on" : "off"}); }

std::string Servers::eval_in_broker(const std::string& expression) const { return script({"eval", expression}); }

std::string Servers::rabbitmqctl(std::initializer_list<std::string> arguments) const {
  std::vector<std::string> all{"rabbitmqctl", folder_.string()};
  all.insert(all.end(), arguments);
  return must_succeed(all);
}

}  // namespace pizza::test
