#include "messaging/publisher.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "codec.hpp"
#include "core/ids.hpp"
#include "declare.hpp"
#include "frames.hpp"
#include "link.hpp"
#include "unconfirmed.hpp"

namespace pizza::messaging {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBurst = 64;  // messages written before the broker's answers are looked at
/// After so many at once the next are gathered for a moment: to the broker a crowd costs less than one by one. Who
/// comes alone, and not right after a crowd, does not wait.
constexpr std::size_t kCrowd = 8;
constexpr std::chrono::milliseconds kGathering{20};
constexpr std::chrono::seconds kLagging{3};  // an unconfirmed message this old: what is published now will wait too

/// A message that was accepted and not yet written.
struct Waiting {
  Message message;
  Publisher::Done done;
  steady_clock::time_point since;
};

}  // namespace

/// Callers put messages into `accepted_`; all else belongs to the link's thread.
class Publisher::Impl final : public LinkUser {
 public:
  Impl(PublisherOptions options, logging::Logger& log)
      : options_(std::move(options)), link_(options_.endpoint, *this, options_.on_change, *options_.pulse, log) {}
  ~Impl() override { link_.stop_and_join(); }

  void start(core::Deadline deadline) { link_.start(deadline); }
  bool ready() const noexcept { return ready_; }
  bool connected() const noexcept { return link_.connected(); }
  bool blocked() const noexcept { return blocked_; }
  bool publish(Message message, Done done);
  void stop(core::Deadline deadline);

 private:
  void opened(Connection& connection) override;
  void turn() override;
  bool idle() override;
  void closed() noexcept override;

  void handle(const Event& event);
  void take_accepted();
  std::size_t write_some();
  void give_up_old();
  steady_clock::time_point silent_since() const;
  void update_ready();
  void answer(const Done& done, Outcome outcome, steady_clock::time_point since);
  auto answering() {
    return [this](const Done& done, Outcome outcome, steady_clock::time_point since) { answer(done, outcome, since); };
  }
  void tell_blocked(bool blocked);
  void tell_failed(PublishFailure failure) const;

  const PublisherOptions options_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> blocked_{false};
  std::atomic<std::size_t> unanswered_{0};

  std::mutex mutex_;
  bool accepting_ = false;
  bool stopping_ = false;
  std::deque<Waiting> accepted_;

  std::deque<Waiting> waiting_;
  Unconfirmed unconfirmed_;
  steady_clock::time_point unblocked_at_;
  steady_clock::time_point gathers_until_;
  PublishFailure unknown_means_ = PublishFailure::connection;
  Connection* connection_ = nullptr;
  std::unique_ptr<Frames> frames_;

  Link link_;  // last: its thread uses all the above
};

bool Publisher::Impl::publish(Message message, Done done) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const bool connected = accepting_ && !stopping_;
    if (!connected || unanswered_ >= options_.max_waiting) {
      tell_failed(connected ? PublishFailure::unconfirmed : PublishFailure::connection);
      return false;
    }
    ++unanswered_;
    first = accepted_.empty();
    accepted_.push_back({std::move(message), std::move(done), steady_clock::now()});
  }
  if (first) link_.wake();
  return true;
}

void Publisher::Impl::stop(core::Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ready_ = false;
  }
  link_.stop(deadline);
}

void Publisher::Impl::opened(Connection& connection) {
  connection_ = &connection;
  frames_ = std::make_unique<Frames>(connection);
  declare(connection, options_.topology);
  connection.ask("asking for confirms", [&] { amqp_confirm_select(connection.state(), kChannel); });
  const std::lock_guard lock(mutex_);
  accepting_ = true;
  ready_ = !stopping_;
}

void Publisher::Impl::turn() {
  std::this_thread::sleep_until(gathers_until_);
  std::size_t written = 0;
  std::size_t in_all = 0;
  do {
    while (const auto event = frames_->next()) handle(*event);
    give_up_old();
    update_ready();
    take_accepted();
    written = write_some();
    in_all += written;
  } while (written > 0);
  if (in_all >= kCrowd) gathers_until_ = steady_clock::now() + kGathering;
}

bool Publisher::Impl::idle() { return unanswered_ == 0; }

void Publisher::Impl::closed() noexcept {
  ready_ = false;
  {
    const std::lock_guard lock(mutex_);
    accepting_ = false;
  }
  take_accepted();
  frames_.reset();
  connection_ = nullptr;
  tell_blocked(false);
  unconfirmed_.give_up(answering());
  for (auto& message : std::exchange(waiting_, {})) answer(message.done, Outcome::unknown, message.since);
  unknown_means_ = PublishFailure::connection;
}

