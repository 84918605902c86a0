#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "faults/storm/guests.hpp"
#include "faults/storm/storm.hpp"
#include "faults/storm/strikes.hpp"
#include "faults/storm/vitals.hpp"
#include "support/audit.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

using Seconds = std::chrono::duration<double>;

constexpr auto kBetweenLooks = 5s;
// The threads that answer requests retire after ten seconds without one.
constexpr auto kAtRestAfter = 15s;

const std::vector<std::string> kSurvivors{"orders_2", "bruno", "tracking_2", "subscriber_2"};

// What may come on top of the memory. A heap that keeps its size still moves: threads come to other arenas, a burst
// after a fault leaves free memory behind that is not given back. In a few minutes it is not warm yet, and the looks
// are few.
constexpr Vitals::Tolerance kLong{1.05, 1024};
constexpr Vitals::Tolerance kShort{1.10, 3072};

/// Load for so long, with a fault every now and then and a look at every process each five seconds.
class Soak {
 public:
  Soak(std::chrono::seconds between_faults, Vitals::Tolerance tolerance)
      : between_faults_(between_faults),
        storm_({.wired = true,
                .customers = 6,
                .rest = {200ms, 800ms},
                .environment = {{"LOG_LEVEL", "INFO"}},
                .in_pairs = true}),
        strikes_(storm_, kSurvivors),
        vitals_(storm_.members(), kSurvivors, tolerance) {}

  /// Both servers are away until every process has written a failure: the first costs it some 30 MiB for the symbols of
  /// its stack.
  void let_everybody_fail();
  void load(Seconds time);
  /// Until nobody does anything any more, and what each process takes then.
  void rest();
  void end(Seconds time);

 private:
  void strike();
  std::string report(Seconds time);
  void look_until(std::chrono::steady_clock::time_point end);

  const std::chrono::seconds between_faults_;
  Storm storm_;
  Strikes strikes_;
  Vitals vitals_;
  std::size_t answers_ = 0;
  std::vector<std::string> wrong_;
  Seconds longest_gap_{0};
  std::string longest_gap_after_;
};

void Soak::let_everybody_fail() {
  auto& servers = storm_.servers();
  storm_.begin();
  {
    const Guests guests(storm_, 3);
    servers.stop_database(Servers::Ending::immediate);
    servers.kill_broker();
    const auto has_failed = [](const Member* each) {
      return std::ranges::any_of(each->lines(), [](const auto& line) { return line.find("\"stack\"") != line.npos; });
    };
    CHECK(eventually(core::after(90s), [&] { return std::ranges::all_of(storm_.members(), has_failed); }));
  }
  servers.start_database();
  servers.start_broker();
}

void Soak::load(Seconds time) {
  storm_.begin();
  const Guests guests(storm_, 3);
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(time);
  for (auto next = begin + between_faults_ / 2; next < end; next += between_faults_) {
    look_until(next);
    strike();
    // Where a fault took longer than the time between two, the next one waits for some rest.
    next = std::max(next, std::chrono::steady_clock::now() + kBetweenLooks - between_faults_);
  }
  look_until(end);
  vitals_.look();
  answers_ += guests.answers();
  const auto wrong = guests.wrong();
  wrong_.insert(wrong_.end(), wrong.begin(), wrong.end());
}

void Soak::strike() {
  const auto begin = std::chrono::steady_clock::now();
  const auto what = strikes_.next();
  const auto mended = std::chrono::steady_clock::now();
  const auto before = storm_.customers().promised();
  CHECK(eventually(core::after(90s), [&] { return storm_.customers().promised() > before; }));
  const Seconds gap = std::chrono::steady_clock::now() - mended;
  if (gap > longest_gap_) {
    longest_gap_ = gap;
    longest_gap_after_ = what;
  }
  std::cout << fmt::format("{}; took {:.1f} s, an order promised {:.1f} s later", what, Seconds(mended - begin).count(),
                           gap.count())
            << std::endl;
}

void Soak::look_until(std::chrono::steady_clock::time_point end) {
  for (auto next = std::chrono::steady_clock::now(); next < end; next += kBetweenLooks) {
    std::this_thread::sleep_until(next);
    vitals_.look();
  }
  std::this_thread::sleep_until(end);
}

void Soak::rest() {
  int faults = 0;
  for (const auto& [kind, times] : strikes_.dealt()) faults += times;
  storm_.note(fmt::format("faults so far: {}", faults));
  storm_.take_stock();
  let_pass(kAtRestAfter);
  vitals_.look_at_rest();
}

void Soak::end(Seconds time) {
  rest();
  const auto audited = audit(storm_.restaurant());  // once more, for the report
  std::cout << "\n" << report(time) << "\n" << audited.text() << std::flush;
  CHECK(wrong_ == std::vector<std::string>{});
  CHECK(answers_ > 100);
  CHECK(vitals_.grown() == std::vector<std::string>{});
  CHECK(audited.is_clean());
  storm_.close();
}

std::string Soak::report(Seconds time) {
  auto times = storm_.customers().times_to_promise();
  std::ranges::sort(times);
  const auto share = [&](double part) {
    const auto at = static_cast<std::size_t>(part * static_cast<double>(times.size() - 1));
    return std::chrono::duration<double, std::milli>(times[at]).count();
  };
  std::string faults;
  int count = 0;
  for (const auto& [kind, often] : strikes_.dealt()) {
    faults += fmt::format("{}{} ({})", faults.empty() ? "" : "; ", kind, often);
    count += often;
  }
  auto& database = storm_.restaurant().database();
  std::string text = fmt::format("Soak of {:.1f} min, seed {}: {} orders promised ({:.1f} a second), {} ready, ",
                                 time.count() / 60, FaultRun::get().seed, storm_.customers().promised(),
                                 static_cast<double>(storm_.customers().promised()) / time.count(),
                                 database.value("SELECT count(*) FROM orders WHERE status = 'ready'"));
  text += fmt::format("{} cancelled, {} questions answered. Time to a promise: median {:.0f} ms, p99 {:.0f} ms.\n",
                      database.value("SELECT count(*) FROM orders WHERE status = 'cancelled'"), answers_, share(0.5),
                      share(0.99));
  text +=
      fmt::format("{} faults: {}.\nThe longest time from the end of a fault to a promised order: {:.1f} s ({}).\n\n",
                  count, faults, longest_gap_.count(), longest_gap_after_);
  return text + vitals_.table();
}

}  // namespace

// For tests/run.sh soak, so by its name only. What a process takes is compared with what it took when it was warm.
TEST_CASE("the services keep their size under load and faults", "[.soak]") {
  const Seconds time{FaultRun::get().minutes * 60};
  const auto warm_up = std::max(time * 0.15, std::min(time * 0.5, Seconds{30}));
  Soak soak = time < 10min ? Soak(10s, kShort) : Soak(20s, kLong);
  soak.let_everybody_fail();
  soak.load(warm_up);
  soak.rest();
  soak.load(time - warm_up);
  soak.end(time);
}
