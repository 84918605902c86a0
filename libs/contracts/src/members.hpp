#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "json/value.hpp"

namespace pizza::contracts {

/// The members of a message's body, and the first thing found wrong with them. After a fault the readings go on and
/// give empty values, so that a decoder reads everything and asks once.
class Members {
 public:
  explicit Members(std::string_view body);

  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name);
  /// 1 to 64 characters; whether there is such an order is for the database to say.
  std::string order_number();
  /// A required text that `parse` (text → optional) understands.
  template <class Parse>
  auto parsed(std::string_view name, Parse parse) {
    auto value = parse(text(name));
    if (!value) refuse(name, "is not a known value");
    return value ? *value : typename decltype(value)::value_type{};
  }
  /// The same of a text that may be absent or null.
  template <class Parse>
  auto optional_parsed(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    const auto value = optional_text(name);
    if (!value) return std::nullopt;
    auto result = parse(*value);
    if (!result) refuse(name, "is not a known value");
    return result;
  }
  /// These may be absent or null, but nothing other than what they are printed as.
  void expect_number(std::string_view name);
  void expect_array(std::string_view name);

  const std::optional<std::string>& fault() const { return fault_; }

 private:
  /// Null if it is absent or null.
  const json::Value* find(std::string_view name) const;
  void refuse(std::string_view name, std::string_view reason);

  json::Value body_;
  std::optional<std::string> fault_;
};

}  // namespace pizza::contracts
