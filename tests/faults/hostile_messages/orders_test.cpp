#include <algorithm>
#include <random>
#include <set>

#include "e2e/kitchen/planted_orders.hpp"
#include "faults/hostile_messages/hostile_message.hpp"
#include "support/audit.hpp"
#include "support/process_figures.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

constexpr const char* kLetters = "kitchen_dead_letter_queue";

std::string header(const BrokerMessage& message, const std::string& name) {
  const auto found = message.headers.find(name);
  return found == message.headers.end() ? "(missing)" : found->second;
}

/// One worker, and an order in each status that a message may lie about.
struct KitchenWithOrders {
  PlantedOrders kitchen;
  Service& anna = kitchen.start("anna", {"--cooking-time=0", "--prefetch=4"});
  std::map<std::string, std::string> names;
  std::vector<std::string> cooked;

  KitchenWithOrders() {
    names["%WAITING%"] = kitchen.plant();
    for (const auto& [name, status] : std::map<std::string, std::string>{{"%READY%", "ready"},
                                                                         {"%CANCELLED%", "cancelled"},
                                                                         {"%COMPLETED%", "completed"},
                                                                         {"%OUT_FOR_DELIVERY%", "out_for_delivery"},
                                                                         {"%DELIVERED%", "delivered"},
                                                                         {"%COOKING%", "cooking"}}) {
      names[name] = store_order(kitchen.database(), {.type = "delivery", .status = status, .cook = "another"});
    }
  }

  /// All that the database knows of orders.
  std::string orders() {
    return kitchen.database().value(
        "SELECT md5(concat((SELECT string_agg(o::text, ' ' ORDER BY id) FROM orders o),"
        " (SELECT string_agg(l::text, ' ' ORDER BY id) FROM order_status_log l)))");
  }
  void publish(const HostileMessage& message) {
    kitchen.vhost().publish_raw("orders_topic", message.routing_key, message.properties, message.body);
  }

  void check_dead(const HostileMessage& message) {
    const auto before = orders();
    const auto line = anna.process.line_count();
    publish(message);
    const auto letters = kitchen.vhost().take_all(kLetters, 1, core::after(10s));
    CHECK(letters.size() == 1);
    for (const auto& letter : letters) {
      CHECK(letter.body == message.body);
      CHECK_THAT(header(letter, "x-error"), Catch::Contains(message.detail));
      CHECK_THAT(header(letter, "x-original-queue"), Catch::StartsWith("kitchen_"));
      CHECK(header(letter, "x-original-routing-key") == message.routing_key);
      CHECK(header(letter, "x-failed-by") == "anna");
      CHECK(core::parse_utc(header(letter, "x-failed-at")));
    }
    CHECK(anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(10s), line));
    CHECK(orders() == before);
  }
  void check_ready(HostileMessage message) {
    const auto number = kitchen.plant();
    message.body = with_names(message.body, {{"%ORDER%", number}});
    publish(message);
    CHECK(kitchen.wait_ready(number, 10s));
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.of_order(number, "concat_ws(' ', processed_by, priority, type, total_amount, attempts)") ==
          "anna 1 takeout 12.50 0");
    cooked.push_back(number);
  }
  void check_dropped(const HostileMessage& message) {
    const auto before = orders();
    const auto line = anna.process.line_count();
    publish(message);
    CHECK(anna.process.wait_for_line(logs_action("delivery_dropped"), core::after(10s), line));
    CHECK(orders() == before);
  }
};

/// The worst that came back, of all the kitchen's queues.
std::size_t redeliveries(const TestVhost& vhost) {
  std::size_t all = 0;
  for (const auto* queue :
       {"kitchen_takeout_queue", "kitchen_dine_in_queue", "kitchen_delivery_queue", "kitchen_queue"}) {
    all += vhost.redeliveries(queue);
  }
  return all;
}

}  // namespace

