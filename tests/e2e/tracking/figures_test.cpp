#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "answers.hpp"
#include "support/eventually.hpp"
#include "support/stored_orders.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::ask;
using test::BothServices;
using test::document;
using test::Restaurant;
using test::store_order;
using test::text;

TEST_CASE("a worker's figures follow the printed members") {
  Restaurant restaurant;
  restaurant.database().execute(
      "INSERT INTO workers (name, type, status, created_at, last_seen, online_since, orders_processed, station, "
      "order_types, working_ms, orders_failed) VALUES "
      "('anna', 'dine_in,takeout', 'offline', '2024-12-01 08:00:00Z', '2024-12-16 10:35:00Z', '2024-12-16 08:00:00Z', "
      "3, 'packaging', '{dine_in,takeout}', 10000, 2),"
      "('zoe', 'general', 'offline', '2024-12-02 08:00:00Z', '2024-12-16 10:35:00Z', '2024-12-16 08:00:00Z', "
      "0, 'cook', '{dine_in,takeout,delivery}', 0, 0)");
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    CHECK(ask(*service, "/workers/status").body ==
          R"([{"worker_name":"anna","status":"offline","orders_processed":3,"last_seen":"2024-12-16T10:35:00Z",)"
          R"("type":"dine_in,takeout","station":"packaging","order_types":["dine_in","takeout"],)"
          R"("average_processing_ms":3333,"failures":2,"since":"2024-12-01T08:00:00Z","online_since":null},)"
          R"({"worker_name":"zoe","status":"offline","orders_processed":0,"last_seen":"2024-12-16T10:35:00Z",)"
          R"("type":"general","station":"cook","order_types":["dine_in","takeout","delivery"],)"
          R"("average_processing_ms":null,"failures":0,"since":"2024-12-02T08:00:00Z","online_since":null}])");
  }
  restaurant.database().execute("UPDATE workers SET status = 'online', last_seen = now() WHERE name = 'zoe'");
  CHECK(text(document(ask(services.tracking, "/workers/status")).array()->at(1), "online_since") ==
        "2024-12-16T08:00:00Z");
}

TEST_CASE("where there are no orders the figures of priorities are zero") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    const auto day = restaurant.database().value("SELECT (now() AT TIME ZONE 'UTC')::date");
    CHECK(
        ask(*service, "/stats/priorities").body ==
        "{\"day\":\"" + day +
            R"(","classes":[)"
            R"({"class":"high","received":0,"started":0,"waiting":0,"average_wait_ms":null,"worst_wait_ms":0,"longest_waiting_ms":0},)"
            R"({"class":"medium","received":0,"started":0,"waiting":0,"average_wait_ms":null,"worst_wait_ms":0,"longest_waiting_ms":0},)"
            R"({"class":"normal","received":0,"started":0,"waiting":0,"average_wait_ms":null,"worst_wait_ms":0,"longest_waiting_ms":0}]})");
  }
}

TEST_CASE("the figures of priorities are those of the database") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  auto& database = restaurant.database();
  database.execute(
      "INSERT INTO priority_counters (day, class, counted_by, received, started, waited_ms, worst_wait_ms) VALUES "
      "(current_date, 'high', 'order-service', 7, 0, 0, 0), (current_date, 'high', 'anna', 0, 3, 1000, 600),"
      "(current_date, 'high', 'bert', 0, 1, 501, 501), (current_date - 1, 'high', 'anna', 90, 90, 90, 9000),"
      "(current_date, 'normal', 'order-service', 2, 0, 0, 0)");
  // Waiting: two of high class (one of them lowered since), one medium; not at the later stations, not on the stove.
  store_order(database, {.priority = 10, .age = "30 seconds"});
  store_order(database, {.priority = 1, .age = "90 seconds", .also = "assigned_priority = 10"});
  store_order(database, {.type = "delivery", .priority = 10, .age = "10 seconds", .also = "assigned_priority = 5"});
  store_order(database, {.status = "cooking", .station = "quality", .age = "1 hour"});
  store_order(database, {.status = "cooking"});
  for (const auto* service : {&services.order, &services.tracking}) {
    INFO(service->name);
    const auto figures = document(ask(*service, "/stats/priorities"));
    const auto& high = figures.find("classes")->array()->at(0);
    CHECK(text(high, "received") == "7");
    CHECK(text(high, "started") == "4");
    CHECK(text(high, "waiting") == "2");
    CHECK(text(high, "average_wait_ms") == "375");
    CHECK(text(high, "worst_wait_ms") == "600");
    CHECK(std::stol(text(high, "longest_waiting_ms")) == Approx(100'000).margin(10'000));
    const auto& medium = figures.find("classes")->array()->at(1);
    CHECK(text(medium, "received") == "0");
    CHECK(text(medium, "waiting") == "1");
    CHECK(std::stol(text(medium, "longest_waiting_ms")) == Approx(20'000).margin(10'000));
    const auto& normal = figures.find("classes")->array()->at(2);
    CHECK(text(normal, "received") == "2");
    CHECK(text(normal, "waiting") == "0");
    CHECK(text(normal, "longest_waiting_ms") == "0");
  }
}

