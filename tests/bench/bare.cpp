#include "bare.hpp"

#include <chrono>
#include <deque>
#include <memory>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace pizza::bench {
namespace {

constexpr amqp_channel_t kConsuming = 1;
constexpr amqp_channel_t kPublishing = 2;
constexpr int kPublishedForEach = 2;

/// About as long as a status update (CONTRACT §3).
const std::string& notification() {
  static const std::string body =
      R"({"order_number":"ORD_20261010_000001","old_status":"received","new_status":"cooking","changed_by":"chef_mario",)"
      R"("timestamp":"2026-10-10T10:32:00.000Z","estimated_completion":"2026-10-10T10:42:00.000Z","order_type":"takeout"})";
  return body;
}

/// One connection with two channels, the second of which confirms.
class Broker {
 public:
  explicit Broker(const test::TestVhost& vhost) : connection_(amqp_new_connection()) {
    const auto& broker = vhost.broker();
    auto* socket = amqp_tcp_socket_new(connection_);
    if (amqp_socket_open(socket, broker.host.c_str(), broker.port) != AMQP_STATUS_OK) throw core::Error("no broker");
    check(amqp_login(connection_, vhost.name().c_str(), 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN,
                     broker.user.c_str(), broker.password.c_str()));
    for (const auto channel : {kConsuming, kPublishing}) {
      amqp_channel_open(connection_, channel);
      check(amqp_get_rpc_reply(connection_));
    }
    amqp_confirm_select(connection_, kPublishing);
    check(amqp_get_rpc_reply(connection_));
  }
  ~Broker() {
    amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection_);
  }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void consume(int prefetch) {
    amqp_basic_qos(connection_, kConsuming, 0, static_cast<std::uint16_t>(prefetch), false);
    for (const auto* queue : {"kitchen_dine_in_queue", "kitchen_takeout_queue", "kitchen_delivery_queue"}) {
      amqp_basic_consume(connection_, kConsuming, amqp_cstring_bytes(queue), amqp_empty_bytes, false, false, false,
                         amqp_empty_table);
      check(amqp_get_rpc_reply(connection_));
    }
  }

  void publish(const std::string& exchange, const std::string& routing_key, const std::string& id, int priority,
               const std::string& body) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                        AMQP_BASIC_PRIORITY_FLAG;
    properties.content_type = amqp_cstring_bytes("application/json");
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties.message_id = bytes(id);
    properties.priority = static_cast<std::uint8_t>(priority);
    amqp_basic_publish(connection_, kPublishing, bytes(exchange), bytes(routing_key), false, false, &properties,
                       bytes(body));
  }
  void notify() { publish("notifications_fanout", "", "1234567", 0, notification()); }

  void acknowledge(std::uint64_t tag) { amqp_basic_ack(connection_, kConsuming, tag, true); }

  struct Event {
    std::uint64_t delivered = 0;  ///< the tag of a delivery
    std::uint64_t confirmed = 0;  ///< the last number that is confirmed, with all before or alone
    bool multiple = false;
  };
  /// Waits for a delivery or a confirm.
  Event wait() {
    for (;;) {
      amqp_frame_t frame;
      amqp_maybe_release_buffers(connection_);
      if (amqp_simple_wait_frame(connection_, &frame) != AMQP_STATUS_OK) throw core::Error("the broker went away");
      if (frame.frame_type != AMQP_FRAME_METHOD) continue;  // headers and bodies pass by
      if (frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD) {
        return {.delivered = static_cast<amqp_basic_deliver_t*>(frame.payload.method.decoded)->delivery_tag};
      }
      if (frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
        const auto* ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
        return {.confirmed = ack->delivery_tag, .multiple = ack->multiple != 0};
      }
    }
  }

 private:
  static amqp_bytes_t bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }
  static void check(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) throw core::Error("the broker refuses");
  }

  amqp_connection_state_t connection_;
};

/// Which of the numbers 1, 2, 3 … are confirmed without a gap; the broker may confirm out of order.
class Confirms {
 public:
  void take(const Broker::Event& event) {
    if (event.multiple) {
      while (through_ < event.confirmed) pass();
    } else {
      while (ahead_.size() < event.confirmed - through_) ahead_.push_back(false);
      ahead_[event.confirmed - through_ - 1] = true;
    }
    while (!ahead_.empty() && ahead_.front()) pass();
  }
  std::uint64_t through() const { return through_; }

 private:
  void pass() {
    ++through_;
    if (!ahead_.empty()) ahead_.pop_front();
  }
  std::uint64_t through_ = 0;
  std::deque<bool> ahead_;
};

}  // namespace

double run_bare_kitchen(const test::TestVhost& vhost, std::int64_t orders, int prefetch) {
  Broker broker(vhost);
  const auto start = std::chrono::steady_clock::now();
  broker.consume(prefetch);
  Confirms confirms;
  std::uint64_t taken = 0;
  std::uint64_t acknowledged = 0;
  while (acknowledged < static_cast<std::uint64_t>(orders)) {
    const auto event = broker.wait();
    if (event.delivered != 0) {
      taken = event.delivered;
      for (int i = 0; i < kPublishedForEach; ++i) broker.notify();
      continue;
    }
    confirms.take(event);
    // The n-th delivery's messages are the numbers 2n - 1 and 2n.
    const auto done = confirms.through() / kPublishedForEach;
    if (done > acknowledged && (done == taken || done - acknowledged >= static_cast<std::uint64_t>(prefetch) / 4)) {
      broker.acknowledge(done);
      acknowledged = done;
    }
  }
  return static_cast<double>(orders) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void ask_for_waiting(test::TestDatabase& database, const test::TestVhost& vhost) {
  constexpr std::uint64_t kInFlight = 2'000;
  Broker broker(vhost);
  Confirms confirms;
  std::uint64_t published = 0;
  for (std::string last = "0";;) {
    const auto page =
        database.query("SELECT id, number, type, priority FROM orders WHERE status = 'received' AND id > " + last +
                       " ORDER BY id LIMIT 10000");
    for (const auto& row : page) {
      const auto body = fmt::format(
          R"({{"order_number":"{}","customer_name":"Anna","order_type":"{}","table_number":null,"delivery_address":null,)"
          R"("items":[{{"name":"Margherita","quantity":1,"price":15.00}}],"total_amount":15.00,"priority":{}}})",
          row[1], row[2], row[3]);
      broker.publish("orders_topic", fmt::format("kitchen.{}.{}", row[2], row[3]), "bench " + row[0], std::stoi(row[3]),
                     body);
      ++published;
      while (published - confirms.through() >= kInFlight) confirms.take(broker.wait());
    }
    if (page.empty()) break;
    last = page.back()[0];
  }
  while (confirms.through() < published) confirms.take(broker.wait());
}

std::vector<double> run_bare_steps(test::TestDatabase& database, const test::TestVhost& vhost, int times) {
  constexpr int kSteps = 3;
  Broker broker(vhost);
  database.execute("CREATE TABLE IF NOT EXISTS bench_steps (id bigserial PRIMARY KEY, what text NOT NULL)");
  std::vector<double> milliseconds;
  for (int time = 0; time < times; ++time) {
    const auto start = std::chrono::steady_clock::now();
    for (int step = 0; step < kSteps; ++step) {
      database.execute("INSERT INTO bench_steps (what) VALUES ('step')");
      broker.notify();
      broker.wait();
    }
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  return milliseconds;
}

}  // namespace pizza::bench
