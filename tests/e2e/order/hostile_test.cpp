#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/raw.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/process.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

struct Hostile {
  std::string what;
  std::string bytes;
  int status;
};

std::string chunked_post(const std::string& chunks) {
  return "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

/// An order behind 55 MB of blanks, in less than 64 KiB: whoever inflates it without a limit takes it.
std::string gzip_bomb() {
  const auto file = std::filesystem::temp_directory_path() / unique_name("bomb");
  const auto script =
      "(head -c 55000000 /dev/zero | tr '\\0' ' '; echo '" + order_with() + "') | gzip -9 > " + file.string();
  REQUIRE(run("/bin/sh", {"-c", script}).exit_code == 0);
  std::ifstream stream(file, std::ios::binary);
  std::string bomb{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(file);
  REQUIRE(bomb.size() > 1000);
  REQUIRE(bomb.size() < 64 * 1024);
  return bomb;
}

/// Members and values that no JSON text may hold, or that no order should.
std::vector<Hostile> hostile_requests() {
  const auto post = [](std::string what, const std::string& body, int status = 400) {
    return Hostile{std::move(what), raw_post(body), status};
  };
  const auto named = [&](std::string what, const std::string& name) {
    return post(std::move(what), order_with({{"customer_name", '"' + name + '"'}}));
  };
  const auto bomb = gzip_bomb();
  std::vector<Hostile> all{
      post("an empty body", ""),
      post("blanks", "   \n"),
      post("3 MB", std::string(3'000'000, ' '), 413),
      post("3 MB of an order", R"({"customer_name": ")" + std::string(3'000'000, 'a'), 413),
      post("60 000 × [", std::string(60'000, '[')),
      post("100 000 × [", std::string(100'000, '['), 413),
      post("12 000 × {\"a\":", repeated(12'000, R"({"a":)")),
      post("depth 17", order_with({{"x", std::string(16, '[') + std::string(16, ']')}})),
      post("a tiny exponent", order_with({{"items", "[" + item("\"A\"", "1", "0.0000000000001e-2147483639") + "]"}})),
      post("a huge exponent", order_with({{"items", "[" + item("\"A\"", "1", "1e2147483648") + "]"}})),
      post("an exponent beyond 64 bits",
           order_with({{"items", "[" + item("\"A\"", "1", "1e99999999999999999999") + "]"}})),
      post("60 000 digits", order_with({{"items", "[" + item("\"A\"", "1", std::string(60'000, '9')) + "]"}})),
      post(
          "a doubled member",
          R"({"customer_name":"A","customer_name":"B","order_type":"takeout","items":[{"name":"a","quantity":1,"price":1}]})"),
      post(
          "a doubled member, escaped",
          R"({"customer_name":"A","custome\u0072_name":"B","order_type":"takeout","items":[{"name":"a","quantity":1,"price":1}]})"),
      post("a doubled member of an item",
           order_with({{"items", R"([{"name":"a","quantity":1,"price":1,"price":2}])"}})),
      named("a bad byte", "Bob\xff"),
      named("an overlong slash", "Bob\xc0\xaf"),
      named("half a character", "Bob\xd3"),
      named("a surrogate in UTF-8", "Bob\xed\xa0\x80"),
      named("beyond Unicode", "Bob\xf4\x90\x80\x80"),
      named("\\u0000", R"(Bob\u0000)"),
      named("a raw NUL", std::string("Bob\0", 4)),
      named("\\n", R"(Bob\n)"),
      named("a raw newline", "Bob\n"),
      named("a lone high surrogate", R"(Bob\ud800)"),
      named("a lone low surrogate", R"(Bob\udc00)"),
      named("two high surrogates", R"(Bob\ud800\ud800)"),
      post("two documents", order_with() + order_with()),
      post("something after the end", order_with() + "x"),
      post("half a document", order_with().substr(0, 40)),
      post("a BOM", "\xef\xbb\xbf" + order_with()),
      post("UTF-16", std::string("{\0\"\0a\0\"\0:\0001\0}\0", 16)),
      post("an array", "[" + order_with() + "]"),
      post("a string", R"("order")"),
      post("null", "null"),
      post("NaN", order_with({{"items", "[" + item("\"A\"", "1", "NaN") + "]"}})),
      post("a leading zero", order_with({{"items", "[" + item("\"A\"", "01", "1") + "]"}})),
      post("a comment", "/* */" + order_with()),
      post("single quotes", "{'customer_name': 'Anna'}"),
      post("a trailing comma", order_with().insert(order_with().size() - 1, ",")),
      post("form data", "customer_name=Anna&order_type=takeout"),
      {"no body and no length", "POST /orders HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"chunked past the limit", chunked_post(repeated(100, chunked(std::string(1000, ' ')))), 413},
      {"one huge chunk", chunked_post("7fffffff\r\n" + std::string(70'000, ' ')), 413},
      {"a chunk size beyond 64 bits", chunked_post("fffffffffffffffff\r\n"), 413},
      {"a chunk size that is no number", chunked_post("zz\r\n"), 400},
      {"a gzip bomb, as it says", raw_post(bomb, "Content-Encoding: gzip\r\n"), 0},
      {"a gzip bomb, silently", raw_post(bomb), 400},
      {"a length that is no number", "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n", 400},
      {"a negative length", "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"a length beyond 64 bits", "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
       0},
      {"two lengths", "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400},
      {"length and chunked",
       "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400}};
  return all;
}

std::chrono::microseconds median_order(std::uint16_t port) {
  http::Client client("127.0.0.1", port, 10s);
  std::vector<std::chrono::microseconds> times;
  for (int i = 0; i < 101; ++i) {
    const auto start = std::chrono::steady_clock::now();
    client.send("POST", "/orders", takeout_order());
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start));
  }
  std::ranges::nth_element(times, times.begin() + 50);
  return times[50];
}

}  // namespace

TEST_CASE("hostile bodies are refused at once, nothing is stored, and the service is as fast as before") {
  auto& shared = SharedRestaurant::get();
  const auto port = shared.orders.port;
  median_order(port);
  const auto before = median_order(port);
  const auto stored = shared.stored();
  const auto requests = hostile_requests();
  for (int round = 0; round < 3; ++round) {
    for (const auto& [what, bytes, status] : requests) {
      const auto answer = send_raw(port, bytes);
      INFO(what << "\n" << answer.text.substr(0, 600));
      CHECK(answer.status >= 400);
      CHECK(answer.status < 500);
      if (status != 0) CHECK(answer.status == status);
      CHECK(answer.took < 2s);
    }
  }
  CHECK(shared.stored() == stored);
  CHECK(shared.orders.process.running());
  // A machine that is busy with something else for a moment is not a service that became slow.
  auto after = median_order(port);
  CHECK(eventually(core::after(30s), [&] { return after < 3 * before || (after = median_order(port)) < 3 * before; }));
  INFO("median before " << before.count() << " µs, after " << after.count() << " µs");
}

TEST_CASE("an order in chunks is taken like any other") {
  auto& shared = SharedRestaurant::get();
  const auto body = order_with();
  std::string chunks;
  for (const char c : body) chunks += chunked(std::string(1, c));
  const auto answer = send_raw(shared.orders.port, chunked_post(chunks + "0\r\n\r\n"));
  INFO(answer.text);
  CHECK(answer.status == 200);
}

TEST_CASE("a body of just 64 KiB is taken, and one byte more is not") {
  auto& shared = SharedRestaurant::get();
  auto body = order_with();
  body += std::string(65536 - body.size(), ' ');
  CHECK(send_raw(shared.orders.port, raw_post(body)).status == 200);
  CHECK(send_raw(shared.orders.port, raw_post(body + " ")).status == 413);
}

TEST_CASE("an order that is never sent to its end is not an order") {
  auto& shared = SharedRestaurant::get();
  const auto stored = shared.stored();
  const auto bytes = raw_post(order_with());
  send_raw(shared.orders.port, std::string_view{bytes}.substr(0, bytes.size() - 1), 200ms);
  CHECK(shared.post(order_with()).status == 200);
  CHECK(shared.stored() == stored + 1);
}
