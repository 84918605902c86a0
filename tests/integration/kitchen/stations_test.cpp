#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using domain::Station;
using Kind = Claimed::Kind;

namespace {

/// What somebody does at a station of a restaurant that has them all, ten seconds at a time.
StationWork work_in_full_house(Station station) {
  return {.station = station, .route = domain::Route::of(domain::kStations).value(), .base_time = 10s};
}

/// Where an order is, what it waits for and who has it.
std::string station_state(KitchenDatabase& database, const std::string& number) {
  return database.of(number,
                     "station || ' ' || status || CASE WHEN waiting_since IS NULL THEN '' ELSE ' waits' END ||"
                     " coalesce(' ' || claimed_message, '') || CASE WHEN claim IS NULL THEN '' ELSE ' claimed' END");
}

/// What the last step asked for and told.
std::string sent(Cook& worker) {
  std::string result;
  for (const auto& row : worker.handed_over) {
    if (!result.empty()) result += ", ";
    result += row.exchange + ' ' + row.routing_key;
  }
  worker.handed_over.clear();
  return result;
}

/// It passes the station from its start to its end.
void pass(KitchenDatabase& database, const std::string& number, Station station) {
  Cook worker(database, "passing " + std::string{domain::to_string(station)} + " " + number,
              work_in_full_house(station));
  const auto turn = turn_for(number);
  REQUIRE(worker.claim(turn).kind == Kind::started);
  REQUIRE(worker.finish(turn) == Finished::Kind::done);
}

}  // namespace

TEST_CASE("a delivery passes cook, quality, packaging and courier, each asking the next for it") {
  KitchenDatabase database;
  database.order("A", "delivery", 5);
  const auto told = [](const char* next) { return std::string{"orders_direct station."} + next; };
  const std::string status = "notifications_fanout ";
  struct Step {
    Station station;
    std::string in_work;
    std::string started;
    std::string done;
    std::string finished;
    std::chrono::milliseconds time;
    std::string estimate;
  };
  const std::vector<Step> steps{
      {Station::cook, "cook cooking m-A claimed", status, "quality cooking waits", told("quality"), 12s, "00:00:36"},
      {Station::quality, "quality cooking m-A claimed", "", "packaging cooking waits", told("packaging"), 10s,
       "00:00:20"},
      {Station::packaging, "packaging cooking m-A claimed", "", "courier ready waits", status + ", " + told("courier"),
       10s, "00:00:10"},
      {Station::courier, "courier out_for_delivery m-A claimed", status, "courier delivered", status, 10s, "00:00:10"},
  };
  for (const auto& step : steps) {
    const std::string name{domain::to_string(step.station)};
    INFO(name);
    Cook worker(database, name, work_in_full_house(step.station));
    database->execute("UPDATE orders SET attempts = 3, promotions = 2, waiting_since = now() - interval '1 minute'");
    const auto turn = turn_for("A");
    const auto claimed = worker.claim(turn);
    CHECK(claimed.kind == Kind::started);
    CHECK(claimed.cooking == step.time);
    CHECK(station_state(database, "A") == step.in_work);
    CHECK(database.of("A", "processed_by") == name);
    CHECK(database.of("A", "estimated_completion - updated_at") == step.estimate);
    CHECK(sent(worker) == step.started);

    CHECK(worker.finish(turn) == Finished::Kind::done);
    CHECK(station_state(database, "A") == step.done);
    CHECK(database.of("A", "attempts || ' ' || promotions") == "0 0");
    CHECK(sent(worker) == step.finished);
    CHECK(worker.finish(turn) == Finished::Kind::lost);
    CHECK(worker.claim(turn_for("A", true)).kind == Kind::dropped);
  }
  CHECK(database.history("A") == "received cooking ready out_for_delivery delivered");
  CHECK(database.value("SELECT string_agg(station || ' ' || worker_name || ' ' || (finished_at >= started_at), ', '"
                       " ORDER BY started_at) FROM order_stages") ==
        "cook cook true, quality quality true, packaging packaging true, courier courier true");
  CHECK(database.of("A", "completed_at < updated_at AND cooking_started_at < completed_at") == "t");
}

