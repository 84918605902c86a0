#include "domain/validation.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/text.hpp"

namespace pizza::domain {
namespace {

constexpr std::size_t kMostItems = 20;
constexpr auto kLeastPrice = Money::from_cents(1);
constexpr auto kMostPrice = Money::from_cents(999'99);

template <class T>
bool is_absent(const Field<T>& field) {
  return std::holds_alternative<Absent>(field);
}

/// The faults found so far, and the readings that several fields share. Every reading returns null or nullopt exactly
/// when it added a fault.
class Checker {
 public:
  void add(std::string field, std::string message) { faults_.push_back({std::move(field), std::move(message)}); }

  /// `type` is what the field should be: "a string".
  template <class T>
  const T* required(const Field<T>& field, std::string path, std::string_view type) {
    if (const auto* value = std::get_if<T>(&field)) return value;
    add(std::move(path), is_absent(field) ? "is required" : fmt::format("must be {}", type));
    return nullptr;
  }

  std::optional<int> integer(const NumberText& number, std::string path, int least, int most) {
    const std::string_view text = number.text;
    if (text.find_first_of(".eE") != std::string_view::npos) {
      add(std::move(path), "must be an integer");
      return std::nullopt;
    }
    int value = 0;
    const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
    if (error != std::errc{} || value < least || value > most) {
      add(std::move(path), fmt::format("must be between {} and {}", least, most));
      return std::nullopt;
    }
    return value;
  }

  bool length(std::string_view text, std::string path, std::size_t least, std::size_t most) {
    const auto length = length_in_code_points(text);
    if (length >= least && length <= most) return true;
    add(std::move(path), fmt::format("must be {} to {} characters long", least, most));
    return false;
  }

  std::vector<Fault> take() { return std::move(faults_); }

 private:
  std::vector<Fault> faults_;
};

void check_customer_name(const OrderForm& form, Checker& check, Order& order) {
  const auto* name = check.required(form.customer_name, "customer_name", "a string");
  if (name == nullptr || !check.length(*name, "customer_name", 1, 100)) return;
  if (is_blank(*name)) {
    check.add("customer_name", "must not be only spaces");
  } else if (!is_name_text(*name)) {
    check.add("customer_name", "must contain only letters, digits, spaces, hyphens and apostrophes");
  } else {
    order.customer_name = *name;
  }
}

std::optional<OrderType> check_order_type(const OrderForm& form, Checker& check) {
  const auto* text = check.required(form.order_type, "order_type", "a string");
  if (text == nullptr) return std::nullopt;
  const auto type = parse_order_type(*text);
  if (!type) check.add("order_type", "must be one of dine_in, takeout, delivery");
  return type;
}

void check_item_name(const ItemForm& form, const std::string& path, Checker& check, OrderItem& item) {
  const auto* name = check.required(form.name, path, "a string");
  if (name == nullptr || !check.length(*name, path, 1, 50)) return;
  if (is_blank(*name)) {
    check.add(path, "must not be only spaces");
  } else if (!is_printable_text(*name)) {
    check.add(path, "must contain only printable characters");
  } else {
    item.name = *name;
  }
}

void check_quantity(const ItemForm& form, const std::string& path, Checker& check, OrderItem& item) {
  const auto* number = check.required(form.quantity, path, "an integer");
  if (number != nullptr) item.quantity = check.integer(*number, path, 1, 10).value_or(0);
}

void check_price(const ItemForm& form, const std::string& path, Checker& check, OrderItem& item) {
  const auto* number = check.required(form.price, path, "a number");
  if (number == nullptr) return;
  const auto price = Money::parse(number->text);
  if (!price) {
    check.add(path, "must be between 0.01 and 999.99 with at most two decimals");
  } else if (*price < kLeastPrice || *price > kMostPrice) {
    check.add(path, "must be between 0.01 and 999.99");
  } else {
    item.price = *price;
  }
}

void check_item(const Field<ItemForm>& field, const std::string& path, Checker& check, Order& order) {
  const auto* form = std::get_if<ItemForm>(&field);
  if (form == nullptr) {
    check.add(path, "must be an object");
    return;
  }
  auto& item = order.items.emplace_back();
  check_item_name(*form, path + ".name", check, item);
  check_quantity(*form, path + ".quantity", check, item);
  check_price(*form, path + ".price", check, item);
}

void check_items(const OrderForm& form, Checker& check, Order& order) {
  const auto* items = check.required(form.items, "items", "an array");
  if (items == nullptr) return;
  if (items->empty() || items->size() > kMostItems) {
    check.add("items", fmt::format("must contain 1 to {} items", kMostItems));
  }
  // Beyond the limit one fault says it all; a fault for each would make a huge answer of a small request.
  const auto checked = std::min(items->size(), kMostItems);
  for (std::size_t i = 0; i < checked; ++i) check_item((*items)[i], fmt::format("items[{}]", i), check, order);
}

template <class T>
void check_absent(const Field<T>& field, std::string path, OrderType type, Checker& check) {
  if (!is_absent(field)) check.add(std::move(path), fmt::format("must be absent for {} orders", to_string(type)));
}

void check_table_number(const OrderForm& form, Checker& check, Order& order) {
  const auto* number = check.required(form.table_number, "table_number", "an integer");
  if (number != nullptr) order.table_number = check.integer(*number, "table_number", 1, 100);
}

void check_delivery_address(const OrderForm& form, Checker& check, Order& order) {
  const auto* text = check.required(form.delivery_address, "delivery_address", "a string");
  if (text == nullptr) return;
  const auto address = trimmed(*text);
  if (check.length(address, "delivery_address", 10, 500)) order.delivery_address = address;
}

/// What a type of order needs, and what it must not have.
void check_destination(const OrderForm& form, OrderType type, Checker& check, Order& order) {
  if (type == OrderType::dine_in) {
    check_table_number(form, check, order);
  } else {
    check_absent(form.table_number, "table_number", type, check);
  }
  if (type == OrderType::delivery) {
    check_delivery_address(form, check, order);
  } else {
    check_absent(form.delivery_address, "delivery_address", type, check);
  }
}

void check_customer_type(const OrderForm& form, Checker& check, Order& order) {
  if (is_absent(form.customer_type)) return;
  const auto* text = std::get_if<std::string>(&form.customer_type);
  const auto type = text != nullptr ? parse_customer_type(*text) : std::nullopt;
  if (!type) check.add("customer_type", "must be regular or vip");
  order.customer_type = type.value_or(CustomerType::regular);
}

void check_rush(const OrderForm& form, Checker& check, Order& order) {
  if (is_absent(form.rush)) return;
  const auto* rush = std::get_if<bool>(&form.rush);
  if (rush == nullptr) check.add("rush", "must be true or false");
  order.rush = rush != nullptr && *rush;
}

}  // namespace

std::expected<Order, std::vector<Fault>> validate(const OrderForm& form) {
  Checker check;
  Order order;
  check_customer_name(form, check, order);
  const auto type = check_order_type(form, check);
  check_items(form, check, order);
  if (type) {
    order.type = *type;
    check_destination(form, *type, check, order);
  }
  check_customer_type(form, check, order);
  check_rush(form, check, order);
  auto faults = check.take();
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return order;
}

}  // namespace pizza::domain
