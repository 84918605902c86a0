#include "order/adapters/order_failures.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "order/app/order_store.hpp"
#include "order/app/staff_desk.hpp"
#include "tracking/routes.hpp"

namespace pizza::order {
namespace {

using http::Problem;
using http::Request;

Problem failed(std::string error, std::string detail) {
  return {.status = 500, .error = std::move(error), .detail = std::move(detail)};
}

void log_transaction(std::string_view message, const Request& request, const std::exception& error,
                     logging::Logger& log) {
  const auto number = request.params.find("number");
  log.error({.action = "db_transaction_failed",
             .message = std::string{message},
             .request_id = request.request_id,
             .order_number = number == request.params.end() ? std::string_view{} : std::string_view{number->second}},
            error);
}

Problem staff_problem(const StaffStoreFailed& error, const Request& request, logging::Logger& log) {
  if (error.kind() != StaffStoreFailed::Kind::overloaded) {
    log_transaction("A staff operation failed", request, error, log);
    return failed("database_unavailable", "The order could not be changed.");
  }
  log.error({.action = "db_query_failed", .message = error.what(), .request_id = request.request_id}, error);
  return {.status = 503, .error = "overloaded", .detail = "Too many requests.", .retry_after_seconds = 1};
}

}  // namespace

http::Response answer_order_failure(const Request& request, const std::exception_ptr& failure, logging::Logger& log) {
  Problem problem;
  try {
    std::rethrow_exception(failure);
  } catch (const OutcomeUnknown& error) {
    log_transaction("It is not known whether an order was stored", request, error, log);
    problem = failed("outcome_unknown", "The connection was lost while the order was stored; it may have been taken.");
  } catch (const StoreUnavailable&) {  // it was logged once for its batch, and so was the next
    problem = failed("database_unavailable", "The order could not be stored; it was not taken.");
  } catch (const OrderRefused&) {
    problem = failed("order_refused", "The database refused the order; it was not taken.");
  } catch (const StaffOutcomeUnknown& error) {
    log_transaction("A staff operation failed", request, error, log);
    problem =
        failed("outcome_unknown", "The connection was lost while the order was changed; it may have been changed.");
  } catch (const StaffStoreFailed& error) {
    problem = staff_problem(error, request, log);
  } catch (...) {
    return tracking::answer_failure(request, failure, log);
  }
  return http::problem_response(problem, request.request_id);
}

}  // namespace pizza::order
