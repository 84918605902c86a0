#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "logging/logger.hpp"
#include "messaging/publisher.hpp"
#include "order/schema.hpp"
#include "outbox/relay.hpp"
#include "outbox/store.hpp"
#include "persistence/connection.hpp"
#include "persistence/migrations.hpp"
#include "support/test_database.hpp"
#include "support/test_vhost.hpp"

namespace pizza::test {

inline messaging::PublisherOptions publisher_options(const TestVhost& vhost) {
  messaging::PublisherOptions options;
  const auto& broker = vhost.broker();
  options.endpoint.hosts = {{broker.host, broker.port}};
  options.endpoint.user = broker.user;
  options.endpoint.password = broker.password;
  options.endpoint.vhost = vhost.name();
  return options;
}

/// A database with our schema, a virtual host, and a running relay between them. Rows go to the default exchange with
/// the routing key `target`: to the queue of that name, if there is one.
struct RelayedOutbox {
  TestDatabase database;
  TestVhost vhost;
  logging::Logger log{{.service = "test", .level = logging::Level::error, .file = "/dev/null", .worker_name = ""}};
  persistence::ConnectionOptions options = make_options();
  messaging::Publisher publisher{started_options(), log};
  outbox::Relay relay{make_relay_options(), publisher, log};

  RelayedOutbox() { publisher.start(core::after(std::chrono::seconds{10})); }

  persistence::ConnectionOptions make_options() {
    persistence::ConnectionOptions made;
    made.keywords = {{"dbname", database.url()}};
    made.application_name = "outbox test";
    persistence::Connection connection(made, log);
    persistence::migrate(connection, order::kMigrations);
    return made;
  }
  messaging::PublisherOptions started_options() { return publisher_options(vhost); }
  outbox::RelayOptions make_relay_options() const {
    outbox::RelayOptions made;
    made.database = options;
    made.app_id = "test";
    return made;
  }

  static std::vector<outbox::Row> rows(int count) {
    std::vector<outbox::Row> made;
    for (int i = 0; i < count; ++i) {
      made.push_back({.exchange = "",
                      .routing_key = "target",
                      .message_type = "order",
                      .priority = 5,
                      .order_number = "ORD_20241216_001",
                      .correlation_id = "request-1",
                      .body = R"({"n":)" + std::to_string(i) + "}"});
    }
    return made;
  }
  /// Commits that many rows; they are leased to whoever wrote them.
  std::vector<outbox::Row> append(int count) {
    persistence::Connection connection(options, log);
    persistence::Transaction transaction(connection);
    auto made = rows(count);
    outbox::append(transaction, made);
    transaction.commit();
    return made;
  }
  int pending() { return std::stoi(database.value("SELECT count(*) FROM outbox")); }
};

/// Another process on the same outbox.
struct SecondRelay {
  explicit SecondRelay(RelayedOutbox& relayed)
      : publisher(publisher_options(relayed.vhost), relayed.log),
        relay(relayed.make_relay_options(), publisher, relayed.log) {
    publisher.start(core::after(std::chrono::seconds{10}));
  }
  messaging::Publisher publisher;
  outbox::Relay relay;
};

}  // namespace pizza::test