TEST_CASE("each hostile message to the kitchen ends where the contract says, and nothing else changes") {
  KitchenWithOrders f;
  const auto all = hostile_messages("orders");
  REQUIRE(all.size() >= 300);
  std::set<std::string> categories;
  std::map<std::string, std::size_t> ends;
  for (auto message : all) {
    INFO(message.label() << "\n" << message.body.substr(0, 300));
    categories.insert(message.category);
    ++ends[message.expected];
    message.body = with_names(message.body, f.names);
    message.detail = with_names(message.detail, f.names);
    if (message.expected == "dead") f.check_dead(message);
    if (message.expected == "ready") f.check_ready(message);
    if (message.expected == "dropped") f.check_dropped(message);
  }
  CHECK(categories.size() >= 12);
  CHECK(ends["dead"] + ends["ready"] + ends["dropped"] == all.size());

  INFO(f.anna.process.output().substr(0, 20'000));
  CHECK(f.kitchen.history(f.names["%WAITING%"]) == "received");
  CHECK(f.kitchen.announcements().size() == 2 * f.cooked.size());
  for (const auto& number : f.cooked) CHECK(f.kitchen.announced(number) == "cooking by anna, ready by anna");
  CHECK(f.kitchen.of_worker("anna", "concat_ws(' ', orders_processed, orders_failed)") ==
        std::to_string(f.cooked.size()) + " 0");
  CHECK(f.kitchen.queues_empty());
  CHECK(stopped(f.anna) == 0);
  CHECK(f.kitchen.queues_empty());
  CHECK(lines_of(f.anna.process, "message_processing_failed").size() == ends["dead"]);
  CHECK_THAT(faulty_lines(f.anna.process), Catch::Equals(std::vector<std::string>{}));
  // Copies of a message that is being claimed go back for a moment; nothing else does.
  CHECK(redeliveries(f.kitchen.vhost()) <= 10);
}

TEST_CASE("honest orders among a flood of hostile messages become ready, and operators can work it off") {
  Restaurant restaurant;
  restaurant.start_order_service();
  auto& anna = restaurant.start_kitchen("anna", {{"--cooking-time=0.05", "--prefetch=4"}});
  auto flood = hostile_messages("orders");
  std::erase_if(flood, [](const HostileMessage& message) { return message.expected != "dead"; });
  std::ranges::shuffle(flood, std::mt19937{4711});
  const auto publish = [&](const HostileMessage& message) {
    restaurant.vhost().publish_raw("orders_topic", message.routing_key, message.properties, message.body);
  };
  // The first stack in its log costs a worker some 20 MB for the names of functions.
  for (int i = 0; i < 20; ++i) publish(flood.front());
  std::vector<std::string> orders{restaurant.place(takeout_order())};
  REQUIRE(restaurant.wait_status(orders.front(), "ready"));
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count(kLetters) == 20; }));
  forget_peak(anna.process.pid());
  const auto before = figures_of(anna.process.pid());

  for (std::size_t i = 0; i < flood.size(); ++i) {
    publish(flood[i]);
    if (i % 8 == 0) orders.push_back(restaurant.place(i % 16 == 0 ? takeout_order() : delivery_order()));
  }
  REQUIRE(orders.size() >= 25);
  for (const auto& number : orders) {
    CHECK(restaurant.wait_status(number, "ready"));
    CHECK(restaurant.history(number) == "received cooking ready");
  }
  INFO(anna.process.output().substr(0, 20'000));
  CHECK(eventually(core::after(20s), [&] { return restaurant.vhost().count(kLetters) == flood.size() + 20; }));
  CHECK(lines_of(anna.process, "message_processing_failed").size() == flood.size() + 20);
  const auto after = figures_of(anna.process.pid());
  UNSCOPED_INFO("resident before " << before.resident_kib << " KiB, at most " << after.peak_kib);
  if (kMemoryIsOurs) CHECK(after.peak_kib <= before.resident_kib + 16 * 1024);
  CHECK(after.descriptors <= before.descriptors + 1);

  const auto listed = restaurant.run("order-service", {"--dead-letters", "list"});
  CHECK(listed.exit_code == 0);
  std::size_t letters = 0;
  for (std::size_t at = 0; (at = listed.out.find(R"("action":"dead_letter")", at)) != std::string::npos; ++at)
    ++letters;
  CHECK(letters == flood.size() + 20);
  CHECK(restaurant.run("order-service", {"--dead-letters", "discard"}).exit_code == 0);
  CHECK(restaurant.vhost().count(kLetters) == 0);
  const auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.is_clean());
  CHECK(report.summary() == "audit: " + std::to_string(orders.size()) + " orders, 0 findings");
}

TEST_CASE("a message that lies about its order's type does not make a specialist cook it") {
  PlantedOrders kitchen;
  auto& mario = kitchen.start("mario", {"--order-types=takeout", "--cooking-time=0"});
  const auto number = kitchen.plant("dine_in");
  auto message = kitchen.message_of(number);
  message.body = PlantedOrders::body_of(number, "takeout");
  message.routing_key = "kitchen.takeout.1";
  kitchen.publish(message);
  // Whatever becomes of it, its own queue has a message for it then.
  CHECK(eventually(core::after(10s), [&] { return kitchen.vhost().count("kitchen_dine_in_queue") == 1; }));
  CHECK(kitchen.wait_ready(kitchen.order()));
  INFO(mario.process.output());
  CHECK(kitchen.history(number) == "received");
  kitchen.start("anna", {"--cooking-time=0"});
  CHECK(kitchen.wait_ready(number));
  CHECK(kitchen.of_order(number, "processed_by") == "anna");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
}
