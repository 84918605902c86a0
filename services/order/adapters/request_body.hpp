#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "domain/validation.hpp"
#include "http/message.hpp"
#include "json/value.hpp"
#include "logging/logger.hpp"

namespace pizza::order {

/// The 400 `malformed_json` to a body that is none of ours.
http::Problem malformed(std::string detail);

/// The body as a JSON object, or `malformed`.
std::expected<json::Value, http::Problem> read_object(const std::string& body);

/// The 400 `validation_failed` that says all that is wrong with what was read.
http::Problem invalid(std::string detail, const std::vector<domain::Fault>& faults);

/// Answers `problem` to what was asked for in the wrong way; logs `validation_failed` with `message`, the faults as its
/// cause and the order the request is about, if it names one.
http::Response refuse_invalid(const http::Problem& problem, std::string_view message, const http::Request& request,
                              logging::Logger& log);

}  // namespace pizza::order
