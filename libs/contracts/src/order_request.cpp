#include "contracts/order_request.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace pizza::contracts {
namespace {

using domain::Field;

/// `get` gives a pointer to the value if it has the field's type, else null. JSON's null means absent.
template <class T, class Get>
Field<T> field_of(const json::Value* value, Get get) {
  if (value == nullptr || value->is_null()) return domain::Absent{};
  if (const auto* typed = get(*value)) return T{*typed};
  return domain::Mistyped{};
}

Field<bool> boolean_of(const json::Value* value) {
  return field_of<bool>(value, [](const json::Value& v) { return v.boolean(); });
}

Field<domain::ItemForm> item_of(const json::Value& value) {
  if (value.is_null()) return domain::Absent{};
  if (value.object() == nullptr) return domain::Mistyped{};
  return domain::ItemForm{text_of(value.find("name")), number_of(value.find("quantity")),
                          number_of(value.find("price"))};
}

Field<std::vector<Field<domain::ItemForm>>> items_of(const json::Value* value) {
  if (value == nullptr || value->is_null()) return domain::Absent{};
  const auto* elements = value->array();
  if (elements == nullptr) return domain::Mistyped{};
  std::vector<Field<domain::ItemForm>> items;
  items.reserve(elements->size());
  for (const auto& element : *elements) items.push_back(item_of(element));
  return items;
}

}  // namespace

Field<std::string> text_of(const json::Value* value) {
  return field_of<std::string>(value, [](const json::Value& v) { return v.string(); });
}

Field<domain::NumberText> number_of(const json::Value* value) {
  if (value == nullptr || value->is_null()) return domain::Absent{};
  if (const auto* number = value->number()) return domain::NumberText{number->text};
  return domain::Mistyped{};
}

domain::OrderForm to_order_form(const json::Value& body) {
  return {.customer_name = text_of(body.find("customer_name")),
          .order_type = text_of(body.find("order_type")),
          .items = items_of(body.find("items")),
          .table_number = number_of(body.find("table_number")),
          .delivery_address = text_of(body.find("delivery_address")),
          .customer_type = text_of(body.find("customer_type")),
          .rush = boolean_of(body.find("rush"))};
}

}  // namespace pizza::contracts
