#include "order/adapters/order_routes.hpp"

#include <expected>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "contracts/order_request.hpp"
#include "domain/validation.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pizza::order {
namespace {

using http::Problem;
using http::Request;
using http::Response;

/// A body becomes a valid order, or the problem document that says all that is wrong with it.
std::expected<domain::Order, Problem> read_order(const std::string& body) {
  const auto malformed = [](std::string detail) {
    return std::unexpected(Problem{.status = 400, .error = "malformed_json", .detail = std::move(detail)});
  };
  if (body.empty()) return malformed("The body is empty; an order is a JSON object.");
  const auto document = json::read(body);
  if (!document) {
    return malformed(fmt::format("The body is not acceptable JSON: {} (at byte {}).", document.error().reason,
                                 document.error().offset));
  }
  if (document->object() == nullptr) return malformed("The body must be one JSON object.");
  auto order = domain::validate(contracts::to_order_form(*document));
  if (order) return std::move(*order);
  Problem problem{.status = 400, .error = "validation_failed", .detail = "The order is not valid."};
  for (const auto& fault : order.error()) problem.errors.push_back({fault.field, fault.message});
  return std::unexpected(std::move(problem));
}

Response refuse(const Problem& problem, const Request& request, logging::Logger& log) {
  std::string cause = problem.detail;
  for (const auto& [field, message] : problem.errors) cause += fmt::format(" {} {}.", field, message);
  log.refused({.action = "validation_failed",
               .message = "An order was refused",
               .request_id = request.request_id,
               .details = {{"error", problem.error}, {"faults", static_cast<std::int64_t>(problem.errors.size())}}},
              cause);
  return http::problem_response(problem, request.request_id);
}

Problem to_problem(Refusal refusal) {
  switch (refusal) {
    case Refusal::overloaded:
      return {.status = 503,
              .error = "overloaded",
              .detail = "Too many orders are being processed; try again in a moment.",
              .retry_after_seconds = 1};
    case Refusal::broker_unavailable:
      return {.status = 500,
              .error = "broker_unavailable",
              .detail = "The kitchen cannot be reached; the order was not taken."};
  }
  return {};
}

std::string to_json(const PlacedOrder& placed, core::TimePoint estimated_completion) {
  json::Writer json;
  json.object().key("order_number").value(placed.number).key("status").value("received");
  json.key("total_amount").raw(placed.total.to_string());
  json.key("priority").value(placed.priority);
  json.key("estimated_completion").value(core::format_utc(estimated_completion));
  return json.end_object().take();
}

void log_received(const PlacedOrder& placed, const Request& request, logging::Logger& log) {
  if (!log.enabled(logging::Level::debug)) return;
  log.debug({.action = "order_received",
             .message = "Order " + placed.number + " received",
             .request_id = request.request_id,
             .order_number = placed.number,
             .details = {{"order_type", std::string{domain::to_string(placed.type)}},
                         {"priority", placed.priority},
                         {"total_amount", placed.total.to_string()}}});
}

}  // namespace

void add_order_routes(http::Router& router, PlaceOrder& place_order, const tracking::Forecast& forecast,
                      const core::Clock& clock, logging::Logger& log) {
  router.add("POST", "/orders", [&](const Request& request) {
    auto order = read_order(request.body);
    if (!order) return refuse(order.error(), request, log);
    const auto placed = place_order(std::move(*order), request.request_id);
    if (!placed) {
      if (placed.error() == Refusal::broker_unavailable) {
        log.error({.action = "rabbitmq_publish_failed",
                   .message = "An order was not taken",
                   .request_id = request.request_id},
                  "no connection to RabbitMQ");
      }
      return http::problem_response(to_problem(placed.error()), request.request_id);
    }
    log_received(*placed, request, log);
    const auto ready_at = forecast.ready_at(clock.now(), placed->type, placed->priority, std::nullopt);
    return Response{.body = to_json(*placed, ready_at)};
  });
}

}  // namespace pizza::order
