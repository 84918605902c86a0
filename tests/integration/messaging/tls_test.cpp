#include <filesystem>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "harness.hpp"
#include "messaging/topology.hpp"
#include "support/names.hpp"
#include "support/process.hpp"

namespace pizza::messaging {
namespace {

namespace fs = std::filesystem;

/// A certificate for `localhost`, signed by itself, in a folder that the broker's user can read.
struct Certificate {
  fs::path folder = fs::temp_directory_path() / test::unique_name("pizza_tls");
  fs::path file = folder / "certificate.pem";
  fs::path key = folder / "key.pem";

  Certificate() {
    fs::create_directory(folder);
    const auto made =
        test::run("/usr/bin/openssl",
                  {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                   "subjectAltName=DNS:localhost", "-keyout", key.string(), "-out", file.string()});
    INFO(made.err);
    REQUIRE(made.exit_code == 0);
    fs::permissions(key, fs::perms::others_read, fs::perm_options::add);  // a throw-away key
  }
  ~Certificate() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
};

/// Lets the broker speak TLS on one more port.
std::uint16_t listen_with_tls(const Certificate& certificate) {
  const auto port = test::free_port();
  own_servers().eval_in_broker(fmt::format(R"(rabbit_networking:start_ssl_listener({{"127.0.0.1", {}}}, )"
                                           R"([{{certfile, "{}"}}, {{keyfile, "{}"}}], 2).)",
                                           port, certificate.file.string(), certificate.key.string()));
  return port;
}

std::string failure(const Endpoint& endpoint) {
  try {
    declare(endpoint, {}, core::after(2s));
    return "";
  } catch (const BrokerError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("With TLS the broker must show a certificate that the CA signed for its name") {
  const test::TestVhost vhost(own_servers());
  const Certificate certificate;
  const Certificate other;
  auto endpoint = endpoint_of(vhost);
  endpoint.hosts = {{"localhost", listen_with_tls(certificate)}};
  endpoint.tls = true;
  endpoint.ca_file = certificate.file.string();

  SECTION("then messages go over it") {
    vhost.declare_queue("q");
    Publisher publisher({.endpoint = endpoint, .topology = {}, .on_change = {}}, silent_log());
    publisher.start(soon());
    Deliveries deliveries;
    Consumer consumer({.endpoint = endpoint,
                       .topology = {},
                       .queues = {"q"},
                       .prefetch = 1000,
                       .on_change = {},
                       .on_delivery = deliveries.note()},
                      silent_log());
    consumer.start(soon());
    Outcomes outcomes;
    for (int i = 0; i < 1'000; ++i) REQUIRE(publisher.publish(to_queue("q", std::string(500, 'x')), outcomes.note()));
    CHECK(outcomes.wait(1'000));
    CHECK(outcomes.of(Outcome::confirmed) == 1'000);
    CHECK(deliveries.wait(1'000));
  }
  SECTION("another CA is not accepted") {
    endpoint.ca_file = other.file.string();
    CHECK_FALSE(failure(endpoint).empty());
  }
  SECTION("nor are the system's when none is named") {
    endpoint.ca_file.clear();
    CHECK_FALSE(failure(endpoint).empty());
  }
  SECTION("nor is another name") {
    endpoint.hosts.front().name = "127.0.0.1";
    CHECK_FALSE(failure(endpoint).empty());
  }
  SECTION("a CA file that is missing is named") {
    endpoint.ca_file = "/no/such/ca.pem";
    CHECK(failure(endpoint).find("/no/such/ca.pem") != std::string::npos);
  }
}

}  // namespace pizza::messaging
