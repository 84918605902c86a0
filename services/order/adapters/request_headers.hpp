#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace pizza::order {

/// The `Idempotency-Key` of a request (CONTRACT §2): nullopt if there is none; the fault if it is not 1 to 255
/// printable ASCII characters.
std::expected<std::optional<std::string>, http::FieldError> idempotency_key_of(const http::Request& request);

/// The `traceparent` of a request if it is one of W3C Trace Context, version 00; else empty.
std::string traceparent_of(const http::Request& request);

}  // namespace pizza::order
