#include <fmt/format.h>

#include "bench.hpp"
#include "house.hpp"
#include "load.hpp"
#include "stored.hpp"

namespace pizza::bench {

namespace {

std::string short_number(std::int64_t count) {
  return count >= 1'000'000 ? fmt::format("{} M", count / 1'000'000) : fmt::format("{} k", count / 1'000);
}

}  // namespace

/// Intake and status with few orders stored and with many, each in a restaurant of its own.
void measure_growth(Bench& bench) {
  House few(bench.servers);
  const auto stored_few = Stored::make(few.database(), bench.sizes.front());
  auto& few_intake = few.start_order_service();
  auto& few_tracking = few.start_tracking();
  for (std::size_t i = 1; i < bench.sizes.size(); ++i) {
    House many(bench.servers);
    const auto size = bench.sizes[i];
    const auto stored_many = Stored::make(many.database(), size);
    auto& many_intake = many.start_order_service();
    auto& many_tracking = many.start_tracking();
    const auto intake_of = [&](House& house, const test::Service& service) {
      return [&] {
        const auto rate = house.take_orders(service, bench.length);
        house.empty_queues();
        return rate;
      };
    };
    const auto status_of = [&](const Stored& stored, const test::Service& service) {
      return [&] { return run_wrk(service.port, "wrk_status.lua", bench.length, {}, stored.for_wrk()).per_second; };
    };
    // What was just loaded has not been read yet: a round that does not count.
    run_wrk(many_tracking.port, "wrk_status.lua", bench.length * 2, {}, stored_many.for_wrk());
    const auto beside = short_number(bench.sizes.front());
    const auto status =
        alternate(bench.rounds, status_of(stored_many, many_tracking), status_of(stored_few, few_tracking));
    bench.report.add("growth, status", fmt::format("{}: {:.0f}/s", short_number(size), median(status.ours)),
                     fmt::format("{}: {:.0f}/s, ratios {}", beside, median(status.limit), status.spread()),
                     status.ratio(), at_least(0.9));
    const auto intake = alternate(bench.rounds, intake_of(many, many_intake), intake_of(few, few_intake));
    bench.report.add("growth, intake", fmt::format("{}: {:.0f}/s", short_number(size), median(intake.ours)),
                     fmt::format("{}: {:.0f}/s, ratios {}", beside, median(intake.limit), intake.spread()),
                     intake.ratio(), at_least(0.9));
  }
}

}  // namespace pizza::bench
