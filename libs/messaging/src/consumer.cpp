#include "messaging/consumer.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "codec.hpp"
#include "declare.hpp"
#include "frames.hpp"
#include "link.hpp"
#include "outstanding.hpp"

namespace pizza::messaging {

/// Callers leave commands; all else belongs to the link's thread. A queue's consumer tag is the queue's name.
class Consumer::Impl final : public LinkUser {
 public:
  Impl(ConsumerOptions options, logging::Logger& log)
      : options_(std::move(options)), link_(options_.endpoint, *this, options_.on_change, *options_.pulse, log) {
    commands_.prefetch = options_.prefetch;
  }
  ~Impl() override {
    silence();
    link_.stop_and_join();
  }

  void start(core::Deadline deadline) { link_.start(deadline); }
  bool connected() const noexcept { return link_.connected(); }
  void settle(DeliveryTag tag, bool requeue);
  void set_prefetch(std::uint16_t prefetch);
  void cancel(core::Deadline deadline);
  void stop(core::Deadline deadline);

 private:
  struct Settled {
    DeliveryTag tag;
    bool requeue = false;
  };
  struct Commands {
    std::vector<Settled> settled;
    std::uint16_t prefetch = 0;  // the one wanted
    bool cancel = false;
    bool woken = false;  // the thread knows that there is something
  };

  void opened(Connection& connection) override;
  void turn() override;
  bool idle() override;
  void closed() noexcept override;
  /// A consumer that was cancelled, by whomever, must have been cancelled by us.
  bool attentive() const override { return deaf_on_purpose_ || consumers_.size() == options_.queues.size(); }

  void handle(Event& event);
  void deliver(Delivered& delivered);
  bool hand_over(Delivered& delivered);
  bool send_commands();
  void send_prefetch(std::uint16_t prefetch);
  void send_cancels();
  bool send_settlements();
  void cancelled(const ConsumerCancelled& event);
  void wake_once(std::unique_lock<std::mutex>& lock);
  void silence();

  const ConsumerOptions options_;

  std::mutex mutex_;
  std::condition_variable cancelled_;
  Commands commands_;
  bool consuming_ = false;  // the broker may still send

  std::mutex delivering_;
  std::atomic<bool> silent_ = false;  // no callback any more; set before `delivering_` is waited for

  std::uint64_t generation_ = 0;
  std::uint16_t prefetch_ = 0;  // the channel's
  bool cancel_sent_ = false;
  bool deaf_on_purpose_ = false;  // connected anew after it was cancelled
  std::set<std::string> consumers_;
  std::vector<std::uint64_t> unwanted_;  // came after `silence`
  Outstanding outstanding_;
  Connection* connection_ = nullptr;
  std::unique_ptr<Frames> frames_;

