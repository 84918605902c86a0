#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

// Every order's message comes again, once or several times, sooner or later and in another order, as itself or under
// another id; meanwhile a worker may die, so that some of the copies are delivered once more.
TEST_CASE("messages come twice and in any order") {
  Storm storm;
  auto& vhost = storm.restaurant().vhost();
  const auto spy = vhost.spy("orders_topic");
  std::vector<BrokerMessage> seen;
  storm.rounds(3, [&](Dice& dice) {
    int copies = 0;
    for (int turn = dice.between(3, 8); turn > 0; --turn) {
      for (auto& message : vhost.take_all(spy)) seen.push_back(std::move(message));
      for (int left = dice.between(10, 40); left > 0 && !seen.empty(); --left) {
        // Mostly a recent one, which may wait or cook still.
        const auto last = static_cast<int>(seen.size()) - 1;
        auto message = seen[static_cast<std::size_t>(dice.chance(0.7) ? dice.between(std::max(last - 30, 0), last)
                                                                      : dice.between(0, last))];
        if (dice.chance(0.2)) message.message_id = "copy-" + std::to_string(dice.between(1, 1'000'000));
        if (dice.chance(0.05)) message.message_id.reset();
        vhost.publish("orders_topic", message.routing_key, message);
        ++copies;
      }
      let_pass(dice.between(0ms, 300ms));
    }
    storm.note(std::to_string(copies) + " copies");
    if (!dice.chance(0.5)) return;
    auto& victim = *dice.pick(storm.members("kitchen-worker"));
    storm.note("kill -9 " + victim.name());
    victim.kill();
    victim.start();
  });
  vhost.remove_queue(spy);
  storm.close();
}
