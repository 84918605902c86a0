#include "order/adapters/order_routes.hpp"

#include <expected>
#include <utility>
#include <vector>

#include "contracts/order_request.hpp"
#include "core/clock.hpp"
#include "crypto/crypto.hpp"
#include "domain/validation.hpp"
#include "json/writer.hpp"
#include "order/adapters/request_body.hpp"
#include "order/adapters/request_headers.hpp"

namespace pizza::order {
namespace {

using http::Problem;
using http::Request;
using http::Response;

/// A request becomes a valid order, or the problem document that says all that is wrong with it.
std::expected<NewOrder, Problem> read_order(const Request& request) {
  if (request.body.empty()) return std::unexpected(malformed("The body is empty; an order is a JSON object."));
  const auto body = read_object(request.body);
  if (!body) return std::unexpected(body.error());
  auto order = domain::validate(contracts::to_order_form(*body));
  auto key = idempotency_key_of(request);
  if (order && key) {
    NewOrder placing{
        .order = std::move(*order), .request_id = request.request_id, .traceparent = traceparent_of(request)};
    auto& text = *key;
    if (text) placing.key = {std::move(*text), crypto::sha256_hex(request.body)};
    return placing;
  }
  auto problem = invalid("The order is not valid.", order ? std::vector<domain::Fault>{} : order.error());
  if (!key) problem.errors.push_back(key.error());
  return std::unexpected(std::move(problem));
}

Response refuse(const Problem& problem, const Request& request, logging::Logger& log) {
  return refuse_invalid(problem, "An order was refused", request, log);
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
    case Refusal::key_in_flight:
      return {.status = 409,
              .error = "idempotency_key_in_flight",
              .detail = "A request with this Idempotency-Key is being processed; try again in a moment.",
              .retry_after_seconds = 1};
    case Refusal::key_reused:
      return {.status = 422,
              .error = "idempotency_key_reused",
              .detail = "This Idempotency-Key belongs to an order with another body; the order was not taken."};
  }
  return {};
}

Response refuse(Refusal refusal, const Request& request, logging::Logger& log) {
  const auto problem = to_problem(refusal);
  if (refusal == Refusal::key_reused) return refuse(problem, request, log);
  if (refusal == Refusal::broker_unavailable) {
    log.error(
        {.action = "rabbitmq_publish_failed", .message = "An order was not taken", .request_id = request.request_id},
        "no connection to RabbitMQ");
  }
  return http::problem_response(problem, request.request_id);
}

Response to_response(const PlacedOrder& placed) {
  json::Writer json;
  json.object().key("order_number").value(placed.number).key("status").value("received");
  json.key("total_amount").raw(placed.total.to_string());
  json.key("priority").value(placed.priority);
  json.key("estimated_completion").value(core::format_utc(placed.estimated_completion));
  Response response{.body = json.end_object().take()};
  if (placed.replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

void log_placed(const PlacedOrder& placed, const Request& request, logging::Logger& log) {
  if (!log.enabled(logging::Level::debug)) return;
  if (placed.replayed) {
    log.debug({.action = "order_replayed",
               .message = "Order " + placed.number + " answered again",
               .request_id = request.request_id,
               .order_number = placed.number});
    return;
  }
  log.debug({.action = "order_received",
             .message = "Order " + placed.number + " received",
             .request_id = request.request_id,
             .order_number = placed.number,
             .details = {{"order_type", std::string{domain::to_string(placed.type)}},
                         {"priority", placed.priority},
                         {"total_amount", placed.total.to_string()}}});
}

}  // namespace

void add_order_routes(http::Router& router, PlaceOrder& place_order, Observer& observer, logging::Logger& log) {
  router.add("POST", "/orders", [&](const Request& request) {
    auto order = read_order(request);
    if (!order) {
      observer.refused(NotTaken::validation);
      return refuse(order.error(), request, log);
    }
    const auto placed = place_order(std::move(*order));
    if (!placed) return refuse(placed.error(), request, log);
    log_placed(*placed, request, log);
    return to_response(*placed);
  });
}

}  // namespace pizza::order
