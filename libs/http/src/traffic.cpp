#include "traffic.hpp"

#include <algorithm>

#include "refusals.hpp"

namespace pizza::http {
namespace {

/// The last stands for all others; in both.
constexpr std::array<std::string_view, 8> kMethodNames{"GET",   "HEAD",   "POST",    "PUT",
                                                       "PATCH", "DELETE", "OPTIONS", "OTHER"};
constexpr std::array<int, 20> kStatusCodes{200, 201, 202, 204, 304, 400, 401, 403, 404, 405,
                                           408, 409, 413, 415, 422, 429, 500, 502, 503, 0};

template <class List, class Value>
std::size_t place_of(const List& list, const Value& value) {
  const auto last = list.size() - 1;
  return std::min(static_cast<std::size_t>(std::ranges::find(list, value) - list.begin()), last);
}

std::string status_name(std::size_t status) {
  return kStatusCodes.at(status) == 0 ? "other" : std::to_string(kStatusCodes.at(status));
}

}  // namespace

Traffic::Traffic(metrics::Registry* registry, const Router& router) : registry_(registry) {
  if (registry_ == nullptr) return;
  const auto routes = router.names();
  durations_ = std::vector<Row>(routes.size() + 1);
  for (const auto& route : routes) patterns_.push_back(route.pattern);
  patterns_.emplace_back("other");
  for (std::size_t row = 0; row < routes.size(); ++row) {
    look_up(row, place_of(kMethodNames, routes[row].method), place_of(kStatusCodes, 200));
  }
  for (const auto& refusal :
       {bad_request(""), request_timeout(), payload_too_large(), uri_too_long(), unsupported_media_type(),
        headers_too_large(), overloaded(), stopping_soon(), version_not_supported()}) {
    refused_.emplace_back(
        refusal.error,
        &registry_->counter("pizza_http_requests_refused_total",
                            "Requests that the server refused before a handler saw them", {{"reason", refusal.error}}));
  }
  connections_ = &registry_->gauge("pizza_http_connections", "Open connections of the main port");
  in_flight_ = &registry_->gauge("pizza_http_requests_in_flight", "Requests received completely and not answered yet");
}

void Traffic::answered(std::size_t route, std::string_view method, int status,
                       std::chrono::steady_clock::duration took) {
  if (registry_ == nullptr) return;
  const auto row = std::min(route, durations_.size() - 1);
  const auto verb = place_of(kMethodNames, method);
  const auto code = place_of(kStatusCodes, status);
  auto* histogram = durations_[row].at(verb).at(code).load(std::memory_order_acquire);
  if (histogram == nullptr) histogram = &look_up(row, verb, code);
  histogram->observe(std::chrono::duration<double>(took).count());
}

/// Two threads that look for the same at once find the same.
metrics::Histogram& Traffic::look_up(std::size_t row, std::size_t method, std::size_t status) {
  auto& histogram = registry_->histogram(
      "pizza_http_request_duration_seconds", "From a request's last byte to its answer being handed over",
      {{"method", std::string{kMethodNames.at(method)}}, {"route", patterns_[row]}, {"status", status_name(status)}});
  durations_[row].at(method).at(status).store(&histogram, std::memory_order_release);
  return histogram;
}

void Traffic::refused(std::string_view reason) {
  const auto found = std::ranges::find(refused_, reason, &decltype(refused_)::value_type::first);
  if (found != refused_.end()) found->second->increment();
}

void Traffic::connections(std::size_t open, std::size_t in_flight) {
  if (registry_ == nullptr) return;
  connections_->set(static_cast<double>(open));
  in_flight_->set(static_cast<double>(in_flight));
}

}  // namespace pizza::http
