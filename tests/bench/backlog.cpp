#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bare.hpp"
#include "bench.hpp"
#include "core/error.hpp"
#include "house.hpp"
#include "support/stored_orders.hpp"

namespace pizza::bench {

namespace {

constexpr int kBacklogPrefetch = 256;
constexpr std::chrono::seconds kPromotionTick{5};
constexpr std::int64_t kBareOrders = 20'000;

/// How long a statement took by a service's own figures.
struct Took {
  double seconds = 0;
  double times = 0;

  Took& operator+=(const Took& other) {
    seconds += other.seconds;
    times += other.times;
    return *this;
  }
  double ms_since(const Took& earlier) const { return 1e3 * (seconds - earlier.seconds) / (times - earlier.times); }
};

Took took(std::uint16_t operator_port, const std::string& statement) {
  const auto answer = http::Client("127.0.0.1", operator_port, std::chrono::seconds{10}).send("GET", "/metrics");
  if (!answer) throw core::Error("no figures are told");
  const auto value = [&](const std::string& name) {
    const auto line = "pizza_db_query_duration_seconds_" + name + "{statement=\"" + statement + "\"} ";
    const auto at = answer->body.find(line);
    if (at == std::string::npos) throw core::Error("no figures of " + statement);
    return std::stod(answer->body.substr(at + line.size()));
  };
  return {value("sum"), value("count")};
}

/// Workers that look every five seconds whether an order waits too long, and cook next to nothing.
class IdleCooks {
 public:
  explicit IdleCooks(House& house) : house_(house) {
    for (int cook = 0; cook < kCount; ++cook) {
      cooks_.push_back(
          &house.start_cook(fmt::format("idle_{}", cook), {"--order-types=dine_in", "--cooking-time=600"}));
    }
  }
  Took promotions() const {
    Took all;
    for (const auto* cook : cooks_) all += took(cook->port, "promote_orders");
    return all;
  }
  void stop() {
    for (auto* cook : std::exchange(cooks_, {})) house_.restaurant().remove(*cook);
  }

 private:
  static constexpr int kCount = 5;
  House& house_;
  std::vector<test::Service*> cooks_;
};

/// Messages per second that a loop without a database takes.
double take_bare(House& house) {
  return run_bare_kitchen(house.vhost(), std::min(kBareOrders, house.asked_for()), kBacklogPrefetch);
}

double cook_for(House& house, std::chrono::seconds length) {
  const auto before = house.count("status = 'ready'");
  auto& cook = house.start_cook("chef", {"--cooking-time=0", fmt::format("--prefetch={}", kBacklogPrefetch)});
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(length);  // measured time
  const auto ready = house.count("status = 'ready'") - before;
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  cook.process.terminate(core::after(std::chrono::seconds{60}));
  house.restaurant().remove(cook);
  return static_cast<double>(ready) / seconds;
}

}  // namespace

/// A million orders that wait, each with its message: what is slower for it.
void measure_backlog(Bench& bench) {
  House empty(bench.servers);
  House deep(bench.servers);
  test::store_waiting(deep.database(), bench.waiting);
  ask_for_waiting(deep.database(), deep.vhost());
  bench.report.note(fmt::format("{} orders wait", deep.count("status = 'received'")));
  auto& few = empty.start_order_service();
  auto& many = deep.start_order_service();
  const auto add = [&](const std::string& path, const Pair& pair) {
    bench.report.add(path, fmt::format("{:.0f}/s", median(pair.ours)),
                     fmt::format("without {:.0f}/s, ratios {}", median(pair.limit), pair.spread()), pair.ratio(),
                     at_least(0.9));
  };
  add("backlog, intake", alternate(
                             bench.rounds, [&] { return deep.take_orders(many, bench.length); },
                             [&] { return empty.take_orders(few, bench.length); }));
  add("backlog, claim", alternate(
                            bench.rounds, [&] { return cook_for(deep, bench.length); },
                            [&] {
                              empty.fill_line(few, static_cast<std::int64_t>(8'000 * bench.length.count()));
                              return cook_for(empty, bench.length);
                            }));
  const auto question = [&](const std::string& path, double there, double here) {
    bench.report.add(path, fmt::format("{:.2f} ms each time", there), fmt::format("without {:.2f} ms", here),
                     here / there, at_least(0.9));
  };
  question("backlog, reconciler", took(deep.order_figures_port(), "look_at_line").ms_since({}),
           took(empty.order_figures_port(), "look_at_line").ms_since({}));
  IdleCooks idle_deep(deep);
  IdleCooks idle_empty(empty);
  std::this_thread::sleep_for(kPromotionTick * 2);  // the first time takes longer
  const auto first_deep = idle_deep.promotions();
  const auto first_empty = idle_empty.promotions();
  std::this_thread::sleep_for(kPromotionTick * 6);  // measured time
  question("backlog, promotion", idle_deep.promotions().ms_since(first_deep),
           idle_empty.promotions().ms_since(first_empty));
  idle_deep.stop();
  idle_empty.stop();
  const auto broker_alone = alternate(
      bench.rounds, [&] { return take_bare(deep); },
      [&] {
        empty.forget_waiting();
        empty.empty_queues();
        empty.fill_line(few, kBareOrders);
        return take_bare(empty);
      });
  bench.report.note(
      fmt::format("the same claims by the bare loop, without a database: {:.0f}/s, without {:.0f}/s, {:.2f}",
                  median(broker_alone.ours), median(broker_alone.limit), broker_alone.ratio()));
}

}  // namespace pizza::bench
