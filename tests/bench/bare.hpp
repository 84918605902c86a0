#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/test_database.hpp"
#include "support/test_vhost.hpp"

namespace pizza::bench {

/// What a kitchen does with the broker and nothing else, by rabbitmq-c alone: takes `orders` messages from the three
/// kitchen queues with this prefetch, publishes two persistent messages for each to notifications_fanout, and
/// acknowledges it when both are confirmed. Returns orders per second.
double run_bare_kitchen(const test::TestVhost& vhost, std::int64_t orders, int prefetch);

/// Publishes a message for each order that waits, as order-service would.
void ask_for_waiting(test::TestDatabase& database, const test::TestVhost& vhost);

/// `times` times: three transactions of one row, one after the other, and three messages, each published and confirmed.
/// Returns the milliseconds of each time.
std::vector<double> run_bare_steps(test::TestDatabase& database, const test::TestVhost& vhost, int times);

}  // namespace pizza::bench
