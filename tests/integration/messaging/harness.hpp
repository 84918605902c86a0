#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "logging/logger.hpp"
#include "messaging/consumer.hpp"
#include "messaging/publisher.hpp"
#include "support/servers.hpp"
#include "support/test_vhost.hpp"

namespace pizza::messaging {

using namespace std::chrono_literals;
using Instant = std::chrono::steady_clock::time_point;

inline core::Deadline soon() { return core::after(20s); }

/// A broker of this executable's own, for tests that hurt or change it; each leaves it well again.
inline test::Servers& own_servers() {
  static test::Servers servers = test::Servers::own();
  return servers;
}

inline logging::Logger& silent_log() {
  static logging::Logger log({.service = "test", .level = logging::Level::error});
  return log;
}

inline Endpoint endpoint_of(const test::TestVhost& vhost) {
  const auto& broker = vhost.broker();
  return {.hosts = {{broker.host, broker.port}},
          .vhost = vhost.name(),
          .user = broker.user,
          .password = broker.password,
          .connection_name = "messaging test"};
}

/// Something another thread changes and a test waits for.
template <class Value>
class Shared {
 public:
  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change(value_);
    changed_.notify_all();
  }
  Value get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  template <class Predicate>
  bool wait(core::Deadline deadline, Predicate holds) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return holds(value_); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Value value_{};
};

/// How often each outcome came.
class Outcomes {
 public:
  Publisher::Done note() {
    return [this](Outcome outcome) { counts_.change([&](auto& counts) { ++counts[outcome]; }); };
  }
  std::size_t of(Outcome outcome) const {
    auto counts = counts_.get();
    return counts[outcome];
  }
  std::size_t all() const { return sum(counts_.get()); }
  bool wait(std::size_t wanted, core::Deadline deadline = soon()) const {
    return counts_.wait(deadline, [&](const auto& counts) { return sum(counts) >= wanted; });
  }

 private:
  using Counts = std::map<Outcome, std::size_t>;
  static std::size_t sum(const Counts& counts) {
    std::size_t total = 0;
    for (const auto& [outcome, count] : counts) total += count;
    return total;
  }
  Shared<Counts> counts_;
};

/// What a consumer was given.
class Deliveries {
 public:
  auto note() {
    return [this](Delivery delivery) { all_.change([&](auto& all) { all.push_back(std::move(delivery)); }); };
  }
  std::vector<Delivery> all() const { return all_.get(); }
  std::size_t count() const { return all_.get().size(); }
  bool wait(std::size_t wanted, core::Deadline deadline = soon()) const {
    return all_.wait(deadline, [&](const auto& all) { return all.size() >= wanted; });
  }
  std::vector<std::string> bodies() const {
    std::vector<std::string> bodies;
    for (const auto& delivery : all_.get()) bodies.push_back(delivery.message.body);
    return bodies;
  }

 private:
  Shared<std::vector<Delivery>> all_;
};

/// What a connection reported, in order.
class Changes {
 public:
  auto note() {
    return [this](bool connected, const std::string& reason) {
      all_.change([&](auto& all) { all.emplace_back(connected, reason); });
    };
  }
  std::vector<std::pair<bool, std::string>> all() const { return all_.get(); }
  bool wait(std::size_t wanted, core::Deadline deadline = soon()) const {
    return all_.wait(deadline, [&](const auto& all) { return all.size() >= wanted; });
  }

 private:
  Shared<std::vector<std::pair<bool, std::string>>> all_;
};

/// To the default exchange, which routes by queue name.
inline Message to_queue(const std::string& queue, std::string body) {
  return {.exchange = "", .routing_key = queue, .body = std::move(body), .properties = {}};
}

inline std::chrono::milliseconds since(Instant start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace pizza::messaging
