#include "order/app/intake.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "metrics/registry.hpp"
#include "order/adapters/order_metrics.hpp"
#include "order/app/place_order.hpp"

namespace {

using namespace pizza;
using namespace std::chrono_literals;
using order::NewOrder;

/// A store whose first batch waits for `gate`, so that what comes meanwhile gathers; refuses any customer "culprit",
/// knows "replayed" already, and not what became of "doubtful".
class GatedStore final : public order::OrderStore {
 public:
  struct Shared {
    std::promise<void> entered;
    std::promise<void> gate;
    std::vector<std::size_t> batches;
    bool unavailable = false;
  };
  explicit GatedStore(Shared& shared) : shared_(shared) {}

  std::vector<order::Placing> place(std::span<const NewOrder> orders) override {
    shared_.batches.push_back(orders.size());
    if (shared_.batches.size() == 1) {
      shared_.entered.set_value();
      shared_.gate.get_future().wait();
    }
    if (shared_.unavailable) throw order::StoreUnavailable("the database is down");
    const auto is_culprit = [](const NewOrder& order) { return order.order.customer_name == "culprit"; };
    if (std::ranges::any_of(orders, is_culprit)) throw order::OrderRefused("no");
    if (orders.front().order.customer_name == "doubtful") throw order::OutcomeUnknown("who knows");
    std::vector<order::Placing> placings;
    for (const auto& order : orders) {
      if (order.replay_only) {
        placings.emplace_back(std::unexpected(order::Refusal::broker_unavailable));
      } else {
        placings.emplace_back(order::PlacedOrder{.number = "number of " + order.order.customer_name,
                                                 .total = order.total,
                                                 .replayed = order.order.customer_name == "replayed"});
      }
    }
    return placings;
  }

 private:
  Shared& shared_;
};

struct GatedIntake {
  GatedStore::Shared shared;
  metrics::Registry metrics;
  order::OrderMetrics observer{metrics};
  order::Intake intake{[this] { return std::make_unique<GatedStore>(shared); }, 1, observer};

  bool shows(const std::string& line) const { return metrics.render().find("\n" + line + "\n") != std::string::npos; }
  bool refused(const std::string& reason, int times) const {
    return shows("pizza_orders_refused_total{reason=\"" + reason + "\"} " + std::to_string(times));
  }

  static NewOrder order(const std::string& customer) {
    NewOrder made;
    made.order.customer_name = customer;
    return made;
  }
  std::future<order::Placing> place(const std::string& customer) {
    return std::async(std::launch::async, [this, customer] { return intake.place(order(customer)); });
  }
};

TEST_CASE("orders that arrive while one commits are committed together, each with its own number") {
  GatedIntake gated;
  auto first = gated.place("first");
  gated.shared.entered.get_future().wait();
  std::vector<std::future<order::Placing>> others;
  for (int i = 0; i < 8; ++i) others.push_back(gated.place(std::to_string(i)));
  // They can only be waiting in the intake: the one writer is at the gate.
  gated.shared.gate.set_value();
  CHECK(first.get()->number == "number of first");
  for (int i = 0; i < 8; ++i)
    CHECK(others[static_cast<std::size_t>(i)].get()->number == "number of " + std::to_string(i));
  std::size_t stored = 0;
  for (const auto size : gated.shared.batches) stored += size;
  CHECK(stored == 9);
  CHECK(gated.shared.batches.front() == 1);
  CHECK(gated.shows(R"(pizza_orders_total{priority="1",type="takeout"} 9)"));
  CHECK(gated.shows("pizza_intake_batch_orders_sum 9"));
  CHECK(gated.shows("pizza_intake_batch_orders_count " + std::to_string(gated.shared.batches.size())));
}

TEST_CASE("in a batch that is refused for its data only the culprit fails") {
  GatedIntake gated;
  gated.shared.gate.set_value();
  auto good = gated.place("good");
  auto culprit = gated.place("culprit");
  auto another = gated.place("another");
  CHECK(good.get()->number == "number of good");
  CHECK_THROWS_AS(culprit.get(), order::OrderRefused);
  CHECK(another.get()->number == "number of another");
}

TEST_CASE("of a refused batch no more is tried one by one than there is time for") {
  for (bool gathered = false; !gathered;) {
    GatedStore::Shared shared;
    metrics::Registry metrics;
    order::OrderMetrics observer{metrics};
    order::Intake intake([&] { return std::make_unique<GatedStore>(shared); }, 1, observer, {}, 0ms);
    const auto place = [&](const std::string& customer) {
      return std::async(std::launch::async, [&intake, customer] { return intake.place(GatedIntake::order(customer)); });
    };
    auto first = place("first");
    shared.entered.get_future().wait();
    auto good = place("good");
    auto culprit = place("culprit");
    shared.gate.set_value();
    CHECK(first.get()->number == "number of first");
    good.wait();
    culprit.wait();
    gathered = shared.batches.size() == 2;  // else one of them came too late for the other's batch: once more
    if (!gathered) continue;
    CHECK_THROWS_AS(good.get(), order::StoreUnavailable);
    CHECK_THROWS_AS(culprit.get(), order::StoreUnavailable);
  }
}

TEST_CASE("a database that is down fails every order of the batch") {
  GatedIntake gated;
  gated.shared.unavailable = true;
  gated.shared.gate.set_value();
  CHECK_THROWS_AS(gated.place("anyone").get(), order::StoreUnavailable);
}

TEST_CASE("after stop nothing is accepted") {
  GatedIntake gated;
  gated.intake.stop();
  CHECK_THROWS_AS(gated.intake.place(GatedIntake::order("late")), order::StoreUnavailable);
}

order::NewOrder sent(const std::string& customer, const std::string& key = "") {
  auto order = GatedIntake::order(customer);
  order.order.items = {{"Pizza", 7, domain::Money::from_cents(1599)}};
  if (!key.empty()) order.key = {key, "hash"};
  return order;
}

TEST_CASE("an order is refused before anything is stored when the kitchen cannot be reached") {
  GatedIntake gated;
  gated.shared.gate.set_value();
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return false; }, gated.observer);
  const auto refused = place(sent("Jane"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == order::Refusal::broker_unavailable);
  CHECK(gated.refused("broker", 1));
  CHECK(gated.shared.batches.empty());
}

