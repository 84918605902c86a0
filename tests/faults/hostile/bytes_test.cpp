#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "faults/hostile/siege.hpp"
#include "support/names.hpp"
#include "support/raw_client.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

using Complaints = std::vector<std::string>;

/// What a server holds of all unfinished requests together (64 MiB), what the allocator keeps beside it, and what the
/// honest need meanwhile.
constexpr std::size_t kOfHeldBytes = (64UL + 32UL) * 1024;
/// Refused while it is read: nothing of it is kept.
constexpr std::size_t kOfRefused = 32UL * 1024;

/// A request, and the statuses that are an answer to it.
struct Bomb {
  std::string what;
  std::string bytes;
  std::set<int> answers;
};

std::string request(const std::string& line, const std::string& headers, const std::string& body = "") {
  return line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}
std::string order(const std::string& headers, const std::string& body = "") {
  return request("POST /orders", headers, body);
}
std::string chunk(const std::string& bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string repeated(std::size_t count, const std::string& piece) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += piece;
  return result;
}

/// An order behind 55 MB of blanks, in less than 64 KiB.
std::string gzip_bomb() {
  const auto file = std::filesystem::temp_directory_path() / unique_name("bomb");
  const auto script = "(head -c 55000000 /dev/zero | tr '\\0' ' '; echo '" + takeout_order("Bomb") + "') | gzip -9 > ";
  REQUIRE(run("/bin/sh", {"-c", script + file.string()}).exit_code == 0);
  std::ifstream stream(file, std::ios::binary);
  std::string bomb{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(file);
  REQUIRE(bomb.size() > 1000);
  REQUIRE(bomb.size() < 64UL * 1024);
  return bomb;
}

/// One bomb after the other, on a connection of its own, some two hundred a second.
Complaints throw_bombs(std::uint16_t port, const std::vector<Bomb>& bombs, const std::atomic<bool>& over) {
  std::set<std::string> complaints;
  for (std::size_t i = 0; !over; i = (i + 1) % bombs.size()) {
    const auto& [what, bytes, answers] = bombs[i];
    RawClient client(port);
    client.send(bytes);
    const auto status = client.response(false, 5s).status;
    if (!answers.contains(status)) complaints.insert(what + ": " + std::to_string(status));
    std::this_thread::sleep_for(5ms);  // two hundred a second: it is the bytes that are to harm, not the crowd
  }
  return {complaints.begin(), complaints.end()};
}

}  // namespace

