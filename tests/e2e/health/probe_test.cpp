#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::pair<std::string, std::string>> kExecutables{
    {"order-service", "PIZZA_ORDER_ADMIN_PORT"},
    {"kitchen-worker", "PIZZA_KITCHEN_ADMIN_PORT"},
    {"tracking-service", "PIZZA_TRACKING_ADMIN_PORT"},
    {"notification-subscriber", "PIZZA_NOTIFIER_ADMIN_PORT"}};

}  // namespace

TEST_CASE("--probe prints what the running service answers, and exits 0") {
  Restaurant restaurant;
  std::vector<std::uint16_t> ports;
  const auto with_port = [&](std::size_t number) {
    ports.push_back(free_port());
    return Extra{{}, {{kExecutables[number].second, std::to_string(ports.back())}}};
  };
  restaurant.start_order_service(with_port(0));
  ports.push_back(restaurant.start_kitchen("chef_probed").port);
  restaurant.start_tracking(with_port(2));
  ports.push_back(restaurant.start_subscriber().port);
  for (std::size_t i = 0; i < kExecutables.size(); ++i) {
    const auto& [executable, variable] = kExecutables[i];
    for (const std::string question : {"livez", "readyz"}) {
      const auto finished =
          restaurant.run(executable, {"--probe", question}, {{}, {{variable, std::to_string(ports[i])}}});
      INFO(executable << " " << question << "\n" << finished.out << finished.err << restaurant.output());
      CHECK(finished.exit_code == 0);
      CHECK(finished.out.starts_with(R"({"status":"ok")"));
      CHECK((finished.out.find("\"dependencies\"") != std::string::npos) == (question == "readyz"));
      CHECK(finished.err.empty());
    }
  }
}

TEST_CASE("--probe exits 1 with a line that says so where nobody listens, and 2 where none is configured") {
  Restaurant restaurant;
  const auto nobody = std::to_string(free_port());
  for (const auto& [executable, variable] : kExecutables) {
    const auto silent = restaurant.run(executable, {"--probe=livez"}, {{}, {{variable, nobody}}});
    INFO(executable << silent.out << silent.err);
    CHECK(silent.exit_code == 1);
    CHECK(silent.out.empty());
    CHECK(silent.err.find(nobody) != std::string::npos);
    const auto off = restaurant.run(executable, {"--probe=livez"});
    CHECK(off.exit_code == 2);
    CHECK(off.err.find("admin_port") != std::string::npos);
  }
}

TEST_CASE("--probe gives a service that hangs 3 s") {
  Restaurant restaurant;
  auto& kitchen = restaurant.start_kitchen("chef_unwell");
  const Extra extra{{}, {{"PIZZA_KITCHEN_ADMIN_PORT", std::to_string(kitchen.port)}}};
  kitchen.process.signal(SIGSTOP);  // it accepts, and then says nothing
  const auto silent = restaurant.run("kitchen-worker", {"--probe=livez"}, extra);
  kitchen.process.signal(SIGCONT);
  INFO(silent.out << silent.err);
  CHECK(silent.exit_code == 1);
  CHECK(silent.out.empty());
  CHECK(std::ranges::count(silent.err, '\n') == 1);
}
