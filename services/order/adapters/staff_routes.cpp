#include "order/adapters/staff_routes.hpp"

#include <array>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "contracts/order_request.hpp"
#include "domain/order_number.hpp"
#include "http/bearer.hpp"
#include "json/writer.hpp"
#include "order/adapters/request_body.hpp"
#include "tracking/routes.hpp"
#include "tracking/visitor.hpp"

namespace pizza::order {
namespace {

using domain::OrderStatus;
using http::Problem;
using http::Request;
using http::Response;

constexpr std::string_view kRefused = "A staff operation was refused";

/// nullopt: the bearer of the token asks.
std::optional<Problem> check_token(const Request& request, const std::string& token) {
  if (token.empty()) {
    return Problem{
        .status = 403, .error = "staff_disabled", .detail = "No staff token is configured; nobody may do this."};
  }
  if (tracking::bears_staff_token(request, token)) return std::nullopt;
  return tracking::unauthorized(http::bearer_token(request) ? "The bearer token is not the staff's."
                                                            : "This needs the staff's bearer token.");
}

/// No body at all is an empty form.
std::expected<StaffForm, Problem> read_form(const std::string& text) {
  if (text.empty()) return StaffForm{};
  const auto body = read_object(text);
  if (!body) return std::unexpected(body.error());
  return StaffForm{contracts::text_of(body->find("reason")), contracts::number_of(body->find("priority"))};
}

/// `check` turns the form into what the operation needs.
template <class Check>
auto read_body(const Request& request, Check check)
    -> std::expected<typename decltype(check({}))::value_type, Problem> {
  const auto form = read_form(request.body);
  if (!form) return std::unexpected(form.error());
  auto checked = check(*form);
  if (!checked) return std::unexpected(invalid("The request is not valid.", checked.error()));
  return std::move(*checked);
}

Response illegal(const StaffOutcome& outcome, std::string detail, const Request& request, logging::Logger& log) {
  if (log.enabled(logging::Level::debug)) {
    log.debug({.action = "illegal_transition",
               .message = detail,
               .request_id = request.request_id,
               .order_number = outcome.number});
  }
  return http::problem_response({.status = 409,
                                 .error = "illegal_transition",
                                 .detail = std::move(detail),
                                 .members = {{"current_status", std::string{domain::to_string(outcome.status)}}}},
                                request.request_id);
}

Response done(const StaffOutcome& outcome) {
  json::Writer json;
  json.object().key("order_number").value(outcome.number);
  json.key("status").value(domain::to_string(outcome.status));
  json.key("priority").value(outcome.priority);
  json.key("updated_at").value(core::format_utc(outcome.updated_at));
  return {.body = json.end_object().take()};
}

/// One of the operations that move an order.
struct Move {
  std::string_view path;
  OrderStatus to;
  std::string_view action;  ///< of its log line
};
constexpr std::array kMoves{Move{"/orders/{number}/cancel", OrderStatus::cancelled, "order_cancelled"},
                            Move{"/orders/{number}/dispatch", OrderStatus::out_for_delivery, "order_dispatched"},
                            Move{"/orders/{number}/deliver", OrderStatus::delivered, "order_delivered"},
                            Move{"/orders/{number}/complete", OrderStatus::completed, "order_completed"}};

void log_moved(const Move& move, const StaffOutcome& outcome, const Request& request, logging::Logger& log) {
  const bool cancelled = move.to == OrderStatus::cancelled;
  if (!cancelled && !log.enabled(logging::Level::debug)) return;
  const logging::Entry entry{
      .action = move.action,
      .message = fmt::format("Order {} is {}, by the staff", outcome.number, domain::to_string(move.to)),
      .request_id = request.request_id,
      .order_number = outcome.number,
      .details = {{"order_request_id", outcome.request_id}}};
  if (cancelled) {
    log.info(entry);
  } else {
    log.debug(entry);
  }
}

Response answer_move(const Move& move, StaffDesk& desk, const Request& request, logging::Logger& log) {
  const auto reason = read_body(request, check_move);
  if (!reason) return refuse_invalid(reason.error(), kRefused, request, log);
  const auto outcome = desk.move(request.params.at("number"), move.to, *reason);
  if (!outcome) return tracking::order_not_found(request);
  if (outcome->ruling == StaffRuling::illegal) {
    return illegal(*outcome,
                   fmt::format("The order is {}; it cannot become {}.", domain::to_string(outcome->status),
                               domain::to_string(move.to)),
                   request, log);
  }
  if (outcome->ruling == StaffRuling::change) log_moved(move, *outcome, request, log);
  return done(*outcome);
}

Response answer_priority(StaffDesk& desk, const Request& request, logging::Logger& log) {
  const auto change = read_body(request, check_priority);
  if (!change) return refuse_invalid(change.error(), kRefused, request, log);
  const auto outcome = desk.change_priority(request.params.at("number"), *change);
  if (!outcome) return tracking::order_not_found(request);
  if (outcome->ruling == StaffRuling::illegal) {
    return illegal(*outcome,
                   fmt::format("The order is {} and waits for nobody; its priority cannot be changed.",
                               domain::to_string(outcome->status)),
                   request, log);
  }
  if (outcome->ruling == StaffRuling::change) {
    log.info({.action = "priority_changed",
              .message = fmt::format("Order {} has priority {}, by the staff", outcome->number, outcome->priority),
              .request_id = request.request_id,
              .order_number = outcome->number,
              .details = {{"priority", outcome->priority}, {"order_request_id", outcome->request_id}}});
  }
  return done(*outcome);
}

}  // namespace

void add_staff_routes(http::Router& router, StaffDesk& desk, const std::string& token, logging::Logger& log) {
  // First who asks, then whether there can be such an order, then what is asked.
  const auto guarded = [&log, token](auto answer) {
    return [&log, token, answer](const Request& request) {
      if (const auto problem = check_token(request, token))
        return tracking::refuse_visitor(*problem, kRefused, request, log);
      if (!domain::OrderNumber::parse(request.params.at("number"))) return tracking::order_not_found(request);
      return answer(request);
    };
  };
  for (const auto& move : kMoves) {
    router.add("POST", move.path,
               guarded([&move, &desk, &log](const Request& request) { return answer_move(move, desk, request, log); }));
  }
  router.add("POST", "/orders/{number}/priority",
             guarded([&desk, &log](const Request& request) { return answer_priority(desk, request, log); }));
}

}  // namespace pizza::order