TEST_CASE("header bombs harm nobody") {
  Siege siege;
  const std::vector<Bomb> bombs{
      {"one long header", order("A: " + std::string(100'000, 'a') + "\r\n"), {431}},
      {"a header name without an end", "POST /orders HTTP/1.1\r\n" + std::string(60'000, 'a'), {431}},
      {"ten thousand headers", order(repeated(10'000, "a: b\r\n")), {431}},
      {"empty headers", order(repeated(10'000, "a:\r\n")), {431}},
      {"one header many times", order(repeated(3000, "Content-Type: application/json\r\n")), {400, 431}},
      {"blanks in a header", order("A:" + std::string(50'000, ' ') + "b\r\n"), {431}},
      {"a long URI", request("GET /orders/" + std::string(60'000, '1'), ""), {414}},
      {"a long query", request("GET /orders/1/status?" + repeated(20'000, "a&"), ""), {414}},
      {"a long method", std::string(60'000, 'G') + " / HTTP/1.1\r\n\r\n", {400, 414, 431, 501}},
      {"cookies", order("Cookie: " + repeated(5000, "a=b; ") + "\r\n"), {431}},
  };
  siege.withstand(
      "header bombs", [&](const std::atomic<bool>& over) { return throw_bombs(siege.port(), bombs, over); },
      kOfRefused);
}

TEST_CASE("chunked and gzip bombs harm nobody") {
  Siege siege;
  const auto gzip = gzip_bomb();
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const auto length = "Content-Length: " + std::to_string(gzip.size()) + "\r\n";
  const std::vector<Bomb> bombs{
      {"a huge chunk", order(chunked, "7fffffff\r\n" + std::string(70'000, ' ')), {413}},
      {"a chunk beyond 64 bits", order(chunked, "fffffffffffffffff\r\n"), {400, 413}},
      {"a negative chunk", order(chunked, "-1\r\n"), {400}},
      {"chunks without an end", order(chunked, repeated(100, chunk(std::string(1000, ' ')))), {413}},
      {"chunks of a byte", order(chunked, repeated(70'000, "1\r\n \r\n")), {413}},
      {"a chunk extension without an end", order(chunked, "1;a=" + std::string(70'000, 'b')), {400, 413, 431}},
      {"a trailer without an end", order(chunked, "0\r\n" + repeated(10'000, "a: b\r\n")), {400, 413, 431}},
      {"a gzip bomb, as it says", order("Content-Encoding: gzip\r\n" + length, gzip), {415}},
      {"a gzip bomb, silently", order(length, gzip), {400}},
      {"a gzip bomb as transfer coding",
       order("Transfer-Encoding: gzip, chunked\r\n", chunk(gzip) + "0\r\n\r\n"),
       {400, 501}},
      {"gzip in gzip", order("Content-Encoding: gzip, gzip\r\n" + length, gzip), {415}},
      {"brotli", order("Content-Encoding: br\r\n" + length, gzip), {415}},
      {"a length beyond 64 bits", order("Content-Length: 99999999999999999999\r\n"), {400, 413}},
      {"a length of a gigabyte", order("Content-Length: 1073741824\r\n", std::string(70'000, ' ')), {413}},
  };
  siege.withstand(
      "chunked and gzip bombs", [&](const std::atomic<bool>& over) { return throw_bombs(siege.port(), bombs, over); },
      kOfRefused);
}

TEST_CASE("two thousand bodies that are never sent to their end harm nobody, and fill no memory") {
  Siege siege;
  // 120 MB in all, of which the server keeps 64 MiB: past that the slowest goes.
  siege.withstand(
      "2000 unfinished bodies",
      [&](const std::atomic<bool>& over) {
        const auto whole = order("Content-Length: 65000\r\n", std::string(60'000, ' '));
        const auto chunked = order("Transfer-Encoding: chunked\r\n", "fa00\r\n" + std::string(60'000, ' '));
        std::vector<RawClient> slow;
        for (int i = 0; i < 2000; ++i) {
          slow.emplace_back(siege.port());
          slow.back().send(i % 2 == 0 ? whole : chunked);
          std::this_thread::sleep_for(1ms);  // no rush: it is what they leave unsent that is to harm
        }
        over.wait(false);
        return Complaints{};
      },
      kOfHeldBytes);
}

TEST_CASE("pipelining without an end harms nobody, and each request is answered in its turn") {
  Siege siege;
  const auto turn = [](int i) { return fmt::format("turn-{}", i); };
  const auto look_up = [&](int i) {
    return request("GET /orders/ORD_20260101_001/status", "X-Request-ID: " + turn(i) + "\r\n");
  };
  const auto many = [&] {
    std::string all;
    for (int i = 0; i < 200; ++i) all += look_up(i);
    return all;
  }();
  siege.withstand(
      "pipelining",
      [&](const std::atomic<bool>& over) {
        std::set<std::string> complaints;
        // Deaf ones send as long as anybody takes it, and read nothing.
        std::vector<RawClient> deaf;
        for (int i = 0; i < 50; ++i) deaf.emplace_back(siege.port());
        std::vector<std::size_t> sent(deaf.size());
        while (!over) {
          for (std::size_t i = 0; i < deaf.size(); ++i) {
            sent[i] += deaf[i].send_some(std::string_view{many}.substr(sent[i] % many.size())).value_or(0);
          }
          RawClient client(siege.port());
          client.send(many);
          for (int i = 0; i < 200; ++i) {
            const auto response = client.response(false, 5s);
            if (response.status != 404) complaints.insert("not answered: " + response.head);
            if (response.header("X-Request-ID") != turn(i)) complaints.insert("not in its turn: " + response.head);
          }
          std::this_thread::sleep_for(50ms);  // time for the honest between two floods
        }
        return Complaints{complaints.begin(), complaints.end()};
      },
      kOfHeldBytes);
}

TEST_CASE("shapes that smuggle a second request harm nobody, and nothing is smuggled") {
  Siege siege;
  const auto body = takeout_order("Smuggled");
  const auto smuggled = order("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
  const auto chunked = [&](const std::string& headers) { return order(headers, "0\r\n\r\n" + smuggled); };
  const std::vector<Bomb> shapes{
      {"two lengths", order("Content-Length: 0\r\nContent-Length: 5\r\n", smuggled), {400}},
      {"two lengths, the other way", order("Content-Length: 5\r\nContent-Length: 0\r\n", smuggled), {400}},
      {"two lengths in one", order("Content-Length: 0, 5\r\n", smuggled), {400}},
      {"a length with a sign", order("Content-Length: +0\r\n", smuggled), {400}},
      {"a length in hexadecimal", order("Content-Length: 0x0\r\n", smuggled), {400}},
      {"a length with a blank in it", order("Content-Length: 0 0\r\n", smuggled), {400}},
      {"length and chunked", chunked("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), {400}},
      {"chunked and length", chunked("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), {400}},
      {"chunked twice", chunked("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), {400}},
      {"chunked and identity", chunked("Transfer-Encoding: chunked, identity\r\n"), {400, 501}},
      {"chunked with a blank before the colon", chunked("Transfer-Encoding : chunked\r\n"), {400}},
      {"chunked behind a tab", chunked("Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n"), {400}},
      {"chunked misspelt", chunked("Transfer-Encoding: xchunked\r\n"), {400, 501}},
      {"chunked in another line", chunked("A: b\r\n Transfer-Encoding: chunked\r\n"), {400}},
      {"chunked behind a lone CR", chunked("A: b\rTransfer-Encoding: chunked\r\n"), {400}},
      {"chunked behind a lone LF", chunked("A: b\nTransfer-Encoding: chunked\r\n"), {400}},
      {"chunked behind a NUL", chunked(std::string{"A: b\0\r\nTransfer-Encoding: chunked\r\n", 35}), {400}},
      {"a chunk that ends in LF", order("Transfer-Encoding: chunked\r\n", "0\n\r\n" + smuggled), {400}},
      {"a chunk with more than it says",
       order("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n" + smuggled),
       {400}},
      {"two hosts", order("Host: b\r\nContent-Length: 0\r\n", smuggled), {400}},
      {"another version", "POST /orders HTTP/2.0\r\nHost: a\r\n\r\n" + smuggled, {400, 505}},
      {"a request line of LF", "POST /orders HTTP/1.1\nHost: a\nContent-Length: 0\n\n" + smuggled, {400}},
  };
  siege.withstand(
      "smuggling",
      [&](const std::atomic<bool>& over) {
        std::set<std::string> complaints;
        for (std::size_t i = 0; !over; i = (i + 1) % shapes.size()) {
          const auto& [what, bytes, answers] = shapes[i];
          RawClient client(siege.port());
          client.send(bytes);
          const auto response = client.response(false, 5s);
          if (!answers.contains(response.status)) complaints.insert(what + ": " + std::to_string(response.status));
          if (response.header("Connection") != "close") complaints.insert(what + ": the connection is kept");
          if (client.response(false, 1s).status != 0) complaints.insert(what + ": a second answer");
          std::this_thread::sleep_for(5ms);  // as the bombs
        }
        return Complaints{complaints.begin(), complaints.end()};
      },
      kOfRefused);
  CHECK(siege.restaurant().database().value("SELECT count(*) FROM orders WHERE customer_name = 'Smuggled'") == "0");
}
