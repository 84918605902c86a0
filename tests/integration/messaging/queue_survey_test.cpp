#include "messaging/queue_survey.hpp"

#include <catch2/catch.hpp>

#include "harness.hpp"

namespace pizza::messaging {
namespace {

struct Surveying {
  test::TestVhost vhost;
  QueueSurvey survey{endpoint_of(vhost),
                     {.exchanges = {{"news", "topic"}},
                      .queues = {{.name = "urgent", .max_priority = 10}, {.name = "plain"}},
                      .bindings = {{"urgent", "news", "urgent.*"}, {"plain", "news", "plain.*"}}}};
};

}  // namespace

TEST_CASE_METHOD(Surveying, "A survey counts what waits in each queue, not what somebody has in hand") {
  CHECK(survey.take(soon()) == std::map<std::string, std::size_t>{{"urgent", 0}, {"plain", 0}});
  vhost.publish("news", "urgent.1", "a");
  vhost.publish("news", "urgent.1", "b");
  vhost.publish("news", "plain.1", "c");
  CHECK(survey.take(soon()) == std::map<std::string, std::size_t>{{"urgent", 2}, {"plain", 1}});
  CHECK(vhost.take("urgent"));
  CHECK(survey.take(soon()).at("urgent") == 1);
}

TEST_CASE_METHOD(Surveying, "What somebody deleted is back after a survey, and bound again") {
  survey.take(soon());
  vhost.remove_queue("urgent");
  CHECK(survey.take(soon()).at("urgent") == 0);
  vhost.publish("news", "urgent.1", "a");
  CHECK(survey.take(soon()).at("urgent") == 1);
}

TEST_CASE_METHOD(Surveying, "A survey that failed is taken over a new connection the next time") {
  survey.take(soon());
  vhost.close_connections();
  CHECK_THROWS_AS(survey.take(soon()), BrokerError);
  CHECK(survey.take(soon()).at("plain") == 0);
  vhost.remove_queue("plain");
  vhost.declare_queue("plain", 5);
  CHECK_THROWS_AS(survey.take(soon()), TopologyError);
  vhost.remove_queue("plain");
  CHECK(survey.take(soon()).at("plain") == 0);
}

}  // namespace pizza::messaging
