#include "order_routes.hpp"

#include "documents.hpp"
#include "domain/order_number.hpp"
#include "request_log.hpp"
#include "tracking/order_filter.hpp"
#include "tracking/routes.hpp"
#include "tracking/visitor.hpp"

namespace pizza::tracking {
namespace {

using http::Request;
using http::Response;

Response bad_query(const Request& request, std::vector<http::FieldError> faults) {
  return http::problem_response(
      {.status = 400, .error = "validation_failed", .detail = "The query is not valid.", .errors = std::move(faults)},
      request.request_id);
}

/// What is told to the staff alone stays in no cache.
Response document(std::string body, Visitor visitor) {
  Response response{.body = std::move(body)};
  if (visitor == Visitor::staff) response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// The handlers; copies share what they are built on.
struct OrderQuestions {
  OrderReader& reader;
  const Forecast& forecast;
  const core::Clock& clock;
  std::string staff_token;
  logging::Logger& log;

  std::optional<core::TimePoint> completion(const OrderState& order) const {
    if (order.status != "received") return order.estimated_completion;
    return forecast.ready_at(clock.now(), order.type, order.precedence, order.id);
  }

  Response refuse(const Request& request) const {
    return refuse_visitor(unauthorized("The credentials are not those of the staff."),
                          "Somebody claimed to be of the staff", request, log);
  }

  Response status(const Request& request, const std::string& number) const {
    const auto order = reader.state(number);
    if (!order) return order_not_found(request);
    return {.body = status_document(number, *order, completion(*order))};
  }

  Response history(const Request& request, const std::string& number) const {
    const auto history = reader.history(number);
    return history ? Response{.body = history_document(*history)} : order_not_found(request);
  }

  Response details(const Request& request, const std::string& number) const {
    const auto visitor = visitor_of(request, staff_token);
    if (!visitor) return refuse(request);
    const auto order = reader.details(number);
    if (!order) return order_not_found(request);
    return document(order_document(number, *order, completion(order->state), *visitor), *visitor);
  }

  Response list(const Request& request) const {
    const auto visitor = visitor_of(request, staff_token);
    if (!visitor) return refuse(request);
    auto filter = read_filter(request.query);
    if (!filter) return bad_query(request, std::move(filter.error()));
    const auto page = reader.list(*filter);
    if (!page) return bad_query(request, {{"after", "there is no order with this number"}});
    return document(page_document(*page, *visitor), *visitor);
  }
};

}  // namespace

void add_order_routes(http::Router& router, OrderReader& reader, const Forecast& forecast, const core::Clock& clock,
                      const std::string& staff_token, logging::Logger& log) {
  const OrderQuestions questions{reader, forecast, clock, staff_token, log};
  // A number that could never have been given is not worth a query.
  const auto numbered = [&log, &questions](auto answer) {
    return [&log, questions, answer](const Request& request) {
      log_request(request, log);
      const auto& number = request.params.at("number");
      if (!domain::OrderNumber::parse(number)) return order_not_found(request);
      return (questions.*answer)(request, number);
    };
  };
  router.add("GET", "/orders/{number}/status", numbered(&OrderQuestions::status));
  router.add("GET", "/orders/{number}/history", numbered(&OrderQuestions::history));
  router.add("GET", "/orders/{number}", numbered(&OrderQuestions::details));
  router.add("GET", "/orders", [&log, questions](const Request& request) {
    log_request(request, log);
    return questions.list(request);
  });
}

}  // namespace pizza::tracking
