#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/client.hpp"
#include "json/value.hpp"

namespace pizza::test {

/// An answer of a service, taken apart.
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

}  // namespace pizza::test
