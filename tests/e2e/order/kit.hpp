#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.hpp"
#include "json/value.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

/// An answer of the service, taken apart.
struct Answer {
  int status = 0;  ///< 0: no complete answer came
  std::string content_type;
  std::string body;
  http::Client::Headers headers;
  json::Value document;

  /// A text, or a number exactly as it is written; empty if there is no such member.
  std::string text(std::string_view member) const;
  std::string number() const { return text("order_number"); }
  /// Empty if there is none; `name` in lower case.
  std::string header(std::string_view name) const;
  /// The fields that `errors` names, in order: "items[0].price quantity".
  std::string fault_fields() const;
};

Answer to_answer(const std::optional<http::Response>& response);
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
