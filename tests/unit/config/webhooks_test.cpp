#include <catch2/catch.hpp>

#include "loading.hpp"

using namespace pizza;
using namespace std::chrono_literals;
using test::file_refusal;
using test::kNotifier;
using test::load;
using test::refusal;

namespace {

const std::string kSecret = "correct horse battery staple";

std::string listed(const std::string& elements) { return "notifier:\n  webhooks:\n" + elements; }

/// A file whose second endpoint has this line more.
std::string with_line(const std::string& line) {
  return listed("    - {url: 'https://one.example/', secret: " + kSecret +
                "}\n    - url: https://two.example/\n      secret: " + kSecret + "\n      " + line + "\n");
}

std::string with_url(const std::string& url) {
  return file_refusal(listed("    - secret: " + kSecret + "\n      url: '" + url + "'\n"));
}

}  // namespace

TEST_CASE("an endpoint needs a URL and a secret, and the rest has defaults") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml",
                  listed("    - url: https://Example.com/orders?token=abc\n      secret: " + kSecret + "\n"));
  const auto webhooks = load(kNotifier, {}).notifier.webhooks;
  REQUIRE(webhooks.size() == 1);
  const auto& webhook = webhooks.front();
  CHECK(webhook.tls);
  CHECK(webhook.host == "example.com");
  CHECK(webhook.port == 443);
  CHECK(webhook.target == "/orders?token=abc");
  CHECK(webhook.origin == "https://example.com:443");
  CHECK(webhook.key == kSecret);
  CHECK(webhook.types.empty());
  CHECK(webhook.customer.empty());
  CHECK_FALSE(webhook.allow_private);
  CHECK(webhook.timeout == 5s);
  CHECK(webhook.attempts == 6);
  CHECK(webhook.retry_delay == 1s);
}

TEST_CASE("everything of an endpoint can be set, in the file or, as a whole, in the variable") {
  const test::WorkingDirectory directory;
  directory.write("secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWo=\n");
  directory.write("config.yaml", listed("    - {url: 'http://nobody.example', secret: " + kSecret + "}\n"));
  const auto webhooks =
      load(kNotifier, {},
           {{"PIZZA_NOTIFIER_WEBHOOKS",
             R"([{"url": "http://[::1]:8080", "secret_file": "secret", "types": ["ready", "cancelled"],)"
             R"( "customer": "John Doe", "allow_private": true, "timeout": 0.5, "attempts": 3, "retry_delay": 0.05},)"
             R"( {url: 'http://10.0.0.1?x', secret: correct horse battery, types: 'out-for-delivery,ready'}])"}})
          .notifier.webhooks;
  REQUIRE(webhooks.size() == 2);
  CHECK_FALSE(webhooks[0].tls);
  CHECK(webhooks[0].host == "::1");
  CHECK(webhooks[0].port == 8080);
  CHECK(webhooks[0].target == "/");
  CHECK(webhooks[0].origin == "http://[::1]:8080");
  CHECK(webhooks[0].key == "0123456789abcdefghij");
  CHECK(webhooks[0].types == std::vector<std::string>{"ready", "cancelled"});
  CHECK(webhooks[0].customer == "John Doe");
  CHECK(webhooks[0].allow_private);
  CHECK(webhooks[0].timeout == 500ms);
  CHECK(webhooks[0].attempts == 3);
  CHECK(webhooks[0].retry_delay == 50ms);
  CHECK(webhooks[1].target == "/?x");
  CHECK(webhooks[1].types == std::vector<std::string>{"out_for_delivery", "ready"});
}

