#include <string>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

struct Traced {
  std::string in_row;      ///< "NULL": none
  std::string in_message;  ///< "": none
};

Traced place(const http::Client::Headers& headers) {
  auto& shared = SharedRestaurant::get();
  const auto spy = shared.restaurant.vhost().spy("orders_topic");
  const auto answer = shared.post(takeout_order(), headers);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  const auto messages = shared.restaurant.vhost().take_all(spy, 1, core::after(5s));
  REQUIRE(messages.size() == 1);
  shared.restaurant.vhost().remove_queue(spy);
  const auto header = messages.front().headers.find("traceparent");
  return {shared.restaurant.database().query("SELECT traceparent FROM orders WHERE number = '" + answer.number() +
                                             "'")[0][0],
          header == messages.front().headers.end() ? "" : header->second};
}

}  // namespace

TEST_CASE("the trace of a request goes with the order into its row and its message") {
  for (const auto* trace : {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-00000000000000000000000000000001-0000000000000001-00"}) {
    const auto traced = place({{"traceparent", trace}});
    CHECK(traced.in_row == trace);
    CHECK(traced.in_message == trace);
  }
}

TEST_CASE("a trace that is none is ignored, and the order is taken") {
  for (const auto* trace :
       {"", "00", "4bf92f3577b34da6a3ce929d0e0e4736", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b71-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"}) {
    INFO(trace);
    const auto traced = place({{"traceparent", trace}});
    CHECK(traced.in_row == "NULL");
    CHECK(traced.in_message.empty());
  }
  const auto untraced = place({});
  CHECK(untraced.in_row == "NULL");
  CHECK(untraced.in_message.empty());
}
