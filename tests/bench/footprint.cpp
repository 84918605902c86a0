#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "bench.hpp"
#include "core/error.hpp"
#include "house.hpp"
#include "load.hpp"
#include "stored.hpp"
#include "support/names.hpp"
#include "support/process_figures.hpp"

namespace pizza::bench {

using namespace std::chrono_literals;

namespace {

double mib(std::size_t kib) { return static_cast<double>(kib) / 1024; }

/// Milliseconds until the process says that it serves; the median of a few starts.
double start_time(House& house, const std::string& executable, const std::vector<std::string>& flags, int rounds) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const test::Extra extra{.flags = {},
                            .environment = {{"LOG_LEVEL", "INFO"},
                                            {"PIZZA_ORDER_PORT", std::to_string(test::free_port())},
                                            {"PIZZA_TRACKING_PORT", std::to_string(test::free_port())}}};
    const auto start = std::chrono::steady_clock::now();
    const auto process = house.restaurant().launch(executable, flags, extra);
    const auto line = process->wait_for_text("\"service_started\"", core::after(30s));
    if (!line) throw core::Error(executable + " did not start:\n" + process->output());
    times.push_back(std::chrono::duration<double, std::milli>(line->at - start).count());
    process->terminate(core::after(30s));
  }
  return median(times);
}

struct Footprint {
  std::string name;
  test::ProcessFigures idle;
  double start_ms = 0;
  std::size_t executable_bytes = 0;
};

}  // namespace

/// What each service takes of a machine: idle, under load, and to start.
void measure_footprint(Bench& bench) {
  House house(bench.servers);
  const auto stored = Stored::make(house.database(), bench.sizes.front());
  std::vector<Footprint> services{{.name = "order-service"},
                                  {.name = "kitchen-worker"},
                                  {.name = "tracking-service"},
                                  {.name = "notification-subscriber"}};
  for (auto& each : services) {
    const std::vector<std::string> flags = each.name == "kitchen-worker"
                                               ? std::vector<std::string>{"--worker-name", "starter"}
                                               : std::vector<std::string>{};
    each.start_ms = start_time(house, each.name, flags, bench.rounds);
    each.executable_bytes = std::filesystem::file_size(std::filesystem::path{PIZZA_BIN_DIR} / each.name);
  }
  auto& order = house.start_order_service();
  auto& cook = house.start_cook("chef", {"--cooking-time=0", "--prefetch=256"});
  auto& tracking = house.start_tracking();
  auto& subscriber = house.start_subscriber();
  const std::vector<test::Service*> running{&order, &cook, &tracking, &subscriber};
  std::this_thread::sleep_for(2s);  // idle: what they did when they started is over
  for (std::size_t i = 0; i < running.size(); ++i) {
    services[i].idle = test::figures_of(running[i]->process.pid());
    test::forget_peak(running[i]->process.pid());
  }
  run_wrk(order.port, "wrk_orders.lua", bench.length);
  run_wrk(tracking.port, "wrk_status.lua", bench.length, {}, stored.for_wrk());
  double idle = 0;
  double loaded = 0;
  double start = 0;
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto& each = services[i];
    const auto now = test::figures_of(running[i]->process.pid());
    bench.report.note(fmt::format(
        "{}: {:.1f} MiB and {} threads idle, {:.1f} MiB and {} threads under load, ready after {:.0f} ms, {:.1f} MB",
        each.name, mib(each.idle.resident_kib), each.idle.threads, mib(now.peak_kib), now.threads, each.start_ms,
        static_cast<double>(each.executable_bytes) / 1e6));
    idle = std::max(idle, mib(each.idle.resident_kib));
    loaded = std::max(loaded, mib(now.peak_kib));
    start = std::max(start, each.start_ms);
  }
  bench.report.add("footprint, idle", "resident, the largest of the four", "", idle, at_most(12, "MiB"));
  bench.report.add("footprint, under load", "resident, the largest of the four", "", loaded, at_most(48, "MiB"));
  bench.report.add("footprint, start", "until ready, the longest of the four", "", start, at_most(150, "ms"));
}

}  // namespace pizza::bench
