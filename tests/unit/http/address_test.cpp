#include "http/address.hpp"

#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

namespace {

using namespace std::chrono_literals;
using namespace pizza;

/// Of a literal address, in whatever form; no name server is asked.
std::vector<http::Address> addresses(const std::string& literal) {
  auto found = http::resolve(literal, 80, core::after(5s));
  INFO(literal);
  REQUIRE(found);
  return *found;
}

bool is_public(const std::string& literal) {
  return std::ranges::all_of(addresses(literal), &http::Address::is_public);
}

}  // namespace

TEST_CASE("addresses that are not for everybody are not public, in whatever form they are written") {
  for (const auto* literal : {"127.0.0.1",
                              "127.255.255.254",
                              "0.0.0.0",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "100.127.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "198.18.0.1",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "2130706433",
                              "0x7f000001",
                              "0177.0.0.1",
                              "127.1",
                              "::",
                              "::1",
                              "fc00::1",
                              "fd12:3456::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::7f00:1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::",
                              "2001::1",
                              "2001:db8::1",
                              "100::1"}) {
    INFO(literal);
    CHECK_FALSE(is_public(literal));
  }
}

TEST_CASE("addresses of the Internet are public") {
  for (const auto* literal :
       {"1.1.1.1", "8.8.8.8", "11.0.0.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
        "169.253.1.1", "192.167.1.1", "223.255.255.254", "134744072", "2606:4700::1111", "2a00:1450:4001::1",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
    INFO(literal);
    CHECK(is_public(literal));
  }
}

TEST_CASE("an address is shown in its usual form") {
  CHECK(addresses("2130706433").front().text() == "127.0.0.1");
  CHECK(addresses("0:0::1").front().text() == "::1");
}

TEST_CASE("what is no name has no address") {
  CHECK_FALSE(http::resolve("a..b", 80, core::after(5s)));
  CHECK_FALSE(http::resolve("", 80, std::chrono::steady_clock::now() - 1s));
}
