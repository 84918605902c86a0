#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "logging/logger.hpp"
#include "messaging/publisher.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

inline constexpr const char* kLetters = "kitchen_dead_letter_queue";

/// Dead letters put there by hand, and the operator's command.
struct LetterBox {
  explicit LetterBox(const Servers& servers = Servers::shared()) : restaurant(servers) {}

  Restaurant restaurant;

  TestVhost& vhost() { return restaurant.vhost(); }
  TestDatabase& database() { return restaurant.database(); }

  /// As a worker or subscriber leaves one; an empty header is not set.
  static BrokerMessage letter(const std::string& id, const std::string& body, const std::string& origin,
                              const std::string& reason = "it broke") {
    BrokerMessage message{.body = body,
                          .content_type = "application/json",
                          .delivery_mode = 2,
                          .priority = 5,
                          .message_id = id,
                          .correlation_id = "req-" + id,
                          .timestamp = 1'734'343'920,
                          .type = "order",
                          .app_id = "kitchen-worker",
                          .headers = {{"x-error", reason},
                                      {"x-original-routing-key", "kitchen.takeout.5"},
                                      {"x-failed-by", "chef_anna"},
                                      {"x-failed-at", "2024-12-16T10:32:00Z"}}};
    if (!origin.empty()) message.headers["x-original-queue"] = origin;
    return message;
  }
  void put(const BrokerMessage& message) { vhost().publish("kitchen_dlx", "kitchen.takeout.5", message); }
  /// `count` of them, quickly, with ids "0", "1", …
  void put_many(std::size_t count, const std::string& origin) {
    const auto& broker = vhost().broker();
    messaging::Endpoint endpoint{.hosts = {{broker.host, broker.port}},
                                 .vhost = vhost().name(),
                                 .user = broker.user,
                                 .password = broker.password};
    logging::Logger log({.service = "test", .level = logging::Level::error});
    messaging::Publisher publisher({.endpoint = std::move(endpoint)}, log);
    publisher.start(core::after(20s));
    std::atomic<std::size_t> confirmed{0};
    for (std::size_t i = 0; i < count; ++i) {
      const auto letter_i = letter(std::to_string(i), "{}", origin);
      messaging::Message message{.exchange = "", .routing_key = kLetters, .body = letter_i.body};
      message.properties.message_id = *letter_i.message_id;
      message.properties.headers = letter_i.headers;
      REQUIRE(publisher.publish(std::move(message), [&](messaging::Outcome outcome) {
        if (outcome == messaging::Outcome::confirmed) ++confirmed;
      }));
    }
    publisher.stop(core::after(60s));
    REQUIRE(confirmed == count);
  }
  static std::string order_body(const std::string& number, const std::string& type = "takeout") {
    return R"({"order_number":")" + number + R"(","customer_name":"Anna","order_type":")" + type +
           R"(","table_number":null,"delivery_address":null,"items":[{"name":"Margherita","quantity":1,"price":12.50}],)"
           R"("total_amount":12.50,"priority":5})";
  }

  Finished command(const std::string& action, std::vector<std::string> more = {}, const Extra& extra = {}) {
    more.insert(more.begin(), "--dead-letters=" + action);
    return restaurant.run("order-service", more, extra);
  }

  /// Whether that many wait; what was put back is counted after a moment.
  bool wait_left(std::size_t count) {
    return eventually(core::after(20s), [&] { return vhost().count(kLetters) == count; });
  }
  /// The ids of the messages in the queue, in its order; it is empty afterwards.
  std::vector<std::string> take_ids(const std::string& queue = kLetters) {
    std::vector<std::string> result;
    for (const auto& message : vhost().take_all(queue)) result.push_back(message.message_id.value_or(""));
    return result;
  }
};

/// The lines with this action.
inline std::vector<LogLine> lines_of(const Finished& finished, const std::string& action) {
  std::vector<LogLine> result;
  std::istringstream in(finished.out);
  for (std::string text; std::getline(in, text);) {
    for (const auto& fault : log_line_faults(text)) FAIL_CHECK(fault);
    if (auto line = read_log_line(text); line && line->action == action) result.push_back(std::move(*line));
  }
  return result;
}

}  // namespace pizza::test
