#pragma once

#include <optional>
#include <string_view>

#include "http/egress.hpp"

namespace pizza::http {

/// Reads the head of a response, from the status line to the empty line that ends it. nullopt if it is none.
std::optional<EgressAnswer> parse_answer_head(std::string_view head);

}  // namespace pizza::http
