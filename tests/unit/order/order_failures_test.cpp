#include "order/adapters/order_failures.hpp"

#include <exception>
#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

#include "logging/logger.hpp"
#include "order/app/order_store.hpp"
#include "order/app/staff_desk.hpp"
#include "persistence/sql_error.hpp"
#include "unit/logging/log_file.hpp"

namespace {

using namespace pizza;
using order::StaffStoreFailed;

/// What is answered to a failure, and what is said of it in the log: `503 overloaded 1 | db_query_failed`.
template <class Failure>
std::string told(const Failure& failure) {
  const test::Folder folder;
  http::Response response;
  {
    logging::Logger log({.service = "order-service", .file = folder.file("log")});
    const http::Request request{.params = {{"number", "ORD_20241216_001"}}, .request_id = "r"};
    response = order::answer_order_failure(request, std::make_exception_ptr(failure), log);
  }
  auto text = std::to_string(response.status) + ' ' + test::member(response.body, "error");
  for (const auto& [name, value] : response.headers) {
    if (name == "Retry-After") text += ' ' + value;
  }
  text += " |";
  for (const auto& line : test::lines(folder.file("log"))) {
    text += ' ' + test::member(line, "action");
    const auto number = test::member(line, "order_number");
    if (number != "(none)") text += ' ' + number;
  }
  return text;
}

TEST_CASE("an order that was not stored is answered by why, and logged where it is not yet") {
  CHECK(told(order::StoreUnavailable("gone")) == "500 database_unavailable |");
  CHECK(told(order::OrderRefused("22021")) == "500 order_refused |");
  CHECK(told(order::OutcomeUnknown("gone")) == "500 outcome_unknown | db_transaction_failed ORD_20241216_001");
}

TEST_CASE("a staff operation that failed is answered by whether anything may have been written") {
  using Kind = StaffStoreFailed::Kind;
  const std::string unavailable = "500 database_unavailable | db_transaction_failed ORD_20241216_001";
  CHECK(told(StaffStoreFailed("42P01", Kind::failed)) == unavailable);
  CHECK(told(StaffStoreFailed("40P01", Kind::passing)) == unavailable);
  CHECK(told(StaffStoreFailed("no session", Kind::overloaded)) == "503 overloaded 1 | db_query_failed");
  CHECK(told(order::StaffOutcomeUnknown("gone")) == "500 outcome_unknown | db_transaction_failed ORD_20241216_001");
}

TEST_CASE("what the readers throw is answered as the tracking service answers it") {
  CHECK(told(persistence::PoolExhausted()) == "503 overloaded 1 | db_query_failed");
  CHECK(told(persistence::SqlError("gone", "", true)) == "500 database_unavailable | db_query_failed");
  CHECK(told(std::runtime_error("a bug")) == "500 internal_error | request_failed");
}

}  // namespace
