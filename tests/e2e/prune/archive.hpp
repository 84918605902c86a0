#pragma once

#include <catch2/catch.hpp>

#include "support/audit.hpp"
#include "support/eventually.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

inline const std::string kDay = "2024-01-31";

/// A restaurant with orders of long ago, planted as the services write them.
struct Archive {
  Restaurant restaurant;

  std::string value(const std::string& sql) { return restaurant.database().value(sql); }
  long count(const std::string& relation) { return std::stol(value("SELECT count(*) FROM " + relation)); }
  void execute(const std::string& sql) { restaurant.database().execute(sql); }

  /// `count` takeout orders of the day `2024-01-31`, with two items each, that changed last so long ago; `statuses`:
  /// all that they passed. Their numbers go on after those of the day.
  void plant(const std::string& day, int orders, const std::string& statuses = "received,cooking,ready,completed",
             const std::string& age = "100 days");
  static std::string number(const std::string& day, int n);

  static std::vector<std::string> arguments(const std::string& age) { return {"--prune", "--older-than=" + age}; }
  Finished prune(const std::string& age = "90d") { return restaurant.run("order-service", arguments(age)); }
  std::unique_ptr<Process> start_prune(const std::string& age = "90d") {
    return restaurant.launch("order-service", arguments(age));
  }
  /// How many orders it says it deleted; -1: it says none of it.
  static long told(const std::string& out);
  /// What is left of orders that are gone.
  long orphans() {
    return count("order_items WHERE order_id NOT IN (SELECT id FROM orders)") +
           count("order_status_log WHERE order_id NOT IN (SELECT id FROM orders)") +
           count("order_stages WHERE order_id NOT IN (SELECT id FROM orders)");
  }
};

}  // namespace pizza::test