TEST_CASE("an order that is not delivered is ready after packaging, and no courier is asked") {
  KitchenDatabase database;
  database.order("A", "dine_in");
  pass(database, "A", Station::cook);
  pass(database, "A", Station::quality);
  pass(database, "A", Station::packaging);
  CHECK(station_state(database, "A") == "packaging ready");
  CHECK(database.value("SELECT count(*) FROM outbox WHERE routing_key = 'station.courier'") == "0");
}

TEST_CASE("with a cook alone an order is ready after him") {
  KitchenDatabase database;
  database.order("A", "delivery");
  Cook anna(database, "anna");
  const auto turn = turn_for("A");
  anna.claim(turn);
  anna.finish(turn);
  CHECK(station_state(database, "A") == "cook ready");
  CHECK(sent(anna) == "notifications_fanout , notifications_fanout ");
}

TEST_CASE("nobody takes an order that is at another station, or out of the staff's own hands") {
  KitchenDatabase database;
  const auto here = GENERATE(Station::cook, Station::quality, Station::packaging, Station::courier);
  Cook worker(database, "worker", work_in_full_house(here));
  for (const auto there : domain::kStations) {
    const std::string number{domain::to_string(there)};
    database.order(number, "delivery");
    const auto [waiting, working] = domain::stage_of(there);
    database->execute("UPDATE orders SET station = number, status = '" + std::string{domain::to_string(waiting)} +
                      "' WHERE number = '" + number + "'");
    if (there == here) continue;
    CHECK(worker.claim(turn_for(number)).kind == Kind::dropped);
    database->execute("UPDATE orders SET waiting_since = NULL, status = '" + std::string{domain::to_string(working)} +
                      "' WHERE number = '" + number + "'");
    CHECK(worker.claim(turn_for(number, true)).kind == Kind::dropped);
  }
  CHECK(database.outbox_count() == "0");
  // Its own station, but it does not wait and nobody has begun.
  const std::string own{domain::to_string(here)};
  database->execute("UPDATE orders SET waiting_since = NULL, status = '" +
                    std::string{domain::to_string(domain::stage_of(here).working)} + "' WHERE number = '" + own + "'");
  CHECK(worker.claim(turn_for(own, true)).kind == Kind::dropped);
  database->execute("UPDATE orders SET status = 'cancelled'");
  CHECK(worker.claim(turn_for(own)).kind == Kind::dropped);
}

TEST_CASE("an order that moved on under its worker is not finished by him") {
  KitchenDatabase database;
  database.order("A", "delivery");
  Cook worker(database, "worker", work_in_full_house(Station::cook));
  const auto turn = turn_for("A");
  worker.claim(turn);
  const std::string change = GENERATE("station = 'quality'", "status = 'ready'", "waiting_since = now()",
                                      "claim = NULL", "claim = gen_random_uuid()");
  database->execute("UPDATE orders SET " + change);
  const auto before = station_state(database, "A");
  CHECK(worker.finish(turn) == Finished::Kind::lost);
  CHECK(station_state(database, "A") == before);
}

TEST_CASE("an order that lost its worker at a later station is taken up there with the rest of its time") {
  KitchenDatabase database;
  database.order("A", "takeout");
  pass(database, "A", Station::cook);
  Cook quinn(database, "quinn", work_in_full_house(Station::quality));
  Cook olga(database, "olga", work_in_full_house(Station::quality));
  const auto first = turn_for("A");
  quinn.claim(first);
  // Six seconds ago; of its 20 s, 10 are packaging's.
  database->execute("UPDATE orders SET estimated_completion = estimated_completion - interval '6 s'");
  database->execute("UPDATE order_stages SET started_at = started_at - interval '6 s' WHERE station = 'quality'");
  CHECK(olga.claim(turn_for("A", true, "another")).kind == Kind::dropped);
  const auto second = turn_for("A", true);
  const auto resumed = olga.claim(second);
  CHECK(resumed.kind == Kind::resumed);
  CHECK(resumed.cooking > 2s);
  CHECK(resumed.cooking <= 4s);
  CHECK(quinn.finish(first) == Finished::Kind::lost);
  CHECK(olga.finish(second) == Finished::Kind::done);
  CHECK(database.value("SELECT worker_name FROM order_stages WHERE station = 'quality'") == "olga");
}

