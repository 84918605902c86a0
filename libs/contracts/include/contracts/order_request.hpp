#pragma once

#include <string>

#include "domain/validation.hpp"
#include "json/value.hpp"

namespace pizza::contracts {

/// The body of `POST /orders` as a form for `domain::validate`; unknown members are ignored. `body` must be an object.
domain::OrderForm to_order_form(const json::Value& body);

/// One member of a body as a field of a form. Null — no such member — and JSON's null mean absent.
domain::Field<std::string> text_of(const json::Value* value);
domain::Field<domain::NumberText> number_of(const json::Value* value);

}  // namespace pizza::contracts