  Link link_;  // last: its thread uses all the above
};

void Consumer::Impl::settle(DeliveryTag tag, bool requeue) {
  std::unique_lock lock(mutex_);
  commands_.settled.push_back({tag, requeue});
  wake_once(lock);
}

void Consumer::Impl::set_prefetch(std::uint16_t prefetch) {
  std::unique_lock lock(mutex_);
  commands_.prefetch = prefetch;
  wake_once(lock);
}

void Consumer::Impl::cancel(core::Deadline deadline) {
  silence();
  std::unique_lock lock(mutex_);
  commands_.cancel = true;
  link_.wake();
  cancelled_.wait_until(lock, deadline, [this] { return !consuming_; });
}

void Consumer::Impl::stop(core::Deadline deadline) {
  silence();
  link_.stop(deadline);
}

/// When it returns no delivery callback runs, and none will.
void Consumer::Impl::silence() {
  silent_ = true;
  const std::lock_guard lock(delivering_);
}

void Consumer::Impl::wake_once(std::unique_lock<std::mutex>& lock) {
  const bool woken = std::exchange(commands_.woken, true);
  lock.unlock();
  if (!woken) link_.wake();
}

void Consumer::Impl::opened(Connection& connection) {
  connection_ = &connection;
  frames_ = std::make_unique<Frames>(connection);
  ++generation_;
  bool consume = false;
  {
    const std::lock_guard lock(mutex_);
    prefetch_ = commands_.prefetch;
    consume = !commands_.cancel;
    consuming_ = consume;
  }
  declare(connection, options_.topology);
  connection.ask("setting the prefetch", [&] { amqp_basic_qos(connection.state(), kChannel, 0, prefetch_, 1); });
  deaf_on_purpose_ = !consume;
  if (!consume) return;
  auto arguments = to_argument("x-priority", options_.priority);
  const amqp_table_t table{.num_entries = options_.priority == 0 ? 0 : 1, .entries = &arguments};
  for (const auto& queue : options_.queues) {
    connection.ask("consuming from queue '" + queue + "'", [&] {
      amqp_basic_consume(connection.state(), kChannel, to_bytes(queue), to_bytes(queue), 0, 0, 0, table);
    });
    consumers_.insert(queue);
  }
}

void Consumer::Impl::closed() noexcept {
  outstanding_.clear();
  frames_.reset();
  connection_ = nullptr;
  cancel_sent_ = false;
  consumers_.clear();
  unwanted_.clear();
  const std::lock_guard lock(mutex_);
  consuming_ = false;
  cancelled_.notify_all();
}

void Consumer::Impl::turn() {
  do {
    while (auto event = frames_->next()) handle(*event);
  } while (send_commands());
}

void Consumer::Impl::handle(Event& event) {
  if (auto* delivered = std::get_if<Delivered>(&event)) {
    deliver(*delivered);
  } else if (const auto* cancel = std::get_if<ConsumerCancelled>(&event)) {
    cancelled(*cancel);
  }
}

void Consumer::Impl::deliver(Delivered& delivered) {
  outstanding_.delivered(delivered.tag);
  // The flag first: a lock alone is not fair, and `silence` might wait for callback after callback.
  if (silent_ || !hand_over(delivered)) unwanted_.push_back(delivered.tag);
}

/// False if nobody wants it any more.
bool Consumer::Impl::hand_over(Delivered& delivered) {
  const std::lock_guard lock(delivering_);
  if (silent_) return false;
  options_.on_delivery({.tag = {.generation = generation_, .number = delivered.tag},
                        .queue = std::move(delivered.consumer),
                        .redelivered = delivered.redelivered,
                        .message = std::move(delivered.message)});
  return true;
}

void Consumer::Impl::cancelled(const ConsumerCancelled& event) {
  if (!event.asked_for && !cancel_sent_) throw BrokerError("queue '" + event.consumer + "' was deleted", 0, false);
  consumers_.erase(event.consumer);
  if (!consumers_.empty()) return;
  const std::lock_guard lock(mutex_);
  consuming_ = false;
  cancelled_.notify_all();
}

bool Consumer::Impl::idle() {
  const std::lock_guard lock(mutex_);
  return !commands_.woken;
}

/// True if anything was sent. What came after a cancel goes back only now, else the broker would send it here again.
bool Consumer::Impl::send_commands() {
  Commands commands;
  {
    const std::lock_guard lock(mutex_);
    commands_.woken = false;
    commands = {
        .settled = std::exchange(commands_.settled, {}), .prefetch = commands_.prefetch, .cancel = commands_.cancel};
  }
  if (commands.cancel && !cancel_sent_) send_cancels();
  for (const auto& [tag, requeue] : commands.settled) {
    if (tag.generation == generation_) outstanding_.settle(tag.number, requeue);
  }
  if (cancel_sent_) {
    for (const auto tag : std::exchange(unwanted_, {})) outstanding_.settle(tag, true);
  }
  // The prefetch first: lowered after a message went back, it would let another one in.
  const bool changes = commands.prefetch != prefetch_;
  if (changes) send_prefetch(commands.prefetch);
  return send_settlements() || changes;
}

void Consumer::Impl::send_cancels() {
  cancel_sent_ = true;
  deaf_on_purpose_ = true;
  for (const auto& queue : consumers_) {
    amqp_basic_cancel_t cancel{.consumer_tag = to_bytes(queue), .nowait = 0};
    connection_->send(kChannel, AMQP_BASIC_CANCEL_METHOD, &cancel, "cancelling a consumer");
  }
}

bool Consumer::Impl::send_settlements() {
  const auto settlements = outstanding_.flush();
  for (const auto& settlement : settlements) {
    if (settlement.requeue) {
      amqp_basic_nack_t nack{.delivery_tag = settlement.tag, .multiple = settlement.multiple, .requeue = 1};
      connection_->send(kChannel, AMQP_BASIC_NACK_METHOD, &nack, "requeueing a message");
    } else {
      amqp_basic_ack_t ack{.delivery_tag = settlement.tag, .multiple = settlement.multiple};
      connection_->send(kChannel, AMQP_BASIC_ACK_METHOD, &ack, "acknowledging a message");
    }
  }
  return !settlements.empty();
}

/// Not the library's RPC: that would set deliveries aside which arrive meanwhile.
void Consumer::Impl::send_prefetch(std::uint16_t prefetch) {
  amqp_basic_qos_t qos{.prefetch_size = 0, .prefetch_count = prefetch, .global = 1};
  connection_->send(kChannel, AMQP_BASIC_QOS_METHOD, &qos, "setting the prefetch");
  prefetch_ = prefetch;
}

Consumer::Consumer(ConsumerOptions options, logging::Logger& log)
    : impl_(std::make_unique<Impl>(std::move(options), log)) {}
Consumer::~Consumer() = default;

void Consumer::start(core::Deadline deadline) { impl_->start(deadline); }
bool Consumer::connected() const noexcept { return impl_->connected(); }
void Consumer::ack(DeliveryTag tag) { impl_->settle(tag, false); }
void Consumer::nack_requeue(DeliveryTag tag) { impl_->settle(tag, true); }
void Consumer::set_prefetch(std::uint16_t prefetch) { impl_->set_prefetch(prefetch); }
void Consumer::cancel(core::Deadline deadline) { impl_->cancel(deadline); }
void Consumer::stop(core::Deadline deadline) { impl_->stop(deadline); }

}  // namespace pizza::messaging
