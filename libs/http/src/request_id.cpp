#include "request_id.hpp"

#include <algorithm>

#include "core/ids.hpp"

namespace pizza::http {
namespace {

constexpr std::size_t kMaxLength = 128;

bool is_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string request_id_of(const Request& request) {
  const auto given = request.header("x-request-id");
  const bool well_formed = !given.empty() && given.size() <= kMaxLength && std::ranges::all_of(given, is_id_char);
  return well_formed ? std::string(given) : core::random_request_id();
}

}  // namespace pizza::http
