#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "faults/hostile_messages/hostile_message.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/process_figures.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kLine = "Notification for order ";

std::size_t lines_with(const Process& process, const std::string& piece) {
  const auto lines = process.stdout_lines();
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [&](const auto& line) { return line.find(piece) != std::string::npos; }));
}

}  // namespace

TEST_CASE("each hostile status update is shown as its line or put aside, and the next one is shown") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber({{"--subscriber-name=lobby"}});
  auto& vhost = restaurant.vhost();
  const auto all = hostile_messages("status_updates");
  REQUIRE(all.size() >= 200);
  std::set<std::string> categories;
  std::size_t shown = 0;
  std::size_t unreadable = 1;
  std::size_t dead = 0;
  // The first stack in its log costs it some 20 MB for the names of functions.
  vhost.publish("notifications_fanout", "", "first");
  REQUIRE(subscriber.process.wait_for_line(logs_action("notification_unreadable"), core::after(10s)));
  const auto before = figures_of(subscriber.process.pid());
  for (const auto& message : all) {
    categories.insert(message.category);
    const std::map<std::string, std::string> names{
        {"%ORDER%", "ORD_20260101_" + std::to_string(1000 + shown + unreadable)}};
    const auto body = with_names(message.body, names);
    INFO(message.label() << "\n" << body.substr(0, 300));
    const auto from = subscriber.process.line_count();
    vhost.publish_raw("notifications_fanout", message.routing_key, message.properties, body);
    if (message.expected == "unreadable") {
      ++unreadable;
      CHECK(subscriber.process.wait_for_line(logs_action("notification_unreadable", message.detail), core::after(10s),
                                             from));
      continue;
    }
    ++shown;
    const auto line = with_names(message.detail, names);
    CHECK(subscriber.process.wait_for_line([&](const OutputLine& each) { return each.text == line; }, core::after(10s),
                                           from));
    if (message.expected != "shown and dead") continue;
    ++dead;
    const auto letters = vhost.take_all("kitchen_dead_letter_queue", 1, core::after(10s));
    REQUIRE(letters.size() == 1);
    CHECK(letters.front().body == body);
    CHECK(letters.front().headers.at("x-error") == "webhook not configured");
  }
  CHECK(categories.size() >= 12);
  INFO(subscriber.process.output().substr(0, 20'000));
  CHECK(lines_with(subscriber.process, R"("action":"notification_received")") == shown);
  CHECK(lines_with(subscriber.process, R"("action":"notification_unreadable")") == unreadable);
  CHECK(static_cast<std::size_t>(std::ranges::count_if(
            subscriber.process.stdout_lines(), [](const auto& line) { return line.starts_with(kLine); })) == shown);
  CHECK_THAT(faulty_lines(subscriber.process, kLine), Catch::Equals(std::vector<std::string>{}));
  const auto after = figures_of(subscriber.process.pid());
  if (kMemoryIsOurs) CHECK(after.peak_kib <= before.resident_kib + 16 * 1024);
  CHECK(after.descriptors <= before.descriptors + 1);
  CHECK(subscriber.process.terminate(core::after(20s)) == 0);
  for (const auto* queue : {"notifications_queue", "notifications.lobby", "kitchen_dead_letter_queue"}) {
    CHECK(vhost.count(queue) == 0);
    CHECK(vhost.redeliveries(queue) == 0);
  }
}
