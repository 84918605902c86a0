#include "tracking/routes.hpp"

#include "documents.hpp"
#include "order_routes.hpp"
#include "persistence/sql_error.hpp"
#include "request_log.hpp"

namespace pizza::tracking {

void log_request(const http::Request& request, logging::Logger& log) {
  if (!log.enabled(logging::Level::debug)) return;
  const auto number = request.params.find("number");
  log.debug({.action = "request_received",
             .message = request.method + " " + request.path,
             .request_id = request.request_id,
             .order_number = number == request.params.end() ? std::string_view{} : std::string_view{number->second},
             .details = {{"endpoint", request.path}}});
}

void add_routes(http::Router& router, OrderReader& orders, KitchenReader& kitchen, const Forecast& forecast,
                const core::Clock& clock, const std::string& staff_token, logging::Logger& log) {
  add_order_routes(router, orders, forecast, clock, staff_token, log);
  router.add("GET", "/workers/status", [&kitchen, &log](const http::Request& request) {
    log_request(request, log);
    return http::Response{.body = workers_document(kitchen.workers())};
  });
  router.add("GET", "/stats/priorities", [&kitchen, &log](const http::Request& request) {
    log_request(request, log);
    return http::Response{.body = priorities_document(kitchen.priorities())};
  });
}

http::Response order_not_found(const http::Request& request) {
  return http::problem_response(
      {.status = 404, .error = "order_not_found", .detail = "There is no order with this number."}, request.request_id);
}

http::Response answer_failure(const http::Request& request, const std::exception_ptr& failure, logging::Logger& log) {
  http::Problem problem{.status = 500, .error = "internal_error", .detail = "The request could not be answered."};
  try {
    std::rethrow_exception(failure);
  } catch (const persistence::PoolExhausted& error) {
    problem = {.status = 503, .error = "overloaded", .detail = "Too many requests.", .retry_after_seconds = 1};
    log.error({.action = "db_query_failed", .message = error.what(), .request_id = request.request_id}, error);
  } catch (const persistence::SqlError& error) {
    problem.error = "database_unavailable";
    problem.detail = "The database could not be read.";
    log.error({.action = "db_query_failed", .message = "A database query failed", .request_id = request.request_id},
              error);
  } catch (const std::exception& error) {
    log.error({.action = "request_failed", .message = "A request failed", .request_id = request.request_id}, error);
  } catch (...) {
    log.error({.action = "request_failed", .message = "A request failed", .request_id = request.request_id},
              "an exception of unknown type");
  }
  return http::problem_response(problem, request.request_id);
}

}  // namespace pizza::tracking
