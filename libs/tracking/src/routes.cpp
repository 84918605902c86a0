#include "tracking/routes.hpp"

#include <utility>

#include "domain/order_number.hpp"
#include "json/writer.hpp"
#include "persistence/sql_error.hpp"

namespace pizza::tracking {
namespace {

http::Response not_found(const http::Request& request) {
  return http::problem_response(
      {.status = 404, .error = "order_not_found", .detail = "There is no order with this number."}, request.request_id);
}

void log_request(const http::Request& request, logging::Logger& log) {
  if (!log.enabled(logging::Level::debug)) return;
  const auto number = request.params.find("number");
  log.debug({.action = "request_received",
             .message = request.method + " " + request.path,
             .request_id = request.request_id,
             .order_number = number == request.params.end() ? std::string_view{} : std::string_view{number->second},
             .details = {{"endpoint", request.path}}});
}

void write_time(json::Writer& json, std::string_view key, const std::optional<core::TimePoint>& time) {
  json.key(key);
  if (time) {
    json.value(core::format_utc(*time));
  } else {
    json.null();
  }
}

std::string to_json(const std::string& number, const OrderState& order,
                    const std::optional<core::TimePoint>& estimated_completion) {
  json::Writer json;
  json.object().key("order_number").value(number).key("current_status").value(order.status);
  write_time(json, "updated_at", order.updated_at);
  write_time(json, "estimated_completion", estimated_completion);
  json.key("processed_by");
  if (order.processed_by) {
    json.value(*order.processed_by);
  } else {
    json.null();
  }
  return json.end_object().take();
}

std::string to_json(const std::vector<Transition>& history) {
  json::Writer json;
  json.array();
  for (const auto& entry : history) {
    json.object().key("status").value(entry.status);
    write_time(json, "timestamp", entry.changed_at);
    json.key("changed_by").value(entry.changed_by).end_object();
  }
  return json.end_array().take();
}

std::string to_json(const std::vector<WorkerState>& workers) {
  json::Writer json;
  json.array();
  for (const auto& worker : workers) {
    json.object().key("worker_name").value(worker.name);
    json.key("status").value(worker.online ? "online" : "offline");
    json.key("orders_processed").value(worker.orders_processed);
    write_time(json, "last_seen", worker.last_seen);
    json.end_object();
  }
  return json.end_array().take();
}

}  // namespace

void add_routes(http::Router& router, OrderReader& reader, const Forecast& forecast, const core::Clock& clock,
                logging::Logger& log) {
  // A number that could never have been given is not worth a query.
  const auto numbered = [&log](auto answer) {
    return [&log, answer](const http::Request& request) {
      log_request(request, log);
      const auto& number = request.params.at("number");
      if (!domain::OrderNumber::parse(number)) return not_found(request);
      return answer(request, number);
    };
  };
  router.add("GET", "/orders/{number}/status",
             numbered([&reader, &forecast, &clock](const http::Request& request, const std::string& number) {
               const auto order = reader.state(number);
               if (!order) return not_found(request);
               auto completion = order->estimated_completion;
               if (order->status == "received") {
                 completion = forecast.ready_at(clock.now(), order->type, order->priority, order->id);
               }
               return http::Response{.body = to_json(number, *order, completion)};
             }));
  router.add("GET", "/orders/{number}/history",
             numbered([&reader](const http::Request& request, const std::string& number) {
               const auto history = reader.history(number);
               return history ? http::Response{.body = to_json(*history)} : not_found(request);
             }));
  router.add("GET", "/workers/status", [&reader, &log](const http::Request& request) {
    log_request(request, log);
    return http::Response{.body = to_json(reader.workers())};
  });
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
