#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "e2e/kitchen/planted_orders.hpp"

namespace pizza::test {

/// A restaurant with all four stations, and its orders.
class Brigade : public PlantedOrders {
 public:
  Brigade() : orders(&restaurant.start_order_service({.environment = kStations})) {}

  static inline const std::map<std::string, std::string> kStations{
      {"PIZZA_KITCHEN_STATIONS", "cook,quality,packaging,courier"}, {"PIZZA_ORDER_STAFF_TOKEN", "spatula"}};
  Service* orders;

  Service& start(const std::string& worker, const std::string& station, std::vector<std::string> flags = {}) {
    flags.push_back("--station=" + station);
    auto& service = restaurant.start_kitchen(worker, {std::move(flags), kStations});
    workers_.emplace(worker, &service);
    return service;
  }
  /// Two workers for each station: cook1, cook2, quality1, …
  void start_all(const std::string& working_time) {
    for (const char* station : {"cook", "quality", "packaging", "courier"}) {
      for (const char* which : {"1", "2"})
        start(std::string{station} + which, station, {"--cooking-time", working_time});
    }
  }
  /// `POST /orders/{number}/{operation}`; the status of the answer, 0 if none came.
  int staff(const std::string& number, const std::string& operation, const std::string& body) {
    const auto answer =
        orders->post("/orders/" + number + '/' + operation, body, {{"Authorization", "Bearer spatula"}});
    return answer ? answer->status : 0;
  }
  Service& worker(const std::string& name) { return *workers_.at(name); }

  /// The stations an order has passed, in the order it began there: "cook, quality"; one that is not left yet: "cook…".
  std::string stages(const std::string& number) {
    return database().value(
        "SELECT coalesce(string_agg(s.station || CASE WHEN s.finished_at IS NULL THEN '…' ELSE '' END, ', ' "
        "ORDER BY s.started_at, s.station), '') FROM order_stages s JOIN orders o ON o.id = s.order_id "
        "WHERE o.number = '" +
        number + "'");
  }
  /// Who works at it at `station`, once somebody does; empty if nobody does in time.
  std::string working_at(const std::string& number, const std::string& station) {
    std::string name;
    eventually(core::after(std::chrono::seconds{20}), [&] {
      const auto rows = database().query(
          "SELECT s.worker_name FROM order_stages s JOIN orders o ON o.id = s.order_id AND o.station = s.station "
          "WHERE s.finished_at IS NULL AND o.claim IS NOT NULL AND s.station = '" +
          station + "' AND o.number = '" + number + "'");
      if (!rows.empty()) name = rows[0][0];
      return !name.empty();
    });
    return name;
  }
  /// No stage began before the one before it had ended.
  bool one_after_the_other(const std::string& number) {
    return database().value(
               "SELECT coalesce(bool_and(began >= ended), true) FROM (SELECT s.started_at AS began, lag(s.finished_at) "
               "OVER (ORDER BY array_position(ARRAY['cook', 'quality', 'packaging', 'courier'], s.station)) AS ended "
               "FROM order_stages s JOIN orders o ON o.id = s.order_id WHERE o.number = '" +
               number + "') AS stages") == "t";
  }

 private:
  std::map<std::string, Service*> workers_;
};

}  // namespace pizza::test
