#pragma once

#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "domain/order.hpp"

namespace pizza::domain {

/// A field as it was sent: absent (or null), of a JSON type that the field never has, or its value.
struct Absent {};
struct Mistyped {};
template <class T>
using Field = std::variant<Absent, Mistyped, T>;

/// The text of a JSON number, exactly as sent: `1.0` and `1` differ, and none of it becomes a binary float.
struct NumberText {
  std::string text;
};

struct ItemForm {
  Field<std::string> name;
  Field<NumberText> quantity;
  Field<NumberText> price;
};

/// The body of `POST /orders` before any rule was applied. `items[i]` that is not an object is `Mistyped`.
struct OrderForm {
  Field<std::string> customer_name;
  Field<std::string> order_type;
  Field<std::vector<Field<ItemForm>>> items;
  Field<NumberText> table_number;
  Field<std::string> delivery_address;
  Field<std::string> customer_type;
  Field<bool> rush;
};

/// `field` is a path as the client wrote it: `customer_name`, `items[1].price`.
struct Fault {
  std::string field;
  std::string message;
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Every rule of CONTRACT §2 for an order, all faults at once, lengths in code points. Strings must be valid UTF-8
/// without control characters (the JSON reader sees to it). Pure.
std::expected<Order, std::vector<Fault>> validate(const OrderForm& form);

}  // namespace pizza::domain
