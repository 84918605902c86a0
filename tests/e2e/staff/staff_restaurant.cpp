#include "e2e/staff/staff_restaurant.hpp"

#include <chrono>

#include "support/eventually.hpp"
#include "support/stored_orders.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

http::Client::Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

Answer ask_staff(const Service& orders, const std::string& number, const std::string& operation,
                 const std::string& body, const http::Client::Headers& headers) {
  return to_answer(orders.post("/orders/" + number + "/" + operation, body, headers));
}

StaffRestaurant::StaffRestaurant(Extra extra) {
  extra.environment.insert({"PIZZA_ORDER_STAFF_TOKEN", kStaffToken});
  orders = &restaurant.start_order_service(extra);
}

StaffRestaurant& StaffRestaurant::get() {
  static StaffRestaurant shared;
  return shared;
}

std::string StaffRestaurant::plant(const std::string& status, const std::string& type) {
  return store_order(
      database(),
      {.type = type,
       .status = status,
       .age = "1 minute",
       .also =
           "customer_name = 'Guest ' || id, traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'"});
}

std::string StaffRestaurant::of_order(const std::string& number, const std::string& expression) {
  return database().value("SELECT " + expression + " FROM orders WHERE number = '" + number + "'");
}

std::string StaffRestaurant::utc_of(const std::string& number, const std::string& column) {
  return of_order(number, "to_char(" + column + R"( AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))");
}

std::string StaffRestaurant::log_of(const std::string& number) {
  return database().value(
      "SELECT coalesce(string_agg(concat_ws(' ', coalesce(l.status, 'note'), l.changed_by, l.notes), '; ' ORDER BY "
      "l.id), '') FROM order_status_log l JOIN orders o ON o.id = l.order_id "
      "WHERE l.changed_at > o.created_at AND o.number = '" +
      number + "'");
}

bool StaffRestaurant::announced() {
  return eventually(core::after(40s), [&] { return database().value("SELECT count(*) FROM outbox") == "0"; });
}

std::vector<std::string> bodies_about(const std::string& number, const std::vector<BrokerMessage>& messages) {
  std::vector<std::string> bodies;
  for (const auto& message : messages) {
    if (message.body.find(number) != std::string::npos) bodies.push_back(message.body);
  }
  return bodies;
}

}  // namespace pizza::test
