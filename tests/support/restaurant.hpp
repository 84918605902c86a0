#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "http/client.hpp"
#include "support/process.hpp"
#include "support/servers.hpp"
#include "support/test_database.hpp"
#include "support/test_vhost.hpp"

namespace pizza::test {

/// A running executable of ours: the process, and the port where it answers HTTP (its own, or its operator port).
struct Service {
  std::string name;
  std::uint16_t port;
  Process process;

  Service(std::string its_name, std::uint16_t its_port, const std::filesystem::path& executable,
          std::vector<std::string> arguments, const Process::Options& options);
  /// nullopt: no complete answer.
  std::optional<http::Response> get(const std::string& path) const;
  std::optional<http::Response> post(const std::string& path, const std::string& body,
                                     const http::Client::Headers& headers = {}) const;
  /// Are all its dependencies there (`/readyz`)?
  bool ready() const;
};

/// How a service is started beyond what it needs: `{"--prefetch=4"}`, `{{"PIZZA_KITCHEN_MAX_WAIT", "2"}}`.
struct Extra {
  std::vector<std::string> flags;
  std::map<std::string, std::string> environment;
};

/// The real executables on a database and a virtual host of their own, set up and empty. Everything listens on free
/// loopback ports and logs at DEBUG. `start_…` returns once the service is ready and throws core::Error with its output
/// if it is not within 30 s. Not thread-safe, but the services and the clients made from their ports are.
///
///   Restaurant restaurant;
///   restaurant.start_order_service();
///   restaurant.start_kitchen("chef_a", {{"--cooking-time=0.1"}});
///   const auto number = restaurant.place(R"({"customer_name": …})");
///   REQUIRE(restaurant.wait_status(number, "ready"));
class Restaurant {
 public:
  explicit Restaurant(const Servers& servers = Servers::shared());

  TestDatabase& database() { return database_; }
  TestVhost& vhost() { return vhost_; }

  Service& start_order_service(const Extra& extra = {});
  Service& start_tracking(const Extra& extra = {});
  Service& start_kitchen(const std::string& worker_name, const Extra& extra = {});
  Service& start_subscriber(const Extra& extra = {});
  /// Kills the process (SIGKILL) if it still runs, and forgets it.
  void remove(Service& service);

  /// An executable that is not expected to stay: flags that are refused, operators' commands. Connection settings are
  /// given by environment as for the services.
  Finished run(const std::string& executable, const std::vector<std::string>& arguments, const Extra& extra = {});
  /// The same, left running and not waited for.
  std::unique_ptr<Process> launch(const std::string& executable, const std::vector<std::string>& arguments,
                                  const Extra& extra = {});

  /// `POST /orders` to the first order-service.
  std::optional<http::Response> place_order(const std::string& body, const http::Client::Headers& headers = {});
  /// The number of an order that must be accepted; throws core::Error with the answer if it is not.
  std::string place(const std::string& body);
  /// The status as committed; empty if there is no such order.
  std::string status(const std::string& number);
  bool wait_status(const std::string& number, const std::string& wanted,
                   std::chrono::milliseconds limit = std::chrono::seconds{20});
  /// The log's statuses in order, as "received cooking ready".
  std::string history(const std::string& number);
  /// What every process wrote, for `INFO(restaurant.output())`.
  std::string output() const;

 private:
  Service& start(const std::string& name, const std::string& executable, std::vector<std::string> flags,
                 const std::string& port_variable, const Extra& extra);
  std::map<std::string, std::string> environment(const Extra& extra) const;

  TestDatabase database_;
  TestVhost vhost_;
  std::list<Service> services_;
};

/// Valid bodies for `POST /orders`. `more` is put after the other members: `, "rush": true`.
std::string takeout_order(const std::string& customer = "Anna", const std::string& more = "");
std::string dine_in_order(const std::string& customer = "Anna", const std::string& more = "");
std::string delivery_order(const std::string& customer = "Anna", const std::string& more = "");

}  // namespace pizza::test
