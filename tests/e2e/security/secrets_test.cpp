#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/ids.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kExecutables{"order-service", "kitchen-worker", "tracking-service",
                                            "notification-subscriber"};

std::string of_process(int pid, const std::string& file) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/" + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A restaurant whose secrets stand in files.
struct HouseOfSecretFiles {
  Restaurant restaurant;
  fs::path folder = fs::temp_directory_path() / unique_name("pizza_secrets");
  std::map<std::string, std::string> secrets{{"db", restaurant.database().password()},
                                             {"mq", restaurant.vhost().broker().password},
                                             {"staff", core::random_request_id()},
                                             {"desk", core::random_request_id()},
                                             {"hook", core::random_request_id()}};

  HouseOfSecretFiles() {
    fs::create_directory(folder);
    for (const auto& [name, secret] : secrets) std::ofstream(folder / name) << secret << (name == "mq" ? "\r\n" : "\n");
  }
  ~HouseOfSecretFiles() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  HouseOfSecretFiles(const HouseOfSecretFiles&) = delete;
  HouseOfSecretFiles& operator=(const HouseOfSecretFiles&) = delete;

  std::map<std::string, std::string> environment() {
    const auto& database = restaurant.database();
    const auto& broker = restaurant.vhost().broker();
    const auto file = [&](const char* name) { return (folder / name).string(); };
    return {{"DB_URL", ""},
            {"PIZZA_DATABASE_HOST", database.server().host},
            {"PIZZA_DATABASE_PORT", std::to_string(database.server().port)},
            {"PIZZA_DATABASE_USER", database.user()},
            {"PIZZA_DATABASE_PASSWORD_FILE", file("db")},
            {"PIZZA_DATABASE_DATABASE", database.name()},
            {"RABBITMQ", ""},
            {"PIZZA_RABBITMQ_HOST", broker.host},
            {"PIZZA_RABBITMQ_PORT", std::to_string(broker.port)},
            {"PIZZA_RABBITMQ_USER", broker.user},
            {"PIZZA_RABBITMQ_PASSWORD_FILE", file("mq")},
            {"PIZZA_RABBITMQ_VHOST", restaurant.vhost().name()},
            {"PIZZA_ORDER_STAFF_TOKEN_FILE", file("staff")},
            {"PIZZA_TRACKING_STAFF_TOKEN_FILE", file("desk")},
            {"PIZZA_NOTIFIER_WEBHOOKS",
             "[{url: \"http://127.0.0.1:1/\", secret_file: " + file("hook") + ", allow_private: true, attempts: 1}]"}};
  }
};

}  // namespace

TEST_CASE("secrets in files are seen neither in the process list, nor in the environment, nor in any line of a log") {
  HouseOfSecretFiles house;
  auto& restaurant = house.restaurant;
  const auto environment = house.environment();
  auto& orders = restaurant.start_order_service({.environment = environment});
  auto& kitchen = restaurant.start_kitchen("anna", {{"--cooking-time=0"}, environment});
  auto& tracking = restaurant.start_tracking({.environment = environment});
  auto& subscriber = restaurant.start_subscriber({.environment = environment});

  const auto number = restaurant.place(takeout_order("Anna Secret"));
  REQUIRE(restaurant.wait_status(number, "ready"));
  REQUIRE(subscriber.process.wait_for_line(logs_action("notification_failed", number), core::after(20s)));
  const auto bearer = [&](const char* name) {
    return http::Client::Headers{{"Authorization", "Bearer " + house.secrets.at(name)}};
  };
  CHECK(orders.post("/orders/" + number + "/complete", "", bearer("desk"))->status == 401);
  CHECK(orders.post("/orders/" + number + "/complete", "", bearer("staff"))->status == 200);
  const auto seen = http::Client("127.0.0.1", tracking.port, 10s).send("GET", "/orders/" + number, "", bearer("desk"));
  REQUIRE(seen);
  CHECK(seen->body.contains("Anna Secret"));

  for (auto* service : {&orders, &kitchen, &tracking, &subscriber}) {
    const auto command_line = of_process(service->process.pid(), "cmdline");
    const auto variables = of_process(service->process.pid(), "environ");
    CHECK(variables.contains("PIZZA_DATABASE_PASSWORD_FILE"));  // it can be read
    REQUIRE(service->process.terminate(core::after(30s)) == 0);
    for (const auto& [name, secret] : house.secrets) {
      CAPTURE(service->name, name);
      CHECK_FALSE(command_line.contains(secret));
      CHECK_FALSE(variables.contains(secret));
      CHECK_FALSE(service->process.output().contains(secret));
    }
  }
}

TEST_CASE("a wrong password ends the start of every service, and is not repeated") {
  HouseOfSecretFiles house;
  for (const std::string wrong : {"db", "mq"}) {
    std::ofstream(house.folder / wrong) << "not-the-p4ssword\n";
    for (const auto& name : kExecutables) {
      if (name == (wrong == "db" ? "notification-subscriber" : "tracking-service")) continue;
      CAPTURE(wrong, name);
      auto environment = house.environment();
      environment.insert({{"PIZZA_STARTUP_TIMEOUT", "0.5"}, {"PIZZA_KITCHEN_WORKER_NAME", "anna"}});
      const auto finished = house.restaurant.run(name, {}, {.environment = environment});
      INFO(finished.out << finished.err);
      CHECK(finished.exit_code == 1);
      CHECK(finished.out.contains(wrong == "db" ? "db_connection_failed" : "rabbitmq_connection_failed"));
      CHECK(finished.out.contains(wrong == "db" ? "password authentication failed" : "ACCESS_REFUSED"));
      CHECK_FALSE((finished.out + finished.err).contains("not-the-p4ssword"));
    }
    std::ofstream(house.folder / wrong) << house.secrets.at(wrong);
  }
}

TEST_CASE("a secret's file that is missing or empty is refused by key and name, before anything starts") {
  HouseOfSecretFiles house;
  struct Row {
    std::string file, variable;
    std::vector<std::string> executables;  // that use it
  };
  const auto& all = kExecutables;
  for (const auto& row : {Row{"db", "PIZZA_DATABASE_PASSWORD_FILE", {all[0], all[1], all[2]}},
                          Row{"mq", "PIZZA_RABBITMQ_PASSWORD_FILE", {all[0], all[1], all[3]}},
                          Row{"staff", "PIZZA_ORDER_STAFF_TOKEN_FILE", {all[0]}},
                          Row{"desk", "PIZZA_TRACKING_STAFF_TOKEN_FILE", {all[2]}},
                          Row{"hook", "notifier.webhooks[0].secret_file", {all[3]}}}) {
    const auto file = house.folder / row.file;
    for (const bool missing : {true, false}) {
      if (missing) {
        fs::remove(file);
      } else {
        std::ofstream(file) << "\n";
      }
      for (const auto& name : row.executables) {
        CAPTURE(row.file, missing, name);
        auto environment = house.environment();
        environment.emplace("PIZZA_KITCHEN_WORKER_NAME", "anna");
        const auto finished = house.restaurant.run(name, {}, {.environment = environment});
        CHECK(finished.exit_code == 2);
        CHECK(finished.out.empty());
        CHECK(finished.err.contains(row.variable));
        CHECK(finished.err.contains(file.filename().string()));
      }
    }
    std::ofstream(file) << house.secrets.at(row.file);
  }
}
