#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/restaurant.hpp"

namespace pizza::test {

/// A message of tests/corpus/amqp; what must come of it is in the README there.
struct HostileMessage {
  std::string category;
  std::string name;
  std::string expected;
  std::string detail;
  std::string routing_key;
  std::string properties;
  std::string body;

  /// For the message of a failing test.
  std::string label() const { return category + ": " + name; }
};

/// `kind` is `orders` or `status_updates`.
std::vector<HostileMessage> hostile_messages(const std::string& kind);
/// `text` with each of the names, as `%ORDER%`, replaced by its value.
std::string with_names(std::string text, const std::map<std::string, std::string>& values);
/// What is wrong with the log lines of a service so far, the lines with it; `human` is how lines begin that are none.
std::vector<std::string> faulty_lines(const Process& process, std::string_view human = {});

}  // namespace pizza::test
