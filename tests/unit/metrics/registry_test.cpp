#include "metrics/registry.hpp"

#include <stdexcept>
#include <thread>

#include <catch2/catch.hpp>

using namespace pizza;
using Catch::Contains;

TEST_CASE("what was counted, set and observed is rendered in the text format") {
  metrics::Registry registry;
  registry.counter("orders_total", "Orders taken", {{"type", "dine_in"}}).increment();
  registry.counter("orders_total", "Orders taken", {{"type", "delivery"}}).increment(2);
  auto& waiting = registry.gauge("waiting", "Orders waiting");
  waiting.set(5);
  waiting.increment(-2);
  registry.histogram("intake_seconds", "Time to answer", {}, {0.1, 1}).observe(0.5);
  const auto text = registry.render();
  CHECK_THAT(text, Contains("# HELP orders_total Orders taken\n# TYPE orders_total counter\n"));
  CHECK_THAT(text, Contains("orders_total{type=\"dine_in\"} 1\n"));
  CHECK_THAT(text, Contains("orders_total{type=\"delivery\"} 2\n"));
  CHECK_THAT(text, Contains("waiting 3\n"));
  CHECK_THAT(text, Contains("intake_seconds_bucket{le=\"0.1\"} 0\n"));
  CHECK_THAT(text, Contains("intake_seconds_bucket{le=\"1\"} 1\n"));
  CHECK_THAT(text, Contains("intake_seconds_count 1\n"));
}

TEST_CASE("the same name and labels are the same metric, however many are made between") {
  metrics::Registry registry;
  auto& first = registry.counter("a", "A", {{"k", "v"}});
  for (int i = 0; i < 1000; ++i) registry.counter("n" + std::to_string(i), "N");
  CHECK(&registry.counter("a", "A", {{"k", "v"}}) == &first);
  CHECK(&registry.counter("a", "A", {{"k", "w"}}) != &first);
}

TEST_CASE("threads that ask and count at the same time lose nothing") {
  metrics::Registry registry;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) registry.counter("a", "A").increment();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_THAT(registry.render(), Contains("a 20000\n"));
}

TEST_CASE("a metric that is read is asked at each rendering, and labels share its name's lines") {
  metrics::Registry registry;
  double lines = 1;
  registry.counter_of("lines_total", "Lines", [&] { return lines; }, {{"level", "info"}});
  registry.gauge_of("up", "Is there", [] { return 1.0; });
  registry.counter_of("lines_total", "Lines", [] { return 7.0; }, {{"level", "error"}});
  CHECK_THAT(registry.render(), Contains("# HELP lines_total Lines\n# TYPE lines_total counter\n"
                                         "lines_total{level=\"info\"} 1\nlines_total{level=\"error\"} 7\n"));
  CHECK_THAT(registry.render(), Contains("# TYPE up gauge\nup 1\n"));
  lines = 2;
  CHECK_THAT(registry.render(), Contains("lines_total{level=\"info\"} 2\n"));
}

TEST_CASE("a bad name and a name of another kind are refused") {
  metrics::Registry registry;
  registry.counter("a", "A");
  CHECK_THROWS_AS(registry.gauge("a", "A"), std::invalid_argument);
  CHECK_THROWS_AS(registry.counter("not a name", "A"), std::invalid_argument);
  CHECK_THROWS_AS(registry.counter("b", "A", {{"not a label", "x"}}), std::invalid_argument);
  const auto read = [] { return 0.0; };
  registry.gauge_of("c", "C", read);
  CHECK_THROWS_AS(registry.counter_of("c", "C", read), std::invalid_argument);
  CHECK_THROWS_AS(registry.gauge_of("not a name", "C", read), std::invalid_argument);
  CHECK_THROWS_AS(registry.gauge_of("d", "D", read, {{"not a label", "x"}}), std::invalid_argument);
}
