#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "e2e/kitchen/planted_orders.hpp"

namespace pizza::test {

/// A kitchen with its order-service, whose staff can step in.
class BusyKitchen : public PlantedOrders {
 public:
  BusyKitchen() { orders = &restaurant.start_order_service({.environment = {{"PIZZA_ORDER_STAFF_TOKEN", "spatula"}}}); }

  Service* orders;

  Service& start(const std::string& worker, std::vector<std::string> flags,
                 std::map<std::string, std::string> environment = {}) {
    return restaurant.start_kitchen(worker, {std::move(flags), std::move(environment)});
  }
  /// `POST /orders/{number}/{operation}`; the status of the answer.
  int staff(const std::string& number, const std::string& operation, const std::string& body) {
    const auto answer =
        orders->post("/orders/" + number + '/' + operation, body, {{"Authorization", "Bearer spatula"}});
    if (!answer) return 0;
    UNSCOPED_INFO(operation << ' ' << number << ": " << answer->status << ' ' << answer->body);
    return answer->status;
  }
  /// The database's time now, for comparisons with its own timestamps.
  std::string now() { return database().value("SELECT clock_timestamp()"); }
  /// The numbers of the orders in the sequence in which they began to cook.
  std::vector<std::string> cooked() {
    std::vector<std::string> numbers;
    for (const auto& row :
         database().query("SELECT o.number FROM order_status_log l JOIN orders o ON o.id = l.order_id "
                          "WHERE l.status = 'cooking' ORDER BY l.created_at, l.id")) {
      numbers.push_back(row[0]);
    }
    return numbers;
  }
  /// The notes of an order's log, as "anna: priority 1 -> 5: …; …".
  std::string notes(const std::string& number) {
    return database().value(
        "SELECT coalesce(string_agg(l.changed_by || ': ' || l.notes, '; ' ORDER BY l.id), '') FROM order_status_log l "
        "JOIN orders o ON o.id = l.order_id WHERE l.status IS NULL AND o.number = '" +
        number + "'");
  }
};

}  // namespace pizza::test
