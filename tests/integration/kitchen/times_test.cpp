#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using domain::Station;

namespace {

StationWork work_at(Station station) {
  const std::vector stations{Station::cook, Station::quality};
  return {.station = station, .route = domain::Route::of(stations).value(), .base_time = 10s};
}

Finished finish(Cook& worker, const Turn& turn) {
  const Cooked cooked{turn.order_number, turn.claim};
  return worker.store.finish({&cooked, 1}).at(0);
}

bool about(std::optional<std::chrono::milliseconds> time, std::chrono::seconds expected) {
  UNSCOPED_INFO((time ? std::to_string(time->count()) + " ms" : "no time"));
  return time && *time >= expected && *time < expected + 60s;
}

}  // namespace

TEST_CASE("how long an order waited, was cooked and was on its way is told by the database, at the stations it ends") {
  KitchenDatabase database;
  database.order("A", "delivery");
  database->execute(
      "UPDATE orders SET created_at = now() - interval '900 s', waiting_since = now() - interval '600 s'");
  Cook anna(database, "anna", work_at(Station::cook));
  const auto turn = turn_for("A");
  CHECK(about(anna.claim(turn).waited, 600s));
  database->execute("UPDATE order_stages SET started_at = started_at - interval '300 s'");
  auto again = turn_for("A", true);
  CHECK_FALSE(anna.claim(again).waited);
  const auto cooked = finish(anna, again);
  CHECK(cooked.kind == Finished::Kind::done);
  CHECK(cooked.type == domain::OrderType::delivery);
  CHECK(about(cooked.worked, 300s));
  CHECK_FALSE(cooked.in_all);

  Cook quinn(database, "quinn", work_at(Station::quality));
  const auto check = turn_for("A");
  CHECK_FALSE(quinn.claim(check).waited);
  const auto checked = finish(quinn, check);
  CHECK(about(checked.worked, 0s));
  CHECK(about(checked.in_all, 900s));
  CHECK(finish(quinn, check).kind == Finished::Kind::lost);
}

TEST_CASE("of several orders finished at once each has its own times") {
  KitchenDatabase database;
  database.order("A");
  database.order("B", "dine_in");
  database->execute("UPDATE orders SET created_at = now() - interval '900 s' WHERE number = 'B'");
  Cook anna(database, "anna");
  const std::vector turns{turn_for("A"), turn_for("B")};
  anna.store.claim(turns);
  database->execute(
      "UPDATE order_stages SET started_at = started_at - interval '300 s'"
      " FROM orders WHERE orders.id = order_id AND number = 'A'");
  const std::vector<Cooked> cooked{{"B", turns[1].claim}, {"none", turns[0].claim}, {"A", turns[0].claim}};
  const auto finished = anna.store.finish(cooked);
  CHECK(finished[0].type == domain::OrderType::dine_in);
  CHECK(about(finished[0].worked, 0s));
  CHECK(about(finished[0].in_all, 900s));
  CHECK(finished[1].kind == Finished::Kind::lost);
  CHECK_FALSE(finished[1].worked);
  CHECK(about(finished[2].worked, 300s));
  CHECK(about(finished[2].in_all, 0s));
}
