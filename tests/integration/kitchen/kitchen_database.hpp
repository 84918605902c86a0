#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "core/ids.hpp"
#include "kitchen/adapters/sql_step_store.hpp"
#include "kitchen/adapters/worker_registry.hpp"
#include "logging/logger.hpp"
#include "order/schema.hpp"
#include "persistence/migrations.hpp"
#include "support/eventually.hpp"
#include "support/stored_orders.hpp"
#include "support/test_database.hpp"

namespace pizza::kitchen {

using namespace std::chrono_literals;

/// A database with the schema, and a word with it.
class KitchenDatabase {
 public:
  KitchenDatabase() {
    persistence::Connection connection(options(), log_);
    persistence::migrate(connection, order::kMigrations);
  }

  std::chrono::milliseconds lock_timeout{500};
  persistence::ConnectionOptions options() const {
    return {
        .keywords = {{"dbname", database_.url()}}, .application_name = "kitchen test", .lock_timeout = lock_timeout};
  }
  logging::Logger& log() { return log_; }
  test::TestDatabase& operator*() { return database_; }
  test::TestDatabase* operator->() { return &database_; }
  std::string value(const std::string& sql) { return database_.value(sql); }

  /// A registered worker: its name and the process that holds it.
  WorkerIdentity worker(const std::string& name) {
    WorkerIdentity identity{name, core::random_uuid()};
    database_.execute("INSERT INTO workers (name, type, instance_id) VALUES ('" + name + "', 'general', '" +
                      identity.instance_id + "')");
    return identity;
  }
  /// A received order.
  void order(const std::string& number, const std::string& type = "takeout", int priority = 1) {
    store_order(database_, {.number = number, .type = type, .priority = priority});
  }
  /// An expression over the row of an order.
  std::string of(const std::string& number, const std::string& expression) {
    return value("SELECT " + expression + " FROM orders WHERE number = '" + number + "'");
  }
  std::string status(const std::string& number) {
    return value("SELECT status FROM orders WHERE number = '" + number + "'");
  }
  std::string history(const std::string& number) {
    return value(
        "SELECT string_agg(coalesce(l.status, 'note'), ' ' ORDER BY l.id) FROM order_status_log l"
        " JOIN orders o ON o.id = l.order_id WHERE o.number = '" +
        number + "'");
  }
  std::string outbox_count() { return value("SELECT count(*) FROM outbox"); }
  /// From now on a log row of this status is refused for every order.
  void curse(const std::string& log_status) {
    database_.execute(
        "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cursed'; END $$;"
        "CREATE TRIGGER curse BEFORE INSERT ON order_status_log FOR EACH ROW WHEN (new.status = '" +
        log_status + "') EXECUTE FUNCTION curse()");
  }

 private:
  logging::Logger log_{{.service = "kitchen-worker", .level = logging::Level::error, .file = "/dev/null"}};
  test::TestDatabase database_;
};

/// A worker's store, as a rule with a base time of ten seconds, and what it handed to the publisher.
struct Cook {
  Cook(KitchenDatabase& database, const WorkerIdentity& identity, StationWork work = {.base_time = 10s})
      : store(
            database.options(), identity, std::move(work),
            [this](std::vector<outbox::Row> rows) { handed_over.insert(handed_over.end(), rows.begin(), rows.end()); },
            database.log()) {}
  Cook(KitchenDatabase& database, const std::string& name, StationWork work = {.base_time = 10s})
      : Cook(database, database.worker(name), std::move(work)) {}

  std::vector<outbox::Row> handed_over;
  SqlStepStore store;

  Claimed claim(const Turn& turn) { return store.claim({&turn, 1}).at(0); }
  Finished::Kind finish(const Turn& turn) {
    const Cooked cooked{turn.order_number, turn.claim};
    return store.finish({&cooked, 1}).at(0).kind;
  }
};

/// A turn by the order's own message, or by another.
inline Turn turn_for(const std::string& number, bool redelivered = false, const std::string& message_id = {}) {
  return {.delivery = {.redelivered = redelivered, .message_id = message_id.empty() ? "m-" + number : message_id},
          .order_number = number,
          .claim = core::random_uuid()};
}

}  // namespace pizza::kitchen
