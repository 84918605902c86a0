#include "messaging/queue_look.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "connection.hpp"
#include "lifeline.hpp"
#include "retry.hpp"

namespace pizza::messaging {
namespace {

constexpr std::chrono::seconds kReconnectLimit{6};

}  // namespace

class QueueLook::Impl {
 public:
  Impl(const Endpoint& endpoint, core::Deadline deadline) : connection_(endpoint, deadline, line_) {}

  State at(const std::string& queue) {
    State state;
    connection_.ask(fmt::format("looking at queue '{}'", queue), [&] {
      const auto* ok = amqp_queue_declare(connection_.state(), kChannel, to_bytes(queue), 1, 0, 0, 0, amqp_empty_table);
      if (ok != nullptr) state = {ok->message_count, ok->consumer_count};
    });
    return state;
  }

  void close() noexcept { connection_.close(core::after(kGoodbye)); }

 private:
  Lifeline line_;
  Connection connection_;
};

QueueLook::QueueLook(Endpoint endpoint, core::Deadline deadline, const Pause& pause) : endpoint_(std::move(endpoint)) {
  endpoint_.heartbeat = std::max(endpoint_.heartbeat, kAskingHeartbeat);
  retry(deadline, pause, [&] { connect(deadline); });
}

QueueLook::~QueueLook() {
  if (impl_) impl_->close();
}

void QueueLook::connect(core::Deadline deadline) {
  impl_.reset();
  impl_ = std::make_unique<Impl>(endpoint_, deadline);
}

std::optional<QueueLook::State> QueueLook::at(const std::string& queue) {
  if (!impl_) connect(core::after(kReconnectLimit));
  try {
    return impl_->at(queue);
  } catch (const BrokerError& error) {
    impl_.reset();
    if (error.reply_code() == AMQP_NOT_FOUND) return std::nullopt;
    throw;
  }
}

}  // namespace pizza::messaging
