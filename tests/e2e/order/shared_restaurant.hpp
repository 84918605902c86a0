#pragma once

#include <string>

#include "support/answer.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

/// `POST /orders` on a connection of its own. Thread-safe.
Answer post_order(std::uint16_t port, const std::string& body, const http::Client::Headers& headers = {});

/// A restaurant with one order-service, shared by the tests that look only at their own orders.
struct SharedRestaurant {
  Restaurant restaurant;
  Service& orders;

  SharedRestaurant() : orders(restaurant.start_order_service()) {}
  Answer post(const std::string& body, const http::Client::Headers& headers = {}) const {
    return post_order(orders.port, body, headers);
  }
  int stored() { return std::stoi(restaurant.database().value("SELECT count(*) FROM orders")); }
  static SharedRestaurant& get();
};

/// Checks that all of the service's stdout so far is log lines as specified, and that nothing is on its stderr.
void check_output(const Service& service);

/// Today as it stands in order numbers, UTC: "20241216".
std::string today();

}  // namespace pizza::test
