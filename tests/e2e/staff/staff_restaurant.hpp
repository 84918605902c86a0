#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/answer.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

inline constexpr const char* kStaffToken = "correct-horse-battery";

/// `Authorization: Bearer …`.
http::Client::Headers bearer(const std::string& token = kStaffToken);

/// `POST /orders/{number}/{operation}` on a connection of its own. Thread-safe.
Answer ask_staff(const Service& orders, const std::string& number, const std::string& operation,
                 const std::string& body = "", const http::Client::Headers& headers = bearer());

/// A restaurant whose order-service knows the staff, and orders planted in it at any point of their life.
class StaffRestaurant {
 public:
  explicit StaffRestaurant(Extra extra = {});

  Restaurant restaurant;
  Service* orders;

  /// For the tests that look at their own orders only.
  static StaffRestaurant& get();

  TestDatabase& database() { return restaurant.database(); }
  /// An order in this status, as the kitchen leaves it there; received: it waits for the cook. Its number.
  std::string plant(const std::string& status, const std::string& type = "takeout");
  Answer ask(const std::string& number, const std::string& operation, const std::string& body = "") const {
    return ask_staff(*orders, number, operation, body);
  }
  /// An expression over the row of an order.
  std::string of_order(const std::string& number, const std::string& expression);
  /// A time of it as the service writes it.
  std::string utc_of(const std::string& number, const std::string& column);
  /// Its log since it was planted, as "cancelled staff late; note staff priority 1 -> 5": status, who, notes.
  std::string log_of(const std::string& number);
  /// Everything that is to be announced so far was.
  bool announced();
};

/// The bodies of the messages about this order, in the order they came.
std::vector<std::string> bodies_about(const std::string& number, const std::vector<BrokerMessage>& messages);

}  // namespace pizza::test
