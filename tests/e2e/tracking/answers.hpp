#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "http/client.hpp"
#include "json/reader.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

inline constexpr auto kToken = "a-token-of-the-staff";

/// What a service answers, with the `Authorization` that is given.
inline http::Response ask(const Service& service, const std::string& path, const std::string& authorization = {},
                          const std::string& method = "GET") {
  http::Client::Headers headers;
  if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
  const auto answer = http::Client("127.0.0.1", service.port, std::chrono::seconds{10}).send(method, path, {}, headers);
  REQUIRE(answer);
  return *answer;
}

/// The document of a 200.
inline json::Value document(const http::Response& answer) {
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  auto document = json::read(answer.body);
  REQUIRE(document);
  return std::move(*document);
}

/// A member as text.
inline std::string text(const json::Value& object, std::string_view key) {
  const auto* member = object.find(key);
  if (member == nullptr) return "(absent)";
  if (const auto* string = member->string()) return *string;
  if (const auto* number = member->number()) return number->text;
  return "(null)";
}

/// Both services that answer questions, with a staff token.
struct BothServices {
  explicit BothServices(Restaurant& restaurant, const std::string& token = kToken)
      : order(restaurant.start_order_service({.environment = {{"PIZZA_ORDER_STAFF_TOKEN", token}}})),
        tracking(restaurant.start_tracking({.environment = {{"PIZZA_TRACKING_STAFF_TOKEN", token}}})) {}
  Service& order;
  Service& tracking;
};

}  // namespace pizza::test
