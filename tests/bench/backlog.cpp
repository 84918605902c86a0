#include <thread>

#include <fmt/format.h>

#include "bare.hpp"
#include "bench.hpp"
#include "core/error.hpp"
#include "kit.hpp"
#include "support/stored_orders.hpp"

namespace pizza::bench {

namespace {

/// Milliseconds that a statement of this service took on the average, by its own figures.
double mean_ms(std::uint16_t operator_port, const std::string& statement) {
  const auto answer = http::Client("127.0.0.1", operator_port, std::chrono::seconds{10}).send("GET", "/metrics");
  if (!answer) throw core::Error("no figures are told");
  const auto value = [&](const std::string& name) {
    const auto line = "pizza_db_query_duration_seconds_" + name + "{statement=\"" + statement + "\"} ";
    const auto at = answer->body.find(line);
    if (at == std::string::npos) throw core::Error("no figures of " + statement);
    return std::stod(answer->body.substr(at + line.size()));
  };
  return 1e3 * value("sum") / value("count");
}

double cook_for(House& house, std::chrono::seconds length) {
  const auto before = house.count("status = 'ready'");
  auto& cook = house.start_cook("chef", {"--cooking-time=0", "--prefetch=256"});
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(length);
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
                              empty.fill_line(few, static_cast<std::int64_t>(4'000 * bench.length.count()));
                              return cook_for(empty, bench.length);
                            }));
  const auto question = [&](const std::string& path, const std::string& statement, std::uint16_t with,
                            std::uint16_t without) {
    const auto there = mean_ms(with, statement);
    const auto here = mean_ms(without, statement);
    bench.report.add(path, fmt::format("{:.2f} ms each time", there), fmt::format("without {:.2f} ms", here),
                     here / there, at_least(0.9));
  };
  question("backlog, reconciler", "look_at_line", deep.order_figures_port(), empty.order_figures_port());
  const auto& idle_deep = deep.start_cook("idle", {"--order-types=dine_in", "--cooking-time=600"});
  const auto& idle_empty = empty.start_cook("idle", {"--order-types=dine_in", "--cooking-time=600"});
  std::this_thread::sleep_for(bench.length * 2);
  question("backlog, promotion", "promote_orders", idle_deep.port, idle_empty.port);
}

}  // namespace pizza::bench
