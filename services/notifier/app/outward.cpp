#include "notifier/app/outward.hpp"

#include <algorithm>
#include <utility>

namespace pizza::notifier {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kRememberedDeliveries = 20'000;
constexpr auto kRepublishAfter = 1s;
constexpr const char* kNotConfigured = "webhook not configured";

std::string mark_of(const OutwardMessage& message, const WebhookName& webhook) {
  return message.key + '|' + webhook.fingerprint;
}

}  // namespace

/// One webhook and its lane.
class Outward::Route final : public LaneListener {
 public:
  Route(Outward& outward, WebhookTarget target)
      : outward_(outward), target_(std::move(target)), lane_(target_.lane, *target_.endpoint, *this) {}

  const WebhookName& name() const { return target_.name; }
  bool wants(const OutwardMessage& message) const {
    if (!message.only_to.empty()) return message.only_to == target_.name.fingerprint;
    return target_.filter.wants(message.notification);
  }
  Lane& lane() { return lane_; }

  void retried(const OutwardMessage& message, const Attempt& attempt, int attempts,
               std::chrono::milliseconds delay) override {
    outward_.observer_.retried(message, target_.name, attempt, attempts, delay);
  }

  void ended(const SharedMessage& message, Ending ending, const Attempt& last, int attempts) override {
    switch (ending) {
      case Ending::delivered:
        outward_.observer_.delivered(*message, target_.name, last, attempts);
        return outward_.delivered(message, *this);
      case Ending::failed:
        outward_.observer_.failed(*message, target_.name, last, attempts);
        return outward_.dead_letter(message, target_.name.fingerprint, last.cause);
      case Ending::handed_back:
        return outward_.settle(message, target_.name.fingerprint);
    }
  }

 private:
  Outward& outward_;
  WebhookTarget target_;
  Lane lane_;
};

Outward::Outward(std::vector<WebhookTarget> targets, OutwardBroker& broker, OutwardObserver& observer)
    : broker_(broker), observer_(observer), delivered_(kRememberedDeliveries) {
  for (auto& target : targets) routes_.push_back(std::make_unique<Route>(*this, std::move(target)));
}

Outward::~Outward() { stop(std::chrono::steady_clock::now()); }

std::vector<Outward::Route*> Outward::routes_for(const OutwardMessage& message) {
  std::vector<Route*> wanting;
  for (const auto& route : routes_) {
    if (route->wants(message)) wanting.push_back(route.get());
  }
  return wanting;
}

void Outward::take(Tag tag, SharedMessage message) {
  auto routes = routes_for(*message);
  const bool is_unroutable = routes.empty() && !message->only_to.empty();
  bool is_done = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = held_.find(message->key); found != held_.end()) {
      // In hand already. Over a new connection it is the same delivery, else a second copy that nobody needs.
      if (found->second.tag.generation != tag.generation) {
        found->second.tag = tag;
        return;
      }
      is_done = true;
    } else {
      std::erase_if(routes, [&](const Route* route) { return delivered_.contains(mark_of(*message, route->name())); });
      const auto open = is_unroutable ? 1 : routes.size();
      is_done = open == 0;
      if (!is_done) held_.emplace(message->key, Held{.tag = tag, .open = open});
    }
  }
  if (is_done) return broker_.ack(tag);
  if (is_unroutable) {
    observer_.unroutable(*message, kNotConfigured);
    return dead_letter(message, message->only_to, kNotConfigured);
  }
  for (auto* route : routes) route->lane().submit(message);
}

void Outward::delivered(const SharedMessage& message, const Route& route) {
  {
    const std::lock_guard lock(mutex_);
    delivered_.is_new(mark_of(*message, route.name()));
  }
  settle(message);
}

void Outward::dead_letter(const SharedMessage& message, const std::string& fingerprint, const std::string& cause) {
  broker_.dead_letter(*message, fingerprint, cause, [this, message, fingerprint, cause](bool confirmed) {
    if (confirmed) return settle(message);
    {
      const std::lock_guard lock(mutex_);
      if (!stopping_) {
        timers_.at(core::after(kRepublishAfter),
                   [this, message, fingerprint, cause] { dead_letter(message, fingerprint, cause); });
        return;
      }
    }
    settle(message, fingerprint);
  });
}

void Outward::settle(const SharedMessage& message, const std::string& handed_back_by) {
  Held held;
  bool is_over = true;
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(message->key);
    auto& entry = found->second;
    if (handed_back_by.empty()) {
      entry.any_done = true;
    } else {
      entry.handed_back.push_back(handed_back_by);
    }
    if (--entry.open > 0) return;
    held = entry;
    if (held.any_done && !held.handed_back.empty() && !held.readdressed) {
      entry.open = held.handed_back.size();
      entry.handed_back.clear();
      entry.readdressed = true;
      is_over = false;
    } else {
      held_.erase(found);
    }
  }
  if (!is_over) return readdress(message, held.handed_back);
  changed_.notify_all();
  if (held.handed_back.empty()) return broker_.ack(held.tag);
  broker_.put_back(held.tag);
}

void Outward::readdress(const SharedMessage& message, const std::vector<std::string>& fingerprints) {
  for (const auto& fingerprint : fingerprints) {
    broker_.readdress(*message, fingerprint, [this, message, fingerprint](bool confirmed) {
      settle(message, confirmed ? std::string{} : fingerprint);
    });
  }
}

void Outward::stop(core::Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& route : routes_) route->lane().begin_stop();
  for (const auto& route : routes_) route->lane().stop(deadline);
  {
    // A dead letter that is not confirmed now goes back with its message.
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return held_.empty(); });
  }
  timers_.stop();
}

}  // namespace pizza::notifier
