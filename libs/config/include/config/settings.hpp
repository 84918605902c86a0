#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pizza::config {

/// Every setting of CONTRACT §1 with its default, as the services use them. Plain data.
struct Database {
  std::string
      url;  ///< whole connection string (`--db`, `DB_URL`); if set, the parts below only fill what it leaves out
  std::string host = "localhost";
  std::uint16_t port = 5432;
  std::string user = "restaurant_user";
  std::string password = "restaurant_pass";
  std::string database = "restaurant_db";
  std::string sslmode;
  std::string sslrootcert;
  int pool_size = 4;
  std::chrono::milliseconds statement_timeout{5000};
};

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

struct Rabbitmq {
  std::vector<HostPort> hosts{{"localhost", 5672}};  ///< tried in turn
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
  bool tls = false;
  std::string ca_file;
};

struct Logging {
  std::string level = "INFO";
  std::string file;
};

enum class WhenBrokerDown { reject, accept };

struct Order {
  std::string address = "0.0.0.0";
  std::uint16_t port = 3000;
  int max_concurrent = 50;
  WhenBrokerDown when_broker_down = WhenBrokerDown::reject;
  std::string staff_token;                             ///< empty: nobody is staff
  std::chrono::milliseconds reconcile_interval{5000};  ///< between looks for orders whose messages were lost
  std::uint16_t admin_port = 0;                        ///< 0: off
};

struct Kitchen {
  std::string worker_name;
  std::vector<std::string> order_types;  ///< empty: all
  int prefetch = 1;
  std::chrono::seconds heartbeat_interval{30};
  std::chrono::milliseconds cooking_time{10'000};
  int max_active_workers = 0;                   ///< 0: no limit
  std::chrono::milliseconds max_wait{600'000};  ///< an order that waits longer is promoted, step by step
  std::vector<std::string> stations{"cook"};    ///< those an order passes, in this order
  std::string station = "cook";                 ///< the one of `stations` where this worker works
  std::uint16_t admin_port = 0;
};

struct Tracking {
  std::string address = "0.0.0.0";
  std::uint16_t port = 3002;
  std::string staff_token;  ///< empty: nobody sees names and addresses
  std::uint16_t admin_port = 0;
};

/// An endpoint outside that is told of status changes.
struct Webhook {
  std::string url;     ///< as configured; its path or query may be a credential, so it is never shown
  std::string origin;  ///< what is shown: `https://host:port`
  bool tls = true;
  std::string host;  ///< in lower case, an IPv6 address without brackets
  std::uint16_t port = 443;
  std::string target;                       ///< path and query, as in a request line
  std::string key;                          ///< the bytes that sign
  std::vector<std::string> types;           ///< statuses; empty: all
  std::string customer;                     ///< empty: every customer
  bool allow_private = false;               ///< whether it may be in a network that is not public
  std::chrono::milliseconds timeout{5000};  ///< of one attempt, from the name's lookup to the answer
  int attempts = 6;
  std::chrono::milliseconds retry_delay{1000};  ///< at most this before the second attempt; doubling
};

struct Notifier {
  std::string customer;                         ///< empty: every customer
  std::vector<std::string> notification_types;  ///< statuses; empty: all
  std::string subscriber_name;                  ///< empty: a queue of this process alone
  std::vector<Webhook> webhooks;
  std::uint16_t admin_port = 0;
};

struct Settings {
  Database database;
  Rabbitmq rabbitmq;
  Logging logging;
  Order order;
  Kitchen kitchen;
  Tracking tracking;
  Notifier notifier;
  std::string admin_address = "0.0.0.0";     ///< where `admin_port` listens
  std::chrono::milliseconds drain_delay{0};  ///< HTTP is served on for so long after a stop is asked for
  std::chrono::milliseconds shutdown_timeout{30'000};
  std::chrono::milliseconds startup_timeout{30'000};
};

}  // namespace pizza::config
