#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

/// A takeout order that is valid, with `changes` to its members: JSON texts by name, "" takes a member away.
std::string order_with(const std::map<std::string, std::string>& changes = {});
/// The JSON of an item; "" takes a member away.
std::string item(const std::string& name = R"("Margherita")", const std::string& quantity = "1",
                 const std::string& price = "12.50");
std::string array_of(std::size_t count, const std::string& element);
std::string in_quotes(std::string_view text);
std::string repeated(std::size_t count, std::string_view piece);

/// Checks that all of the service's stdout so far is log lines as specified, and that nothing is on its stderr.
void check_output(const Service& service);

/// Today as it stands in order numbers, UTC: "20241216".
std::string today();

}  // namespace pizza::test
