#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/order/order_database.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;
using order::Refusal;

namespace {

struct KeyedStore {
  OrderDatabase database;
  StandingClock clock{"2024-12-16T12:00:00Z"};
  std::vector<std::string> handed_over;
  order::SqlOrderStore store{options(), clock, in_ten_minutes,
                             [this](const std::vector<outbox::Row>& rows) {
                               for (const auto& row : rows) handed_over.push_back(row.order_number);
                             },
                             database.log()};

  persistence::ConnectionOptions options() const {
    auto options = database.options();
    options.lock_timeout = 200ms;
    return options;
  }
  order::Placing place(order::NewOrder order) { return std::move(store.place(std::vector{std::move(order)}).front()); }
};

order::NewOrder with_key(const std::string& key, const std::string& body_hash = "hash") {
  auto order = new_order();
  order.key = {key, body_hash};
  return order;
}

/// As if another instance worked on it, until COMMIT.
void hold(OrderDatabase& database, const std::string& key) {
  database->execute("BEGIN");
  database->execute("SELECT pg_advisory_xact_lock(hashtextextended('" + key + "', 20241216))");
}

}  // namespace

TEST_CASE("in one batch keys refuse and replay their own orders, and the others are numbered without gap") {
  KeyedStore here;
  const auto known = here.place(with_key("known"));
  REQUIRE(known);
  hold(here.database, "held");
  std::vector<order::NewOrder> orders;
  orders.push_back(with_key("known"));
  orders.push_back(new_order("Bob"));
  orders.push_back(with_key("known too", "hash"));
  orders.push_back(with_key("held"));
  orders.push_back(with_key("new"));
  orders.push_back(with_key("out of reach"));
  orders.back().replay_only = true;
  here.place(with_key("known too", "another hash"));
  const auto placings = here.store.place(orders);
  REQUIRE(placings.size() == 6);
  REQUIRE(placings[0]);
  CHECK(placings[0]->number == known->number);
  CHECK(placings[0]->replayed);
  CHECK(placings[0]->total == known->total);
  CHECK(placings[0]->priority == known->priority);
  CHECK(placings[0]->estimated_completion == core::parse_utc("2024-12-16T12:10:00Z"));
  CHECK(number_of(placings[1]) == "ORD_20241216_003");
  CHECK(placings[2].error() == Refusal::key_reused);
  CHECK(placings[3].error() == Refusal::key_in_flight);
  REQUIRE(placings[4]);
  CHECK(placings[4]->number == "ORD_20241216_004");
  CHECK_FALSE(placings[4]->replayed);
  CHECK(placings[5].error() == Refusal::broker_unavailable);
  CHECK(here.handed_over ==
        std::vector<std::string>{"ORD_20241216_001", "ORD_20241216_002", "ORD_20241216_003", "ORD_20241216_004"});
  here.database->execute("COMMIT");
  CHECK(here.database->query("SELECT key, order_number, body_hash FROM idempotency_keys ORDER BY order_number") ==
        TestDatabase::Rows{{"known", "ORD_20241216_001", "hash"},
                           {"known too", "ORD_20241216_002", "another hash"},
                           {"new", "ORD_20241216_004", "hash"}});
  CHECK(number_of(here.place(with_key("held"))) == "ORD_20241216_005");
}

TEST_CASE("a batch with nothing new writes nothing and needs no number") {
  KeyedStore here;
  here.place(with_key("known"));
  here.place(with_key("known too"));
  here.database->execute("BEGIN");
  here.database->execute("SELECT * FROM order_counters FOR UPDATE");
  const auto placings = here.store.place(std::vector{with_key("known"), with_key("known too", "other")});
  CHECK(number_of(placings[0]) == "ORD_20241216_001");
  CHECK(placings[1].error() == Refusal::key_reused);
  here.database->execute("COMMIT");
  CHECK(here.handed_over.size() == 2);
  CHECK(number_of(here.place(new_order())) == "ORD_20241216_003");
}

TEST_CASE("a key is known for 24 hours to the microsecond") {
  KeyedStore here;
  here.place(with_key("key"));
  here.clock.set("2024-12-17T11:59:59.999999Z");
  CHECK(number_of(here.place(with_key("key"))) == "ORD_20241216_001");
  here.clock.set("2024-12-17T12:00:00Z");
  const auto second = here.place(with_key("key", "another body"));
  CHECK(number_of(second) == "ORD_20241217_001");
  CHECK(number_of(here.place(with_key("key", "another body"))) == "ORD_20241217_001");
  CHECK(here.database->value("SELECT count(*) FROM idempotency_keys") == "1");
}

TEST_CASE("expired keys that someone else has in hand are passed over") {
  KeyedStore here;
  here.place(with_key("old"));
  here.place(with_key("older"));
  here.clock.set("2024-12-18T12:00:00Z");
  here.database->execute("BEGIN");
  here.database->execute("SELECT * FROM idempotency_keys WHERE key = 'old' FOR UPDATE");
  CHECK(number_of(here.place(with_key("key"))) == "ORD_20241218_001");
  here.database->execute("COMMIT");
  CHECK(here.database->query("SELECT key FROM idempotency_keys ORDER BY key") == TestDatabase::Rows{{"key"}, {"old"}});
}
