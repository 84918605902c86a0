#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "core/timers.hpp"
#include "notifier/app/lane.hpp"
#include "notifier/app/seen.hpp"

namespace pizza::notifier {

/// What to acknowledge; of an earlier connection it means nothing.
struct Tag {
  std::uint64_t generation = 0;
  std::uint64_t number = 0;
};

/// The shared queue, as far as outward delivery needs it. Thread-safe, never blocks.
class OutwardBroker {
 public:
  OutwardBroker() = default;
  OutwardBroker(const OutwardBroker&) = delete;
  OutwardBroker& operator=(const OutwardBroker&) = delete;
  virtual ~OutwardBroker() = default;

  virtual void ack(Tag tag) = 0;
  virtual void put_back(Tag tag) = 0;
  /// `done(true)`: the broker has it. Called exactly once, on any thread.
  virtual void dead_letter(const OutwardMessage& message, const std::string& fingerprint, const std::string& cause,
                           std::function<void(bool)> done) = 0;
  /// Puts a copy for this one webhook into the shared queue; `done` as above.
  virtual void readdress(const OutwardMessage& message, const std::string& fingerprint,
                         std::function<void(bool)> done) = 0;
};

/// Which webhook, for logs: `origin` is scheme, host and port of its URL, `fingerprint` the name of the whole URL.
struct WebhookName {
  std::string fingerprint;
  std::string origin;
};

/// What happens to deliveries, for logs and metrics. Called on any thread; must not block or throw.
class OutwardObserver {
 public:
  OutwardObserver() = default;
  OutwardObserver(const OutwardObserver&) = delete;
  OutwardObserver& operator=(const OutwardObserver&) = delete;
  virtual ~OutwardObserver() = default;

  virtual void delivered(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt,
                         int attempts) = 0;
  virtual void retried(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt, int attempts,
                       std::chrono::milliseconds delay) = 0;
  virtual void failed(const OutwardMessage& message, const WebhookName& webhook, const Attempt& last, int attempts) = 0;
  /// It is for a webhook that is not configured here.
  virtual void unroutable(const OutwardMessage& message, const std::string& cause) = 0;
};

struct WebhookTarget {
  WebhookName name;
  Filter filter;
  Lane::Options lane;
  std::unique_ptr<Endpoint> endpoint;
};

/// Brings each message to every webhook that wants it, each in a lane of its own, and acknowledges it when all of that
/// has ended: delivered, or failed and its dead letter confirmed. A message for one webhook that is not among them
/// becomes a dead letter again: it may be the only copy. At-least-once; what a redelivery brings again is not
/// delivered again to a webhook that has it, as long as this process lives. Thread-safe.
class Outward {
 public:
  Outward(std::vector<WebhookTarget> targets, OutwardBroker& broker, OutwardObserver& observer);
  ~Outward();
  Outward(const Outward&) = delete;
  Outward& operator=(const Outward&) = delete;

  /// Never blocks.
  void take(Tag tag, SharedMessage message);
  /// Finishes the attempts that run, hands back the rest, waits until dead letters are confirmed; bounded by
  /// `deadline`. Idempotent.
  void stop(core::Deadline deadline);

 private:
  class Route;
  /// A message that is not yet acknowledged.
  struct Held {
    Tag tag;
    std::size_t open = 0;                  ///< deliveries that have not ended
    bool any_done = false;                 ///< one of them has reached its endpoint, or its dead letter the broker
    std::vector<std::string> handed_back;  ///< webhooks that were not tried to the end
    bool readdressed = false;
  };

  std::vector<Route*> routes_for(const OutwardMessage& message);
  void delivered(const SharedMessage& message, const Route& route);
  /// Publishes the dead letter for this webhook, again and again until it is confirmed.
  void dead_letter(const SharedMessage& message, const std::string& fingerprint, const std::string& cause);
  /// One of its deliveries has ended, or is handed back by this webhook.
  void settle(const SharedMessage& message, const std::string& handed_back_by = {});
  /// All have ended, some are handed back: these alone go back to the queue, so that the others get no second copy.
  void readdress(const SharedMessage& message, const std::vector<std::string>& fingerprints);

  OutwardBroker& broker_;
  OutwardObserver& observer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<std::string, Held> held_;  ///< by the message's key
  Seen delivered_;                              ///< key and webhook
  bool stopping_ = false;
  core::Timers timers_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace pizza::notifier
