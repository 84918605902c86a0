#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/program.hpp"
#include "http/operator_endpoints.hpp"
#include "messaging/consumer.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/publisher.hpp"
#include "persistence/connection.hpp"

namespace pizza::host {

/// How to reach the database with these settings. `role` names the connection: `order-service writer`.
persistence::ConnectionOptions database_options(const Context& context, const std::string& role);
/// The same for a session that finds its rows by their keys (`ConnectionOptions::by_key`).
persistence::ConnectionOptions keyed_database_options(const Context& context, const std::string& role);
/// How to reach the broker with these settings.
messaging::Endpoint broker_endpoint(const Context& context, const std::string& role);

/// Waits until the database answers, with backoff for `startup_timeout`; logs `db_connected`, or `db_connection_failed`
/// and throws StartupError. A stop asked for meanwhile throws StartupError too.
void wait_for_database(Context& context, const persistence::ConnectionOptions& options);
/// Runs `step` of the start, again with backoff while the database fails it, for `startup_timeout`; then as above.
/// `step` must be safe to repeat.
void retry_database(Context& context, const std::function<void()>& step);

/// Logs `rabbitmq_connected` / `rabbitmq_connection_failed` for a publisher's or consumer's `on_change`, with the time
/// a reconnection took, and counts reconnections of `connection`, one of a few words, in
/// `pizza_broker_reconnects_total`. `what` ends the sentence "Connected to RabbitMQ …". The result is thread-safe.
std::function<void(bool, const std::string&)> broker_change_logger(Context& context, const std::string& connection,
                                                                   std::string what);

/// For `/readyz`: `ok`, `blocked` (a broker alarm), `unconfirmed` (it owes confirms), `unavailable`; ready if `ok`.
http::DependencyState state_of(const messaging::Publisher& publisher);
/// Of who consumes and publishes only what comes of it: also ready while `blocked`, as the work goes on.
http::DependencyState state_of(const messaging::Consumer& consumer, const messaging::Publisher& publisher);
/// `ok` or `unavailable`.
http::DependencyState state_of(bool available);

/// A part of the process for `/livez` (`context.health`): one that never waits long for anybody, and one that asks the
/// database, where each question may take its time.
core::Pulse& watch_loop(Context& context, std::string name);
core::Pulse& watch_database_user(Context& context, std::string name);

/// `start` for a publisher or consumer: waits `startup_timeout`, logs `rabbitmq_connection_failed` and throws
/// StartupError when the broker is not reachable or its topology differs. A stop asked for meanwhile ends it.
void start(Context& context, messaging::Publisher& publisher);
void start(Context& context, messaging::Consumer& consumer);

}  // namespace pizza::host
