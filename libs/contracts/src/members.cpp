#include "members.hpp"

#include <utility>

#include "contracts/body.hpp"
#include "domain/text.hpp"
#include "json/reader.hpp"

namespace pizza::contracts {

Members::Members(std::string_view body) {
  if (body.size() > kMaxBody) {
    fault_ = fmt::format("longer than {} bytes", kMaxBody);
    return;
  }
  auto document = json::read(body);
  if (!document) {
    fault_ = fmt::format("not JSON: {} at byte {}", document.error().reason, document.error().offset);
  } else if (document->object() == nullptr) {
    fault_ = "not a JSON object";
  } else {
    body_ = std::move(*document);
  }
}

std::string Members::text(std::string_view name) {
  auto value = optional_text(name);
  if (!value) refuse(name, "is required");
  return std::move(value).value_or(std::string{});
}

std::optional<std::string> Members::optional_text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->string() != nullptr) return *value->string();
  refuse(name, "must be a string");
  return std::nullopt;
}

std::string Members::order_number() {
  constexpr std::string_view kName = "order_number";
  auto number = text(kName);
  const auto length = domain::length_in_code_points(number);
  if (length < 1 || length > 64) refuse(kName, "must be 1 to 64 characters long");
  return number;
}

void Members::expect_number(std::string_view name) {
  const auto* value = find(name);
  if (value != nullptr && value->number() == nullptr) refuse(name, "must be a number");
}

void Members::expect_array(std::string_view name) {
  const auto* value = find(name);
  if (value != nullptr && value->array() == nullptr) refuse(name, "must be an array");
}

const json::Value* Members::find(std::string_view name) const {
  const auto* value = body_.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void Members::refuse(std::string_view name, std::string_view reason) {
  if (!fault_) fault_ = fmt::format("{} {}", name, reason);
}

}  // namespace pizza::contracts
