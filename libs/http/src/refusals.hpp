#pragma once

#include <string>
#include <utility>

#include "http/message.hpp"

namespace pizza::http {

/// What the server itself refuses, before or instead of a handler. The words are part of the contract.
inline Problem bad_request(std::string detail) {
  return {.status = 400, .error = "bad_request", .detail = std::move(detail)};
}
inline Problem not_found() { return {.status = 404, .error = "not_found", .detail = "there is nothing at this path"}; }
inline Problem method_not_allowed() {
  return {.status = 405, .error = "method_not_allowed", .detail = "this path does not support the method"};
}
inline Problem request_timeout() {
  return {.status = 408, .error = "request_timeout", .detail = "the request did not arrive in time"};
}
inline Problem payload_too_large() {
  return {.status = 413, .error = "payload_too_large", .detail = "the body is too large"};
}
inline Problem uri_too_long() { return {.status = 414, .error = "uri_too_long", .detail = "the URI is too long"}; }
inline Problem unsupported_media_type() {
  return {.status = 415, .error = "unsupported_media_type", .detail = "encoded bodies are not supported"};
}
inline Problem headers_too_large() {
  return {.status = 431, .error = "headers_too_large", .detail = "the header section is too large"};
}
inline Problem internal_error() {
  return {.status = 500, .error = "internal_error", .detail = "the request could not be processed"};
}
inline Problem overloaded() {
  return {.status = 503, .error = "overloaded", .detail = "too many requests at once", .retry_after_seconds = 1};
}
inline Problem stopping_soon() {
  return {.status = 503, .error = "stopping", .detail = "this server is stopping", .retry_after_seconds = 1};
}
inline Problem version_not_supported() {
  return {.status = 505, .error = "version_not_supported", .detail = "only HTTP/1.1 and HTTP/1.0 are supported"};
}

}  // namespace pizza::http
