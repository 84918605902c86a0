#include "e2e/security/listening.hpp"

#include <memory>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

using Sockets = std::set<std::string>;

std::string tcp(const std::string& address, std::uint16_t port) {
  return "tcp " + address + ":" + std::to_string(port);
}

}  // namespace

TEST_CASE("a service listens on its own port and its operator port, where it was told, and nowhere else") {
  Restaurant restaurant;
  const auto admin = free_port();
  const std::string admin_port = std::to_string(admin);
  SECTION("order-service") {
    auto& quiet = restaurant.start_order_service();
    CHECK(listening(quiet.process.pid()) == Sockets{tcp("127.0.0.1", quiet.port)});
    auto& open = restaurant.start_order_service({.environment = {{"PIZZA_ORDER_ADDRESS", "0.0.0.0"},
                                                                 {"PIZZA_ADMIN_ADDRESS", "127.0.0.2"},
                                                                 {"PIZZA_ORDER_ADMIN_PORT", admin_port}}});
    CHECK(listening(open.process.pid()) == Sockets{tcp("0.0.0.0", open.port), tcp("127.0.0.2", admin)});
  }
  SECTION("tracking-service") {
    auto& quiet = restaurant.start_tracking();
    CHECK(listening(quiet.process.pid()) == Sockets{tcp("127.0.0.1", quiet.port)});
    auto& open = restaurant.start_tracking({.environment = {{"PIZZA_TRACKING_ADDRESS", "0.0.0.0"},
                                                            {"PIZZA_ADMIN_ADDRESS", "127.0.0.2"},
                                                            {"PIZZA_TRACKING_ADMIN_PORT", admin_port}}});
    CHECK(listening(open.process.pid()) == Sockets{tcp("0.0.0.0", open.port), tcp("127.0.0.2", admin)});
  }
  SECTION("kitchen-worker and notification-subscriber have the operator port only") {
    for (auto* service : {&restaurant.start_kitchen("anna"), &restaurant.start_subscriber()}) {
      CAPTURE(service->name);
      CHECK(listening(service->process.pid()) == Sockets{tcp("127.0.0.1", service->port)});
    }
    auto& open = restaurant.start_kitchen("paula", {.environment = {{"PIZZA_ADMIN_ADDRESS", "0.0.0.0"}}});
    CHECK(listening(open.process.pid()) == Sockets{tcp("0.0.0.0", open.port)});
  }
}

TEST_CASE("without an operator port a worker and a subscriber listen nowhere, also while they work") {
  Restaurant restaurant;
  restaurant.start_order_service();
  const auto kitchen = restaurant.launch("kitchen-worker", {"--worker-name=anna", "--cooking-time=0"});
  const auto subscriber = restaurant.launch(
      "notification-subscriber", {},
      {.environment = {{"PIZZA_NOTIFIER_WEBHOOKS",
                        R"([{url: "http://127.0.0.1:1/", secret: "correct horse battery", allow_private: true}])"}}});
  for (const auto* process : {&kitchen, &subscriber}) {
    INFO((*process)->output());
    REQUIRE((*process)->wait_for_line(logs_action("service_started"), core::after(30s)));
  }
  const auto number = restaurant.place(takeout_order());
  REQUIRE(restaurant.wait_status(number, "ready"));
  REQUIRE(subscriber->wait_for_line(logs_action("notification_received", number), core::after(20s)));
  CHECK(listening(kitchen->pid()).empty());
  CHECK(listening(subscriber->pid()).empty());
}

TEST_CASE("what these tests would find: a socket that listens, and one that is bound") {
  Process tcp_listener("/usr/bin/perl", {"-MIO::Socket::INET", "-e",
                                         "$| = 1; $t = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');"
                                         "$u = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1');"
                                         "print $t->sockport, ' ', $u->sockport, qq(\\n); sleep"});
  const auto line = tcp_listener.wait_for_line([](const OutputLine&) { return true; }, core::after(20s));
  INFO(tcp_listener.output());
  REQUIRE(line);
  const auto space = line->text.find(' ');
  REQUIRE(space != std::string::npos);
  CHECK(listening(tcp_listener.pid()) ==
        Sockets{"tcp 127.0.0.1:" + line->text.substr(0, space), "udp 127.0.0.1:" + line->text.substr(space + 1)});
}
