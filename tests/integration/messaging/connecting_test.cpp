#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.hpp"
#include "messaging/topology.hpp"
#include "support/names.hpp"
#include "support/patience.hpp"

namespace pizza::messaging {
namespace {

/// The text of the exception, or "nothing was thrown".
template <class Exception, class Action>
std::string text_of(Action action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

/// Takes connections and says nothing.
class SilentListener {
 public:
  SilentListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(socket_ >= 0);
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    socklen_t size = sizeof address_;
    REQUIRE(::bind(socket_, address, size) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, address, &size) == 0);
  }
  ~SilentListener() { ::close(socket_); }
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  int socket_;
  sockaddr_in address_{};
};

Endpoint nobody_there() {
  return {.hosts = {{"127.0.0.1", test::free_port()}}, .vhost = "/", .user = "u", .password = "secret-word"};
}

}  // namespace

TEST_CASE("Declaring twice is the same as declaring once") {
  const test::TestVhost vhost;
  const Topology topology{
      .exchanges = {{"orders_topic", "topic"}, {"notifications_fanout", "fanout"}},
      .queues = {{.name = "kitchen_queue", .max_priority = 10},
                 {.name = "away", .durable = true, .expires = 1h},
                 {.name = "brief", .durable = false, .exclusive = true, .auto_delete = true}},
      .bindings = {{"kitchen_queue", "orders_topic", "kitchen.order"}, {"away", "notifications_fanout", ""}}};
  declare(endpoint_of(vhost), topology, soon());
  declare(endpoint_of(vhost), topology, soon());
  CHECK(vhost.has_queue("kitchen_queue"));
  CHECK(vhost.has_queue("away"));
  CHECK_FALSE(vhost.has_queue("brief"));
  vhost.publish("orders_topic", "kitchen.order", "x");
  vhost.publish("notifications_fanout", "", "x");
  CHECK(vhost.count("kitchen_queue") == 1);
  CHECK(vhost.count("away") == 1);
}

TEST_CASE("A queue that exists with other arguments is an error that names queue and argument, at once") {
  const test::TestVhost vhost;
  vhost.declare_queue("kitchen_queue");
  const Topology topology{.exchanges = {}, .queues = {{.name = "kitchen_queue", .max_priority = 10}}, .bindings = {}};
  const auto start = std::chrono::steady_clock::now();

  const auto declaring = text_of<TopologyError>([&] { declare(endpoint_of(vhost), topology, soon()); });
  CHECK(contains(declaring, "kitchen_queue"));
  CHECK(contains(declaring, "x-max-priority"));

  Consumer consumer({.endpoint = endpoint_of(vhost),
                     .topology = topology,
                     .queues = {"kitchen_queue"},
                     .on_change = {},
                     .on_delivery = [](const Delivery&) {}},
                    silent_log());
  CHECK(contains(text_of<TopologyError>([&] { consumer.start(soon()); }), "x-max-priority"));
  Publisher publisher({.endpoint = endpoint_of(vhost), .topology = topology, .on_change = {}}, silent_log());
  CHECK(contains(text_of<TopologyError>([&] { publisher.start(soon()); }), "x-max-priority"));
  CHECK(since(start) < 5s);
}

TEST_CASE("An exchange that exists with another type is an error that names it") {
  const test::TestVhost vhost;
  declare(endpoint_of(vhost), {.exchanges = {{"orders_topic", "fanout"}}, .queues = {}, .bindings = {}}, soon());
  const auto text = text_of<TopologyError>([&] {
    declare(endpoint_of(vhost), {.exchanges = {{"orders_topic", "topic"}}, .queues = {}, .bindings = {}}, soon());
  });
  CHECK(contains(text, "orders_topic"));
  CHECK(contains(text, "type"));
}

TEST_CASE("A wrong password is refused quickly, clearly and without being printed") {
  const test::TestVhost vhost;
  auto endpoint = endpoint_of(vhost);
  endpoint.password = "wrong-secret-word";
  Publisher publisher({.endpoint = endpoint, .topology = {}, .on_change = {}}, silent_log());
  const auto start = std::chrono::steady_clock::now();
  const auto text = text_of<BrokerError>([&] { publisher.start(soon()); });
  CHECK(since(start) < 5s);
  CHECK(contains(text, "ACCESS_REFUSED"));
  CHECK(contains(text, endpoint.user));
  CHECK_FALSE(contains(text, "secret"));
}

TEST_CASE("A vhost that does not exist is refused quickly and named") {
  const test::TestVhost vhost;
  auto endpoint = endpoint_of(vhost);
  endpoint.vhost = "no_such_vhost";
  const auto start = std::chrono::steady_clock::now();
  const auto text = text_of<BrokerError>([&] { declare(endpoint, {}, soon()); });
  CHECK(since(start) < 5s);
  CHECK(contains(text, "no_such_vhost"));
}

TEST_CASE("Where nobody listens a start is tried until its deadline and not much longer") {
  Publisher publisher({.endpoint = nobody_there(), .topology = {}, .on_change = {}}, silent_log());
  const auto start = std::chrono::steady_clock::now();
  const auto text = text_of<BrokerError>([&] { publisher.start(core::after(1s)); });
  CHECK(since(start) < test::patient(2s));
  CHECK(since(start) > 300ms);
  CHECK(contains(text, "127.0.0.1:"));
  CHECK_FALSE(contains(text, "secret"));
}

TEST_CASE("A listener that never speaks does not hold a start beyond its deadline") {
  const SilentListener listener;
  auto endpoint = nobody_there();
  endpoint.hosts = {{"127.0.0.1", listener.port()}};
  Publisher publisher({.endpoint = endpoint, .topology = {}, .on_change = {}}, silent_log());
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(publisher.start(core::after(1s)), BrokerError);
  CHECK(since(start) > 800ms);
  CHECK(since(start) < test::patient(2s));
}

TEST_CASE("The second host is used when the first is away") {
  const test::TestVhost vhost;
  auto endpoint = endpoint_of(vhost);
  endpoint.hosts.insert(endpoint.hosts.begin(), nobody_there().hosts.front());
  vhost.declare_queue("q");
  Publisher publisher({.endpoint = endpoint, .topology = {}, .on_change = {}}, silent_log());
  publisher.start(soon());
  Outcomes outcomes;
  REQUIRE(publisher.publish(to_queue("q", "x"), outcomes.note()));
  REQUIRE(outcomes.wait(1));
  CHECK(outcomes.of(Outcome::confirmed) == 1);
}

}  // namespace pizza::messaging
