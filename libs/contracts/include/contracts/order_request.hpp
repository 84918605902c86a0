#pragma once

#include "domain/validation.hpp"
#include "json/value.hpp"

namespace pizza::contracts {

/// The body of `POST /orders` as a form for `domain::validate`; unknown members are ignored. `body` must be an object.
domain::OrderForm to_order_form(const json::Value& body);

}  // namespace pizza::contracts