TEST_CASE("a fault in an endpoint names file, line, endpoint, key and reason") {
  CHECK(file_refusal(with_line("types: [ready, burnt]")) ==
        "c.yaml:6: notifier.webhooks[1].types: must be some of received, cooking, ready, out_for_delivery, delivered, "
        "completed, cancelled with commas between, not 'burnt'");
  CHECK(file_refusal(with_line("types: []")) ==
        "c.yaml:6: notifier.webhooks[1].types: must name a status; leave it out for all of them");
  CHECK(file_refusal(with_line("customers: Anna")) == "c.yaml:6: notifier.webhooks[1].customers: is not a known key");
  CHECK(file_refusal(with_line("url: https://three.example/")) == "c.yaml:6: notifier.webhooks[1].url: is there twice");
  CHECK(file_refusal(with_line("secret_file: x")) == "c.yaml:4: notifier.webhooks[1]: has both secret and secret_file");
  CHECK(file_refusal(with_line("timeout: 0")) ==
        "c.yaml:6: notifier.webhooks[1].timeout: must be a number of seconds from 0.01 to 60, not '0'");
  CHECK(file_refusal(with_line("attempts: 0")) ==
        "c.yaml:6: notifier.webhooks[1].attempts: must be a whole number from 1 to 20, not '0'");
  CHECK(file_refusal(with_line("allow_private: maybe")) ==
        "c.yaml:6: notifier.webhooks[1].allow_private: must be true or false, not 'maybe'");
  CHECK(file_refusal(with_line("customer: [a, b]")) == "c.yaml:6: notifier.webhooks[1].customer: must be one value");
  CHECK(file_refusal(listed("    - secret: " + kSecret + "\n")) == "c.yaml:3: notifier.webhooks[0]: has no url");
  CHECK(file_refusal(listed("    - url: http://a.example\n")) ==
        "c.yaml:3: notifier.webhooks[0]: has no secret or secret_file");
  CHECK(file_refusal(listed("    - https://a.example\n")) ==
        "c.yaml:3: notifier.webhooks[0]: must consist of `key: value` lines");
  CHECK(file_refusal("notifier:\n  webhooks: https://a.example\n") == "c.yaml:2: notifier.webhooks: must be a list");
  CHECK(file_refusal(listed("    - {url: 'http://a.example', secret: " + kSecret +
                            "}\n    - {url: 'http://a.example', secret: " + kSecret + "}\n")) ==
        "c.yaml:4: notifier.webhooks[1].url: is there twice");
}

TEST_CASE("a URL that cannot be posted to is refused and not repeated") {
  for (const auto* url : {"ftp://a.example/", "a.example", "https://", "https:///x", "http://a.example:0/",
                          "http://a b/", "https://user:hunter2@a.example/", "https://token@a.example/",
                          "http://a.example/#top", "http://a.example:99999/", "http://[::1/"}) {
    INFO(url);
    const auto message = with_url(url);
    INFO(message);
    CHECK(message.starts_with("c.yaml:4: notifier.webhooks[0].url: must "));
    CHECK(message.find("hunter2") == std::string::npos);
    CHECK(message.find("example") == std::string::npos);
  }
}

TEST_CASE("a secret is refused without being repeated") {
  const auto refuse = [](const std::string& secret) {
    return file_refusal(listed("    - url: https://a.example/\n      secret: " + secret + "\n"));
  };
  CHECK(refuse("hunter2") == "c.yaml:4: notifier.webhooks[0].secret: must be 16 to 1024 bytes long");
  CHECK(refuse("whsec_hunter2hunter2hunter2") ==
        "c.yaml:4: notifier.webhooks[0].secret: must have Base64 after whsec_");
  CHECK(refuse("whsec_aHVudGVyMg==") == "c.yaml:4: notifier.webhooks[0].secret: must be 16 to 1024 bytes long");
  // A forgotten colon makes the secret a key.
  CHECK(refusal(kNotifier, {}, {{"PIZZA_NOTIFIER_WEBHOOKS", "[{url: 'https://a.example/', secret hunter2}]"}}) ==
        "PIZZA_NOTIFIER_WEBHOOKS: notifier.webhooks[0]: has a key that is not a word");
}

TEST_CASE("a fault in the variable names the variable") {
  const auto refuse = [](const std::string& value) {
    return refusal(kNotifier, {}, {{"PIZZA_NOTIFIER_WEBHOOKS", value}});
  };
  CHECK(refuse("[{url: 'https://a.example/', secret: correct horse battery, types: burnt}]")
            .starts_with("PIZZA_NOTIFIER_WEBHOOKS: notifier.webhooks[0].types: must be some of "));
  CHECK(refuse("https://a.example/") == "PIZZA_NOTIFIER_WEBHOOKS: notifier.webhooks: must be a list");
  CHECK(refuse("[{url: hunter2").starts_with("PIZZA_NOTIFIER_WEBHOOKS: is not a list in YAML or JSON: "));
  CHECK(refuse("[{url: hunter2").find("hunter2") == std::string::npos);
}
