#include "faults/hostile/siege.hpp"

#include <algorithm>
#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "support/audit.hpp"
#include "support/eventually.hpp"

namespace pizza::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kRest = 30ms;  // between two questions: the honest are no load
constexpr auto kPatience = 10s;
constexpr int kAttempts = 6;
/// The pool of database connections grows to its size when it is needed.
constexpr std::size_t kPool = 16;

/// Asks again and again until the span is over.
Experience be_honest(std::uint16_t port, const std::string& method, const std::string& path, const std::string& body,
                     bool keeps_connection, std::chrono::milliseconds span) {
  Experience experience;
  std::unique_ptr<http::Client> client;
  for (const auto until = Clock::now() + span; Clock::now() < until; std::this_thread::sleep_for(kRest)) {
    const auto begin = Clock::now();
    if (!client || !keeps_connection) client = std::make_unique<http::Client>("127.0.0.1", port, kPatience);
    const auto answer = client->send(method, path, body);
    experience.times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin));
    if (!answer || answer->status != 200) {
      experience.errors.push_back(method + ": " + (answer ? answer->body : "no answer"));
    }
  }
  return experience;
}

Experience together(Experience one, const Experience& other) {
  one.times.insert(one.times.end(), other.times.begin(), other.times.end());
  one.errors.insert(one.errors.end(), other.errors.begin(), other.errors.end());
  return one;
}

/// The customers of a service, of both kinds: some keep their connection, some do not.
Day be_customers(std::uint16_t port, const std::string& known, std::chrono::milliseconds span) {
  const auto customer = [&](const std::string& method, const std::string& path, const std::string& body, bool keeps) {
    return std::async(std::launch::async, be_honest, port, method, path, body, keeps, span);
  };
  const auto status = "/orders/" + known + "/status";
  auto regular = customer("POST", "/orders", takeout_order(), true);
  auto casual = customer("POST", "/orders", takeout_order(), false);
  auto waiting = customer("GET", status, "", true);
  auto passing = customer("GET", status, "", false);
  return {.orders = together(regular.get(), casual.get()), .lookups = together(waiting.get(), passing.get())};
}

double milliseconds_of(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

bool is_good(const std::string& what, const Experience& peace, const Experience& war, const Experience& at_the_twin,
             std::chrono::microseconds good) {
  const auto before = peace.p99();
  const auto now = war.p99();
  const auto beside = at_the_twin.p99();
  std::cout << fmt::format(
                   "  {}: p99 {:.1f} ms in peace, {:.1f} ms under attack ({:.1f} times; {:.1f} ms at the twin), {} "
                   "requests\n",
                   what, milliseconds_of(before), milliseconds_of(now), milliseconds_of(now) / milliseconds_of(before),
                   milliseconds_of(beside), war.times.size())
            << std::flush;
  return now <= std::max(3 * std::max(before, beside), good);
}

}  // namespace

std::chrono::microseconds Experience::p99() const {
  auto sorted = times;
  std::ranges::sort(sorted);
  return sorted.at(sorted.size() * 99 / 100);
}

std::size_t may_open() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

Siege::Siege()
    : files_(may_open()),
      orders_(restaurant_.start_order_service()),
      twin_(restaurant_.start_order_service()),
      known_(restaurant_.place(takeout_order())) {
  spend(kPeace);  // connections to the database are made, caches filled
}

Siege::Days Siege::spend(std::chrono::milliseconds span) {
  auto beside = std::async(std::launch::async, be_customers, twin_.port, known_, span);
  Days days{.here = be_customers(orders_.port, known_, span)};
  days.at_the_twin = beside.get();
  for (const auto* day : {&days.here, &days.at_the_twin}) {
    promised_ += static_cast<int>(day->orders.times.size() - day->orders.errors.size());
    for (const auto* each : {&day->orders, &day->lookups}) {
      CHECK_THAT(each->errors, Catch::Equals(std::vector<std::string>{}));
    }
  }
  return days;
}

void Siege::withstand(const std::string& name, const Attack& attack, std::size_t allowed_kib,
                      std::chrono::milliseconds good) {
  bool unharmed = false;
  for (int attempt = 1; attempt <= kAttempts && !unharmed; ++attempt) {
    std::cout << name << (attempt == 1 ? "" : ", again") << std::endl;
    const auto peace = spend(kPeace).here;
    forget_peak(orders_.process.pid());
    const auto before = figures_of(orders_.process.pid());
    std::atomic<bool> over{false};
    auto attacker = std::async(std::launch::async, [&] { return attack(over); });
    const auto war = spend(kWar);
    over = true;
    over.notify_all();
    CHECK_THAT(attacker.get(), Catch::Equals(std::vector<std::string>{}));
    const bool ordering = is_good("order", peace.orders, war.here.orders, war.at_the_twin.orders, good);
    const bool looking = is_good("look up", peace.lookups, war.here.lookups, war.at_the_twin.lookups, good);
    unharmed = ordering && looking;
    check_unharmed(allowed_kib, before);
  }
  CHECK(unharmed);
}

void Siege::check_unharmed(std::size_t allowed_kib, const ProcessFigures& before) {
  const int pid = orders_.process.pid();
  REQUIRE(orders_.process.running());
  const auto peak = figures_of(pid).peak_kib;
  std::cout << fmt::format("  memory: {} MiB, at most {}; ", before.resident_kib / 1024, peak / 1024);
  if (kMemoryIsOurs) CHECK(peak <= before.resident_kib + allowed_kib);
  const bool closed =
      eventually(core::after(15s), [&] { return figures_of(pid).descriptors <= before.descriptors + kPool; });
  std::cout << fmt::format("descriptors: {}, then {}\n", before.descriptors, figures_of(pid).descriptors) << std::flush;
  CHECK(closed);
  CHECK(orders_.ready());
  restaurant_.place(takeout_order());
  ++promised_;
  CHECK(restaurant_.database().value("SELECT count(*) FROM orders") == std::to_string(promised_));
  CHECK(restaurant_.database().value("SELECT count(DISTINCT customer_name) FROM orders") == "1");
  const auto report = audit(restaurant_);
  INFO(report.text());
  CHECK(report.is_clean());
}

}  // namespace pizza::test
