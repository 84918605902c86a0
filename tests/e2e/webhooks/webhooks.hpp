#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

inline const std::string kSecret = "correct horse battery staple";
inline constexpr const char* kSharedQueue = "notifications_queue";
inline constexpr const char* kDeadLetters = "kitchen_dead_letter_queue";

/// One endpoint of the list, with quick attempts; `more` is put after the other members: `, types: [ready]`.
inline std::string webhook(const std::string& url, const std::string& more = "") {
  return fmt::format(R"({{url: "{}", secret: "{}", allow_private: true, retry_delay: 0.02{}}})", url, kSecret, more);
}

inline Extra with_webhooks(const std::vector<std::string>& webhooks) {
  return {.environment = {{"PIZZA_NOTIFIER_WEBHOOKS", fmt::format("[{}]", fmt::join(webhooks, ", "))}}};
}

/// The first 16 digits of the SHA-256, as coreutils compute it.
inline std::string fingerprint_of(const std::string& url) {
  return run("/bin/sh", {"-c", "printf %s '" + url + "' | sha256sum"}).out.substr(0, 16);
}

inline std::string update(int number, const std::string& to = "cooking", const std::string& customer = "Anna") {
  return fmt::format(
      R"({{"order_number":"ORD_20241216_{:03}","old_status":"received","new_status":"{}","changed_by":"chef_mario",)"
      R"("timestamp":"2024-12-16T10:32:00Z","estimated_completion":null,"customer_name":"{}","order_type":"takeout"}})",
      number, to, customer);
}

inline void announce(Restaurant& restaurant, const std::string& body, const std::string& message_id = "",
                     const std::string& request_id = "") {
  BrokerMessage message{.body = body};
  if (!message_id.empty()) message.message_id = message_id;
  if (!request_id.empty()) message.correlation_id = request_id;
  restaurant.vhost().publish("notifications_fanout", "", message);
}

inline http::Response answer(int status) { return {.status = status}; }

inline std::vector<LogLine> logged(const Service& service, const std::string& action) {
  return lines_of(service.process, action);
}

inline bool logs(const Service& service, const std::string& action, std::size_t count) {
  return eventually(core::after(std::chrono::seconds{20}), [&] { return logged(service, action).size() >= count; });
}

inline std::vector<BrokerMessage> dead_letters(Restaurant& restaurant, std::size_t wanted) {
  return restaurant.vhost().take_all(kDeadLetters, wanted, core::after(std::chrono::seconds{20}));
}

}  // namespace pizza::test
