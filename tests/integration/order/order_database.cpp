#include "integration/order/order_database.hpp"

#include <chrono>

#include "core/ids.hpp"
#include "order/schema.hpp"
#include "persistence/migrations.hpp"

namespace pizza::test {

OrderDatabase::OrderDatabase()
    : log_({.service = "order-service", .level = logging::Level::error, .file = "/dev/null"}) {
  persistence::Connection connection(options(), log_);
  persistence::migrate(connection, order::kMigrations);
}

persistence::ConnectionOptions OrderDatabase::options() const {
  return {.keywords = {{"dbname", database_.url()}}, .application_name = "test writer"};
}

std::unique_ptr<order::SqlOrderStore> make_store(OrderDatabase& database, const core::Clock& clock) {
  return std::make_unique<order::SqlOrderStore>(
      database.options(), clock, in_ten_minutes, [](const std::vector<outbox::Row>&) {}, database.log());
}

order::NewOrder new_order(const std::string& customer) {
  domain::Order order;
  order.customer_name = customer;
  order.items.push_back({"Margherita", 1, domain::Money::from_cents(12'50)});
  return {.order = order, .total = domain::total_of(order), .request_id = "test-1", .intake_id = core::random_uuid()};
}

std::string number_of(const order::Placing& placing) { return placing ? placing->number : "refused"; }

std::vector<std::string> numbers_of(const std::vector<order::Placing>& placings) {
  std::vector<std::string> numbers;
  numbers.reserve(placings.size());
  for (const auto& placing : placings) numbers.push_back(number_of(placing));
  return numbers;
}

core::TimePoint in_ten_minutes(core::TimePoint now, domain::OrderType, int) { return now + std::chrono::minutes{10}; }

std::vector<order::NewOrder> new_orders(std::size_t count) {
  std::vector<order::NewOrder> orders;
  orders.reserve(count);
  for (std::size_t i = 0; i < count; ++i) orders.push_back(new_order());
  return orders;
}

}  // namespace pizza::test
