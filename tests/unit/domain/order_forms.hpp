#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/validation.hpp"

// Forms as a customer might send them, and what is wrong with them.
namespace pizza::domain {

using Faults = std::vector<Fault>;

inline ItemForm pizza() { return {"Margherita", NumberText{"1"}, NumberText{"15.99"}}; }

inline std::vector<Field<ItemForm>> pizzas(std::size_t count) { return {count, pizza()}; }

inline OrderForm takeout() {
  OrderForm form;
  form.customer_name = "John Doe";
  form.order_type = "takeout";
  form.items = pizzas(1);
  return form;
}

inline OrderForm dine_in() {
  auto form = takeout();
  form.order_type = "dine_in";
  form.table_number = NumberText{"5"};
  return form;
}

inline OrderForm delivery() {
  auto form = takeout();
  form.order_type = "delivery";
  form.delivery_address = "123 Main St, City";
  return form;
}

inline OrderForm with_item(const ItemForm& item) {
  auto form = takeout();
  form.items = std::vector<Field<ItemForm>>{item};
  return form;
}

inline Faults faults_of(const OrderForm& form) {
  const auto order = validate(form);
  return order ? Faults{} : order.error();
}

inline std::string sent(const Field<std::string>& field) {
  const auto* text = std::get_if<std::string>(&field);
  return text != nullptr ? *text : "no string";
}

inline std::string sent(const Field<NumberText>& field) {
  const auto* number = std::get_if<NumberText>(&field);
  return number != nullptr ? number->text : "no number";
}

inline std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace pizza::domain
