#include <deque>
#include <iostream>
#include <thread>

#include <catch2/catch.hpp>

#include "faults/hostile/siege.hpp"
#include "support/raw_client.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;
using Complaints = std::vector<std::string>;

const std::string kLookUp = "GET /orders/ORD_20260101_001/status HTTP/1.1\r\nHost: a\r\n\r\n";

std::string order_of_length(std::size_t length) {
  return "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

/// What 10 000 connections and their unfinished requests may take: a descriptor, a buffer and a place in the tables
/// each; and what the honest need meanwhile.
constexpr std::size_t kOfConnections = 48UL * 1024;

}  // namespace

TEST_CASE("a thousand idle connections harm nobody") {
  Siege siege;
  siege.withstand(
      "1000 idle connections",
      [&](const std::atomic<bool>& over) {
        std::vector<RawClient> idle;
        for (int i = 0; i < 1000; ++i) {
          idle.emplace_back(siege.port());
          if (i % 2 == 0) idle.back().send(kLookUp);
        }
        over.wait(false);
        Complaints complaints;
        // They are welcome still: 10 s pass before a connection is taken for dead.
        for (std::size_t i = 0; i < idle.size(); ++i) {
          if (i % 2 == 0 && idle[i].response().status != 404) complaints.emplace_back("no answer to an idle one");
          if (!idle[i].send(kLookUp) || idle[i].response().status != 404)
            complaints.emplace_back("an idle one was closed");
        }
        return complaints;
      },
      kOfConnections);
}

TEST_CASE("two hundred clients of a byte a second harm nobody") {
  Siege siege;
  // Half drip in the head, half in the body. Each is 408 after ten seconds, however busily it drips, which
  // integration/http/hostile proves without waiting so long.
  siege.withstand(
      "200 at a byte a second",
      [&](const std::atomic<bool>& over) {
        std::vector<RawClient> slow;
        for (int i = 0; i < 200; ++i) {
          slow.emplace_back(siege.port());
          if (i % 2 == 0) slow.back().send(order_of_length(1000));
        }
        Complaints complaints;
        for (std::size_t turn = 0; !over; ++turn) {
          for (std::size_t i = 0; i < slow.size() && !over; ++i) {
            if (!slow[i].send(i % 2 == 0 ? " " : order_of_length(1000).substr(turn, 1)))
              complaints.emplace_back("cut off");
            std::this_thread::sleep_for(5ms);  // 200 of them are a second
          }
        }
        return complaints;
      },
      kOfConnections);
}

TEST_CASE("half-closed connections harm nobody, and are answered if they asked") {
  Siege siege;
  siege.withstand(
      "half-closed connections",
      [&](const std::atomic<bool>& over) {
        Complaints complaints;
        std::deque<RawClient> half_closed;
        for (int i = 0; !over; ++i) {
          half_closed.emplace_back(siege.port());
          auto& client = half_closed.back();
          const auto whole = i % 4;
          if (whole == 0) client.send(kLookUp);
          if (whole == 1) client.send(kLookUp.substr(0, 20));
          if (whole == 2) client.send(order_of_length(1000) + "{");
          client.shut_write();
          if (whole == 0 && client.response().status != 404)
            complaints.emplace_back("a whole request was not answered");
          if (whole != 0 && i % 16 == 1 && !client.closed_by_server(3s))
            complaints.emplace_back("half a request is kept");
          if (half_closed.size() > 2000) half_closed.pop_front();
          std::this_thread::sleep_for(2ms);  // some hundreds a second; the rush has a case of its own
        }
        return complaints;
      },
      kOfConnections);
}

TEST_CASE("ten thousand connections in a second harm nobody") {
  Siege siege;
  // Less what it needs itself.
  const auto most = siege.files() > 2000 ? siege.files() - 1000 : 500;
  siege.withstand(
      "10000 connections in a second",
      [&](const std::atomic<bool>& over) {
        std::deque<RawClient> clients;
        const auto act = [&](RawClient& client, int i) {
          if (i % 4 == 0) client.send_some(kLookUp.substr(0, 15));
          if (i % 4 == 1) client.send_some(kLookUp);
          if (i % 4 == 2) client.reset();
        };
        const auto begin = Clock::now();
        for (int i = 0; i < 10'000; ++i) {
          // Whether they are accepted or not: nothing holds them up.
          clients.push_back(RawClient::begin_connect(siege.port()));
          if (i >= 100) act(clients[clients.size() - 100], i);
          if (clients.size() > most) {
            clients.front().reset();
            clients.pop_front();
          }
          std::this_thread::sleep_until(begin + i * 100us);
        }
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
        std::cout << "  10000 connections in " << took.count() << " ms" << std::endl;
        over.wait(false);
        for (auto& client : clients) client.reset();  // leaves no port waiting
        return Complaints{};
      },
      kOfConnections, Siege::kGoodInARush);
}
