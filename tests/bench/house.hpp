#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/restaurant.hpp"

namespace pizza::bench {

/// A folder of our own, gone at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A restaurant whose services log at INFO into files, as in production. Not thread-safe.
class House {
 public:
  explicit House(const test::Servers& servers);

  test::Restaurant& restaurant() { return restaurant_; }
  test::TestDatabase& database() { return restaurant_.database(); }
  test::TestVhost& vhost() { return restaurant_.vhost(); }

  test::Service& start_order_service();
  /// Where the order-service that was started last tells its figures.
  std::uint16_t order_figures_port() const { return order_figures_port_; }
  test::Service& start_tracking();
  test::Service& start_cook(const std::string& name, std::vector<std::string> flags);
  /// Its log goes where it shows what it is told: to its standard output.
  test::Service& start_subscriber();

  /// Seconds until the outbox is empty. Throws core::Error if it is not after a minute.
  double drain_outbox();
  /// A queue that gets every notification, as a subscriber's.
  void keep_notifications();
  /// Orders a second from wrk for `length`; returns once all messages about them are published.
  double take_orders(const test::Service& order_service, std::chrono::milliseconds length);
  /// Throws away all messages that wait.
  void empty_queues();
  /// Messages that wait for a cook.
  std::int64_t asked_for();
  /// Orders that wait are there no more.
  void forget_waiting();
  /// Orders from the outside, by wrk with `script`, until at least `count` wait, each with its message in its queue.
  /// Returns how many do.
  std::int64_t fill_line(const test::Service& order_service, std::int64_t count,
                         const std::string& script = "wrk_orders.lua");
  std::int64_t count(const std::string& condition);

 private:
  test::Extra extra(const std::string& name, std::vector<std::string> flags = {}) const;

  Folder folder_;
  test::Restaurant restaurant_;
  std::uint16_t order_figures_port_ = 0;
};

/// Seconds of processor time that a process has taken so far, in user and kernel mode.
double processor_seconds(int pid);

/// Waits for `done`, asked every 10 ms, and returns the seconds since `start`. Throws core::Error after `limit`.
double seconds_until(std::chrono::steady_clock::time_point start, std::chrono::seconds limit,
                     const std::function<bool()>& done);

}  // namespace pizza::bench