void Publisher::Impl::handle(const Event& event) {
  if (const auto* confirm = std::get_if<Confirmed>(&event)) {
    unconfirmed_.confirmed(confirm->tag, confirm->multiple, confirm->accepted, answering());
  } else if (const auto* back = std::get_if<Returned>(&event)) {
    unconfirmed_.returned(back->message.properties.message_id);
  } else if (const auto* alarm = std::get_if<Blocked>(&event)) {
    tell_blocked(alarm->blocked);
    if (!blocked_) unblocked_at_ = steady_clock::now();
  }
}

void Publisher::Impl::take_accepted() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    waiting_.swap(accepted_);
  } else {
    std::ranges::move(accepted_, std::back_inserter(waiting_));
    accepted_.clear();
  }
}

/// How many were written: if any, the answers may be there, so look before waiting.
std::size_t Publisher::Impl::write_some() {
  std::size_t written = 0;
  const auto now = steady_clock::now();
  while (!blocked_ && !waiting_.empty() && written < kBurst && unconfirmed_.size() < options_.max_in_flight) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!encodable(next.message)) {
      answer(next.done, Outcome::nacked, now);
      continue;
    }
    auto& id = next.message.properties.message_id;
    if (id.empty()) id = core::random_uuid();  // a return could not be told apart otherwise
    unconfirmed_.written(id, std::move(next.done), now);
    connection_->publish(next.message);
    ++written;
  }
  return written;
}

/// A broker in alarm is alive and will go on, so its connection is kept; one that is merely silent is given up.
void Publisher::Impl::give_up_old() {
  const auto limit = steady_clock::now() - options_.confirm_timeout;
  if (!blocked_) {
    if (silent_since() >= limit) return;
    unknown_means_ = PublishFailure::unconfirmed;
    throw BrokerError("RabbitMQ did not confirm a message in time", 0, true);
  }
  unknown_means_ = PublishFailure::unconfirmed;
  unconfirmed_.give_up_before(limit, answering());
  while (!waiting_.empty() && waiting_.front().since < limit) {
    answer(waiting_.front().done, Outcome::unknown, waiting_.front().since);
    waiting_.pop_front();
  }
  unknown_means_ = PublishFailure::connection;
}

/// Since when the broker owes a confirm; now if it owes none. An alarm excuses it.
steady_clock::time_point Publisher::Impl::silent_since() const {
  const auto oldest = unconfirmed_.oldest();
  return oldest ? std::max(*oldest, unblocked_at_) : steady_clock::now();
}

void Publisher::Impl::update_ready() {
  const bool prompt = steady_clock::now() - silent_since() < kLagging;
  const std::lock_guard lock(mutex_);
  ready_ = !blocked_ && !stopping_ && prompt;
}

void Publisher::Impl::answer(const Done& done, Outcome outcome, steady_clock::time_point since) {
  switch (outcome) {
    case Outcome::confirmed:
      if (options_.observer.on_confirmed) options_.observer.on_confirmed(steady_clock::now() - since);
      break;
    case Outcome::returned:
      tell_failed(PublishFailure::returned);
      break;
    case Outcome::nacked:
      tell_failed(PublishFailure::nacked);
      break;
    case Outcome::unknown:
      tell_failed(unknown_means_);
      break;
  }
  --unanswered_;
  if (done) done(outcome);
}

void Publisher::Impl::tell_failed(PublishFailure failure) const {
  if (options_.observer.on_failed) options_.observer.on_failed(failure);
}

void Publisher::Impl::tell_blocked(bool blocked) {
  const bool changed = blocked != blocked_;
  blocked_ = blocked;
  if (changed && options_.observer.on_blocked) options_.observer.on_blocked(blocked);
}

Publisher::Publisher(PublisherOptions options, logging::Logger& log)
    : impl_(std::make_unique<Impl>(std::move(options), log)) {}
Publisher::~Publisher() = default;

void Publisher::start(core::Deadline deadline) { impl_->start(deadline); }
bool Publisher::ready() const noexcept { return impl_->ready(); }
bool Publisher::connected() const noexcept { return impl_->connected(); }
bool Publisher::blocked() const noexcept { return impl_->blocked(); }
bool Publisher::publish(Message message, Done done) { return impl_->publish(std::move(message), std::move(done)); }
void Publisher::stop(core::Deadline deadline) { impl_->stop(deadline); }

}  // namespace pizza::messaging
