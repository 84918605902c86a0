#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include <catch2/catch.hpp>

#include "receiver.hpp"
#include "support/names.hpp"
#include "webhooks.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::Receiver;
using test::Restaurant;

/// An endpoint as in a first attempt at a configuration: nothing said about private networks.
std::string careful_webhook(const std::string& url) {
  return fmt::format(R"({{url: "{}", secret: "{}", attempts: 1, retry_delay: 0.02}})", url, test::kSecret);
}

/// An HTTPS server on a free port that says 200 to whoever speaks TLS with it, with a certificate for `localhost` of
/// its own making: OpenSSL's own tool.
class TlsServer {
 public:
  TlsServer() : folder_(std::filesystem::temp_directory_path() / test::unique_name("tls")), port_(test::free_port()) {
    std::filesystem::create_directory(folder_);
    const auto made =
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
            " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>&1 && mkfifo answer");
    INFO(made.out);
    REQUIRE(made.exit_code == 0);
    server_.emplace("/bin/sh",
                    std::vector<std::string>{"-c", fmt::format("exec openssl s_server -accept {} -key key.pem -cert "
                                                               "cert.pem -quiet -naccept 1 < answer",
                                                               port_)},
                    test::Process::Options{.directory = folder_});
    std::ofstream answer(folder_ / "answer");
    answer << "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    answer.flush();
    answer_ = std::move(answer);
  }
  ~TlsServer() {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& host) const { return fmt::format("https://{}:{}/hook", host, port_); }
  std::string certificate() const { return folder_ / "cert.pem"; }
  test::Process& process() { return *server_; }

 private:
  test::Finished run(const std::string& command) const {
    return test::run("/bin/sh", {"-c", command}, {.directory = folder_});
  }

  std::filesystem::path folder_;
  std::uint16_t port_;
  std::optional<test::Process> server_;
  std::ofstream answer_;  // open as long as the server must not see the end of its input
};

TEST_CASE("an address that is not public is refused, in whatever form it is written") {
  Receiver receiver;
  Restaurant restaurant;
  std::vector<std::string> webhooks;
  for (const auto* host : {"127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "0x7f000001", "127.1",
                           "0.0.0.0", "[::ffff:127.0.0.1]", "[::]", "10.0.0.1", "100.64.0.1"}) {
    webhooks.push_back(careful_webhook(fmt::format("http://{}:{}/hook", host, receiver.port())));
  }
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks(webhooks));
  test::announce(restaurant, test::update(1));
  auto letters = test::dead_letters(restaurant, webhooks.size());
  REQUIRE(letters.size() == webhooks.size());
  for (auto& letter : letters) {
    CHECK(letter.headers["x-error"].ends_with(" is not public, and allow_private is not set"));
  }
  CHECK(receiver.count() == 0);
  CHECK(test::logs(subscriber, "notification_failed", webhooks.size()));
}

TEST_CASE("https is spoken with whom the system's authorities vouch for, by the name in the URL") {
  SECTION("an unknown authority is refused") {
    TlsServer server;
    Restaurant restaurant;
    restaurant.start_subscriber(test::with_webhooks({test::webhook(server.url("localhost"), ", attempts: 1")}));
    test::announce(restaurant, test::update(1));
    auto letters = test::dead_letters(restaurant, 1);
    REQUIRE(letters.size() == 1);
    CHECK(letters.front().headers["x-error"].starts_with("the certificate is refused: self-signed certificate"));
    CHECK(server.process().output().find("webhook-id") == std::string::npos);
  }
  SECTION("another name is refused") {
    TlsServer server;
    Restaurant restaurant;
    auto extra = test::with_webhooks({test::webhook(server.url("127.0.0.1"), ", attempts: 1")});
    extra.environment["SSL_CERT_FILE"] = server.certificate();
    restaurant.start_subscriber(extra);
    test::announce(restaurant, test::update(1));
    auto letters = test::dead_letters(restaurant, 1);
    REQUIRE(letters.size() == 1);
    CHECK(letters.front().headers["x-error"].starts_with("the certificate is refused: "));
    CHECK(server.process().output().find("webhook-id") == std::string::npos);
  }
  SECTION("the right one gets the message") {
    TlsServer server;
    Restaurant restaurant;
    auto extra = test::with_webhooks({test::webhook(server.url("localhost"))});
    extra.environment["SSL_CERT_FILE"] = server.certificate();
    auto& subscriber = restaurant.start_subscriber(extra);
    test::announce(restaurant, test::update(1));
    CHECK(test::logs(subscriber, "notification_delivered", 1));
    CHECK(server.process().wait_for_text("webhook-signature: v1,", core::after(5s)));
  }
}

TEST_CASE("neither a secret nor the path or query of a URL is in any output") {
  Receiver failing([](const auto&, auto) { return http::Response{.status = 500}; });
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(
      test::with_webhooks({test::webhook(failing.url() + "?token=t0k3n", ", attempts: 2")}));
  test::announce(restaurant, test::update(1));
  const auto letters = test::dead_letters(restaurant, 1);
  REQUIRE(letters.size() == 1);
  REQUIRE(test::logs(subscriber, "notification_failed", 1));
  CHECK(failing.received().front().request.query.at("token") == "t0k3n");
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  const auto output = subscriber.process.output();
  for (const auto* secret : {"t0k3n", "/hook", test::kSecret.c_str()}) {
    CHECK(output.find(secret) == std::string::npos);
    for (const auto& [name, value] : letters.front().headers) CHECK(value.find(secret) == std::string::npos);
  }

  const auto failed = test::logged(subscriber, "notification_failed").front();
  CHECK(failed.text("webhook") == failing.origin());
  CHECK(failed.text("fingerprint") == letters.front().headers.at("x-webhook"));

  const auto refused = restaurant.run(
      "notification-subscriber", {},
      test::with_webhooks({fmt::format("{{url: 'https://u:t0k3n@a.example/', secret: '{}'}}", test::kSecret)}));
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("notifier.webhooks[0].url") != std::string::npos);
  CHECK((refused.out + refused.err).find("t0k3n") == std::string::npos);
  CHECK((refused.out + refused.err).find(test::kSecret) == std::string::npos);
}

TEST_CASE("webhooks whose URLs differ only in their paths are told apart by their fingerprints") {
  Receiver failing([](const auto&, auto) { return http::Response{.status = 500}; });
  Restaurant restaurant;
  const auto services = failing.origin() + "/services/";
  restaurant.start_subscriber(test::with_webhooks(
      {test::webhook(services + "T1", ", attempts: 1"), test::webhook(services + "T2", ", attempts: 1")}));
  test::announce(restaurant, test::update(1));
  std::set<std::string> fingerprints;
  for (const auto& letter : test::dead_letters(restaurant, 2)) fingerprints.insert(letter.headers.at("x-webhook"));
  CHECK(fingerprints == std::set{test::fingerprint_of(services + "T1"), test::fingerprint_of(services + "T2")});
}

}  // namespace