TEST_CASE("a worker's figures count orders, their time and failures") {
  KitchenDatabase database;
  Cook anna(database, "anna");
  for (const char* number : {"A", "B"}) {
    database.order(number);
    const auto turn = turn_for(number);
    anna.claim(turn);
    anna.store.record_failure(number, "once");
    database->execute("UPDATE order_stages SET started_at = now() - interval '7 s' WHERE finished_at IS NULL");
    anna.finish(turn);
  }
  CHECK(database.value("SELECT orders_processed || ' ' || orders_failed || ' ' || working_ms / 1000 FROM workers") ==
        "2 2 14");
  CHECK(database.of("A", "attempts") == "0");
}

TEST_CASE("a delivered order counts once for its customer") {
  KitchenDatabase database;
  for (const char* number : {"A", "B", "C"}) database.order(number, "delivery");
  database->execute("UPDATE orders SET station = 'courier', status = 'ready'");
  database->execute("UPDATE orders SET customer_name = 'Zoe' WHERE number = 'C'");
  database->execute("INSERT INTO customers (name, orders_placed, orders_completed) VALUES ('Anna', 9, 4)");
  Cook courier(database, "courier", work_in_full_house(Station::courier));
  const std::vector turns{turn_for("A"), turn_for("B"), turn_for("C")};
  courier.store.claim(turns);
  std::vector<Cooked> driven;
  for (const auto& turn : turns) driven.push_back({turn.order_number, turn.claim});
  courier.store.finish(driven);
  courier.store.finish(driven);
  CHECK(database.value("SELECT string_agg(name || orders_completed, ' ' ORDER BY name) FROM customers") ==
        "Anna6 Zoe1");
}

TEST_CASE("the figures of a priority class count how long its orders waited for the cook, by what they came with") {
  KitchenDatabase database;
  database.order("A", "takeout", 10);
  database.order("B", "takeout", 10);
  database.order("C", "takeout", 1);
  database->execute("UPDATE orders SET assigned_priority = 5 WHERE number = 'B'");
  database->execute("UPDATE orders SET waiting_since = now() - interval '3 s'");
  Cook anna(database, "anna");
  anna.store.claim(std::vector{turn_for("A"), turn_for("B"), turn_for("C")});
  database.order("D", "takeout", 10);
  database->execute("UPDATE orders SET waiting_since = now() - interval '8 s' WHERE number = 'D'");
  anna.claim(turn_for("D"));
  // No figure grows by a later station, or by an order that is resumed.
  anna.claim(turn_for("A", true));
  Cook quinn(database, "quinn", work_in_full_house(Station::quality));
  database.order("E");
  database->execute("UPDATE orders SET station = 'quality', status = 'cooking' WHERE number = 'E'");
  CHECK(quinn.claim(turn_for("E")).kind == Kind::started);
  CHECK(database.value("SELECT string_agg(class || ' ' || started || ' ' || waited_ms / 1000 || ' ' ||"
                       " worst_wait_ms / 1000 || ' ' || counted_by, ', ' ORDER BY class) FROM priority_counters"
                       " WHERE day = (now() AT TIME ZONE 'UTC')::date") ==
        "high 2 11 8 anna, medium 1 3 3 anna, normal 1 3 3 anna");
}

TEST_CASE("an exhausted order is nobody's, and is taken up again once it may fail anew") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  anna.claim(turn_for("A"));
  for (int i = 0; i < 5; ++i) anna.store.record_failure("A", "cursed");
  CHECK(anna.claim(turn_for("A", true)).kind == Kind::exhausted);
  CHECK(station_state(database, "A") == "cook cooking");
  CHECK(anna.claim(turn_for("A", false)).kind == Kind::exhausted);
  database->execute("UPDATE orders SET attempts = 0");
  CHECK(anna.claim(turn_for("A", false, "redriven")).kind == Kind::resumed);
  CHECK(station_state(database, "A") == "cook cooking redriven claimed");
}