TEST_CASE("with a key the store is asked also when the kitchen cannot be reached, and takes nothing new") {
  GatedIntake gated;
  gated.shared.gate.set_value();
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return false; }, gated.observer);
  const auto refused = place(sent("Jane", "key"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == order::Refusal::broker_unavailable);
  CHECK(gated.shared.batches == std::vector<std::size_t>{1});
}

TEST_CASE("a placed order has its total and an intake id, and gives back its place") {
  GatedIntake gated;
  gated.shared.gate.set_value();
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return true; }, gated.observer);
  for (int i = 0; i < 2; ++i) {
    const auto placed = place(sent("Jane"));
    REQUIRE(placed);
    CHECK(placed->number == "number of Jane");
    CHECK(placed->total == domain::Money::from_cents(11193));
  }
}

TEST_CASE("a key in flight is refused at once, also past admission, and is free once it was answered") {
  GatedIntake gated;
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return true; }, gated.observer);
  auto first = std::async(std::launch::async, [&] { return place(sent("Jane", "key")); });
  gated.shared.entered.get_future().wait();
  CHECK(place(sent("Jane", "key")).error() == order::Refusal::key_in_flight);
  CHECK(place(sent("Jane", "Key")).error() == order::Refusal::overloaded);
  CHECK(place(sent("Jane")).error() == order::Refusal::overloaded);
  gated.shared.gate.set_value();
  CHECK(first.get());
  CHECK(place(sent("Jane", "key")));
  CHECK(gated.refused("conflict", 1));
  CHECK(gated.refused("overloaded", 2));
  CHECK(gated.shows(R"(pizza_orders_total{priority="1",type="takeout"} 2)"));
}

TEST_CASE("a key is free again after a failure") {
  GatedIntake gated;
  gated.shared.unavailable = true;
  gated.shared.gate.set_value();
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return true; }, gated.observer);
  CHECK_THROWS_AS(place(sent("Jane", "key")), order::StoreUnavailable);
  gated.shared.unavailable = false;
  CHECK(place(sent("Jane", "key")));
  CHECK(gated.refused("database", 1));
}

TEST_CASE("what was stored before is no new order, and what cannot be stored is one refused") {
  GatedIntake gated;
  gated.shared.gate.set_value();
  order::Admission admission(1, 0ms);
  order::PlaceOrder place(admission, gated.intake, [] { return true; }, gated.observer);
  CHECK(place(sent("replayed", "key"))->replayed);
  CHECK_THROWS_AS(place(sent("culprit")), order::OrderRefused);
  CHECK_THROWS_AS(place(sent("doubtful")), order::OutcomeUnknown);
  CHECK(gated.shows(R"(pizza_orders_total{priority="1",type="takeout"} 0)"));
  CHECK(gated.shows("pizza_intake_batch_orders_count 0"));
  CHECK(gated.refused("data", 1));
  CHECK(gated.refused("unknown", 1));
}

}  // namespace