TEST_CASE("an order counts in its class as it is received, and waits until somebody cooks it") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  restaurant.place(test::takeout_order("Anna", R"(, "rush": true)"));
  restaurant.place(test::takeout_order("Bert", R"(, "customer_type": "vip")"));
  restaurant.place(test::takeout_order("Cora"));
  for (const auto* service : {&services.order, &services.tracking}) {
    const auto figures = document(ask(*service, "/stats/priorities"));
    std::string counts;
    for (const auto& each : *figures.find("classes")->array()) {
      counts += text(each, "class") + " " + text(each, "received") + "/" + text(each, "waiting") + " ";
    }
    CHECK(counts == "high 2/2 medium 0/0 normal 1/1 ");
  }
}

TEST_CASE("after cooking the figures are those of the rows the cook wrote") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.2"}});
  std::string number;
  for (int i = 0; i < 3; ++i) number = restaurant.place(test::takeout_order());
  INFO(restaurant.output());
  REQUIRE(test::eventually(core::after(20s), [&] {
    return restaurant.database().value("SELECT count(*) FROM orders WHERE status = 'ready'") == "3";
  }));
  auto& database = restaurant.database();
  for (const auto* service : {&services.order, &services.tracking}) {
    const auto workers = document(ask(*service, "/workers/status"));
    const auto& worker = workers.array()->at(0);
    CHECK(text(worker, "orders_processed") == "3");
    CHECK(text(worker, "station") == "cook");
    CHECK(text(worker, "failures") == "0");
    const auto average = text(worker, "average_processing_ms");
    CHECK(average == database.value("SELECT working_ms / orders_processed FROM workers"));
    CHECK(std::stol(average) >= 200);
    CHECK(core::parse_utc(text(worker, "online_since")));

    const auto order = document(ask(*service, "/orders/" + number));
    CHECK(text(order, "processed_by") == "chef_anna");
    CHECK(text(order, "estimated_completion") == text(order, "completed_at"));
    REQUIRE(order.find("stages")->array()->size() == 1);
    const auto& stage = order.find("stages")->array()->at(0);
    CHECK(text(stage, "station") == "cook");
    CHECK(text(stage, "worker") == "chef_anna");
    CHECK(text(stage, "finished_at") == text(order, "completed_at"));

    const auto figures = document(ask(*service, "/stats/priorities"));
    const auto& normal = figures.find("classes")->array()->at(2);
    CHECK(text(normal, "received") == "3");
    CHECK(text(normal, "started") == "3");
    CHECK(text(normal, "waiting") == "0");
    CHECK(text(normal, "average_wait_ms") ==
          database.value("SELECT sum(waited_ms)::bigint / 3 FROM priority_counters"));
    CHECK(text(normal, "worst_wait_ms") == database.value("SELECT max(worst_wait_ms) FROM priority_counters"));
  }
}

TEST_CASE("what is at a later station is no work for the cook, and comes on top of every estimate") {
  Restaurant restaurant;
  restaurant.database().execute(
      "INSERT INTO workers (name, type, cooking_time_ms, station) VALUES ('chef_anna', 'general', 10000, 'cook'),"
      "('quick eye', 'general', 20000, 'quality'), ('slow eye', 'general', 40000, 'quality'),"
      "('packer', 'general', 50000, 'packaging'), ('driver', 'general', 900000, 'courier')");
  // 50 orders wait for the inspector; on the stove one with 10 of its 30 s for three stations; one waits for the cook.
  std::string at_quality;
  for (int i = 0; i < 50; ++i) {
    at_quality = store_order(
        restaurant.database(),
        {.status = "cooking", .station = "quality", .also = "estimated_completion = now() + interval '1 hour'"});
  }
  store_order(restaurant.database(),
              {.status = "cooking", .also = "estimated_completion = now() + interval '900 seconds'"});
  const auto waiting = store_order(restaurant.database());
  const auto& tracking = restaurant.start_tracking();
  const auto seconds_left = [&](const std::string& number) {
    const auto order = document(ask(tracking, "/orders/" + number + "/status"));
    const auto left = *core::parse_utc(text(order, "estimated_completion")) - std::chrono::system_clock::now();
    return std::chrono::duration<double>(left).count();
  };
  // 300 s on the stove, its own 10 s, 30 s and 50 s at the stations behind.
  REQUIRE(test::eventually(core::after(10s), [&] { return seconds_left(waiting) > 200; }));
  CHECK(seconds_left(waiting) == Approx(390).margin(25));
  CHECK(seconds_left(at_quality) == Approx(3600).margin(30));
}

}  // namespace
