#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "json/reader.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/patience.hpp"
#include "support/restaurant.hpp"
#include "support/stored_orders.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

/// A status message as it came out of `notifications_queue`.
struct Announcement {
  std::string order_number;
  std::string old_status;
  std::string new_status;
  std::string changed_by;
  BrokerMessage message;
  json::Value body;
};

/// Orders without an order-service: their rows are planted and their messages published by hand, so that a test decides
/// every priority, message id and moment. The workers are the real ones.
class PlantedOrders {
 public:
  explicit PlantedOrders(const Servers& servers = Servers::shared()) : restaurant(servers) {}

  Restaurant restaurant;

  TestDatabase& database() { return restaurant.database(); }
  TestVhost& vhost() { return restaurant.vhost(); }

  Service& start(const std::string& worker, std::vector<std::string> flags) {
    return restaurant.start_kitchen(worker, {std::move(flags)});
  }
  /// One more process, not waited for.
  std::unique_ptr<Process> launch(const std::string& worker, std::vector<std::string> flags = {}) {
    return restaurant.launch("kitchen-worker", {"--worker-name", worker}, {std::move(flags)});
  }

  /// An order in the database, `received`, whose message was not published yet; its number.
  std::string plant(const std::string& type = "takeout", int priority = 1) {
    return store_order(database(), {.type = type, .priority = priority});
  }
  /// The message that asks for it, as order-service would publish it.
  BrokerMessage message_of(const std::string& number) {
    const auto row = database().query("SELECT type, priority, request_id FROM orders WHERE number = '" + number + "'");
    const auto& [type, priority, request_id] = std::tie(row.at(0)[0], row.at(0)[1], row.at(0)[2]);
    return {.body = body_of(number, type, priority),
            .content_type = "application/json",
            .delivery_mode = 2,
            .priority = std::stoi(priority),
            .message_id = "m-" + number,
            .correlation_id = request_id,
            .type = "order",
            .app_id = "order-service",
            .routing_key = "kitchen." + type + "." + priority};
  }
  /// The printed members and nothing else.
  static std::string body_of(const std::string& number, const std::string& type, const std::string& priority = "1") {
    return R"({"order_number":")" + number + R"(","customer_name":"Anna","order_type":")" + type +
           R"(","table_number":null,"delivery_address":null,)"
           R"("items":[{"name":"Margherita","quantity":1,"price":12.50}],"total_amount":12.50,"priority":)" +
           priority + "}";
  }
  void publish(const BrokerMessage& message) { vhost().publish("orders_topic", message.routing_key, message); }
  /// Publishes the order's message; each time the same one.
  void send(const std::string& number) { publish(message_of(number)); }
  /// Planted and sent.
  std::string order(const std::string& type = "takeout", int priority = 1) {
    auto number = plant(type, priority);
    send(number);
    return number;
  }

  bool wait_status(const std::string& number, const std::string& wanted, std::chrono::milliseconds limit = 20s) {
    if (restaurant.wait_status(number, wanted, limit)) return true;
    UNSCOPED_INFO(number << " is " << restaurant.status(number) << ", not " << wanted << "\n" << restaurant.output());
    return false;
  }
  bool wait_ready(const std::string& number, std::chrono::milliseconds limit = 20s) {
    return wait_status(number, "ready", limit);
  }
  /// All of them.
  bool wait_ready(const std::vector<std::string>& numbers, std::chrono::milliseconds limit = 20s) {
    const auto deadline = core::after(limit);
    return std::ranges::all_of(numbers, [&](const std::string& number) {
      const auto left = deadline - std::chrono::steady_clock::now();
      return wait_ready(number, std::chrono::duration_cast<std::chrono::milliseconds>(left));
    });
  }
  std::string history(const std::string& number) { return restaurant.history(number); }
  /// An expression over the row of an order, a worker.
  std::string of_order(const std::string& number, const std::string& expression) {
    return database().value("SELECT " + expression + " FROM orders WHERE number = '" + number + "'");
  }
  std::string of_worker(const std::string& name, const std::string& expression) {
    return database().value("SELECT " + expression + " FROM workers WHERE name = '" + name + "'");
  }
  bool wait_until(const std::string& sql_condition, std::chrono::milliseconds limit = 20s) {
    if (eventually(core::after(limit), [&] { return database().value("SELECT " + sql_condition) == "t"; })) return true;
    UNSCOPED_INFO("never true: " << sql_condition << "\n" << restaurant.output());
    return false;
  }

  /// Until everything that was to be announced is: what is not published yet still has its outbox row.
  bool wait_announced() { return wait_until("NOT EXISTS (SELECT FROM outbox)", 40s); }
  /// Everything announced so far.
  const std::vector<Announcement>& announcements() {
    wait_announced();
    for (auto& message : vhost().take_all("notifications_queue")) {
      auto body = json::read(message.body).value();
      const auto text = [&](const char* name) { return *body.find(name)->string(); };
      announced_.push_back({text("order_number"), text("old_status"), text("new_status"), text("changed_by"),
                            std::move(message), std::move(body)});
    }
    return announced_;
  }
  /// An order's announcements in the order they came, as "cooking by anna, ready by anna".
  std::string announced(const std::string& number) {
    std::string result;
    for (const auto& each : announcements()) {
      if (each.order_number != number) continue;
      if (!result.empty()) result += ", ";
      result += each.new_status + " by " + each.changed_by;
    }
    return result;
  }
  /// The same where a message may come twice, as after a broker's death: the second of the same id is left out.
  std::string announced_once(const std::string& number) {
    const auto all = announcements();
    std::string result;
    for (auto each = all.begin(); each != all.end(); ++each) {
      const auto is_same = [&](const Announcement& other) {
        return other.message.message_id == each->message.message_id;
      };
      if (each->order_number != number || std::any_of(all.begin(), each, is_same)) continue;
      if (!result.empty()) result += ", ";
      result += each->new_status + " by " + each->changed_by;
    }
    return result;
  }
  /// Nothing waits, in any of the kitchen's queues.
  bool queues_empty() {
    return std::ranges::all_of(std::vector{"kitchen_takeout_queue", "kitchen_dine_in_queue", "kitchen_delivery_queue",
                                           "kitchen_queue", "kitchen_dead_letter_queue", "notifications_queue"},
                               [&](const char* queue) { return vhost().count(queue) == 0; });
  }

 private:
  std::vector<Announcement> announced_;
};

/// How a cleanly stopped process ends.
inline int stopped(Service& service, std::chrono::milliseconds limit = 20s) {
  return service.process.terminate(core::after(limit)).value_or(-1);
}

/// In SQL, at most four times as long for sanitized workers: `interval '700 ms'`.
inline std::string patient_interval(std::chrono::milliseconds limit) {
  return "interval '" + std::to_string(patient(limit).count()) + " ms'";
}

/// Waits until there are as many; a line may be written a moment after what it tells of can be seen.
inline bool wait_lines(const Process& process, const std::string& action, std::size_t wanted) {
  eventually(core::after(10s), [&] { return lines_of(process, action).size() >= wanted; });
  const auto lines = lines_of(process, action).size();
  if (lines != wanted) UNSCOPED_INFO(lines << " lines " << action << "\n" << process.output());
  return lines == wanted;
}

}  // namespace pizza::test
