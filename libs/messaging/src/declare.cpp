#include "declare.hpp"

#include <vector>

#include <fmt/format.h>

#include "codec.hpp"
#include "retry.hpp"

namespace pizza::messaging {
namespace {

/// Asks the broker, and tells a refusal that will not go away from one that may. RabbitMQ's text names the argument:
/// `PRECONDITION_FAILED - inequivalent arg 'x-max-priority' for queue 'q' in vhost '/': received none but current is
/// …`.
template <class Call>
void ask(Connection& connection, const std::string& doing, Call call) {
  try {
    connection.ask(doing, call);
  } catch (const BrokerError& error) {
    if (error.reply_code() == AMQP_PRECONDITION_FAILED || error.reply_code() == AMQP_ACCESS_REFUSED) {
      throw TopologyError(error.what());
    }
    throw;
  }
}

void declare_exchange(Connection& connection, const Exchange& exchange) {
  ask(connection, fmt::format("declaring exchange '{}'", exchange.name), [&] {
    amqp_exchange_declare(connection.state(), kChannel, to_bytes(exchange.name), to_bytes(exchange.type), 0, 1, 0, 0,
                          amqp_empty_table);
  });
}

std::size_t declare_queue(Connection& connection, const Queue& queue) {
  std::vector<amqp_table_entry_t> arguments;
  if (queue.max_priority > 0) arguments.push_back(to_argument("x-max-priority", queue.max_priority));
  if (queue.expires) arguments.push_back(to_argument("x-expires", queue.expires->count()));
  const amqp_table_t table{.num_entries = static_cast<int>(arguments.size()), .entries = arguments.data()};
  std::size_t count = 0;
  ask(connection, fmt::format("declaring queue '{}'", queue.name), [&] {
    const auto* ok = amqp_queue_declare(connection.state(), kChannel, to_bytes(queue.name), 0, queue.durable,
                                        queue.exclusive, queue.auto_delete, table);
    if (ok != nullptr) count = ok->message_count;
  });
  return count;
}

void bind(Connection& connection, const Binding& binding) {
  const auto doing = fmt::format("binding queue '{}' to exchange '{}'", binding.queue, binding.exchange);
  ask(connection, doing, [&] {
    amqp_queue_bind(connection.state(), kChannel, to_bytes(binding.queue), to_bytes(binding.exchange),
                    to_bytes(binding.routing_key), amqp_empty_table);
  });
}

}  // namespace

QueueCounts declare(Connection& connection, const Topology& topology) {
  QueueCounts counts;
  for (const auto& exchange : topology.exchanges) declare_exchange(connection, exchange);
  for (const auto& queue : topology.queues) counts[queue.name] = declare_queue(connection, queue);
  for (const auto& binding : topology.bindings) bind(connection, binding);
  return counts;
}

void declare(const Endpoint& endpoint, const Topology& topology, core::Deadline deadline, const Pause& pause) {
  Lifeline line;
  retry(deadline, pause, [&] {
    Connection connection(endpoint, deadline, line);
    declare(connection, topology);
    connection.close(deadline);
  });
}

}  // namespace pizza::messaging
