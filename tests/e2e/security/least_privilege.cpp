#include "e2e/security/least_privilege.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include "core/error.hpp"
#include "core/ids.hpp"

namespace pizza::test {
namespace {

const std::string kScripts = PIZZA_SOURCE_DIR "/deploy/lib/";

/// As an operator does it. rabbitmqctl takes a second for each of its ten commands, and ten on a machine with other
/// work.
void apply_rights(const std::string& vhost, const Servers& servers) {
  const auto set = run(kScripts + "broker_rights.sh",
                       {"apply", vhost, kScripts + "servers.sh", "rabbitmqctl", servers.folder().string()}, {},
                       std::chrono::minutes{5});
  if (set.exit_code != 0) throw core::Error("broker_rights.sh failed:\n" + set.out + set.err);
}

/// The same rights at once, for users that are there.
void copy_rights(const std::string& vhost, const Servers& servers) {
  std::istringstream rights(run(kScripts + "broker_rights.sh", {"list"}).out);
  const auto quoted = [](const std::string& text) {
    std::string result = "<<\"";
    for (const char each : text) result += each == '\\' ? std::string{"\\\\"} : std::string{each};
    return result + "\">>";
  };
  std::string user;
  std::string configure;
  std::string write;
  std::string read;
  while (rights >> user >> configure >> write >> read) {
    servers.eval_in_broker("rabbit_auth_backend_internal:set_permissions(" + quoted(user) + ", " + quoted(vhost) +
                           ", " + quoted(configure) + ", " + quoted(write) + ", " + quoted(read) + ", <<\"test\">>).");
  }
}

}  // namespace

LeastPrivilege::LeastPrivilege(Restaurant& restaurant, const Servers& servers)
    : restaurant_(restaurant), password_(core::random_request_id()) {
  std::ifstream roles(PIZZA_SOURCE_DIR "/schema/roles.sql");
  auto& database = restaurant.database();
  database.query_as_admin({std::istreambuf_iterator<char>(roles), {}});
  for (const std::string role : {"pizza_order", "pizza_kitchen", "pizza_tracking", "pizza_prune"}) {
    database.query_as_admin("ALTER ROLE " + role + " PASSWORD '" + password_ + "'");
  }
  static bool applied = false;
  (applied ? copy_rights : apply_rights)(restaurant.vhost().name(), servers);
  applied = true;
  for (const std::string user : {"pizza_order", "pizza_kitchen", "pizza_notifier"}) {
    servers.eval_in_broker("rabbit_auth_backend_internal:change_password(<<\"" + user + "\">>, <<\"" + password_ +
                           "\">>, <<\"test\">>).");
  }
}

std::string LeastPrivilege::database_url(const std::string& role) const {
  const auto& database = restaurant_.database();
  return "postgres://" + role + ":" + password_ + "@" + database.server().host + ":" +
         std::to_string(database.server().port) + "/" + database.name();
}

std::string LeastPrivilege::broker_url(const std::string& user) const {
  const auto& broker = restaurant_.vhost().broker();
  return "amqp://" + user + ":" + password_ + "@" + broker.host + ":" + std::to_string(broker.port) + "/" +
         restaurant_.vhost().name();
}

std::map<std::string, std::string> LeastPrivilege::environment(const std::string& service) const {
  const std::string nowhere = "127.0.0.1:1";
  return {
      {"DB_URL", service == "notifier" ? "postgres://nobody@" + nowhere + "/none" : database_url("pizza_" + service)},
      {"RABBITMQ", service == "tracking" || service == "prune" ? nowhere : broker_url("pizza_" + service)}};
}

}  // namespace pizza::test
