#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>

#include <catch2/catch.hpp>
#include <dlfcn.h>
#include <netdb.h>

#include "http/egress.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;

std::atomic<bool> resolver_answers{false};
std::atomic<int> lookups_ended{0};

constexpr std::string_view kSlowName = "slow.example";

}  // namespace

/// Takes the place of the system's in this executable: a resolver whose servers do not answer for one name.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
  using Resolver = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Resolver>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || node != kSlowName) return real(node, service, hints, found);
  while (!resolver_answers) std::this_thread::sleep_for(5ms);
  ++lookups_ended;
  return EAI_AGAIN;
}

TEST_CASE(
    "a stop and the timeout end a request whose name is still being resolved, and the lookup harms nobody later") {
  const auto timed = [](std::chrono::milliseconds timeout, const std::stop_token& stop) {
    const http::Egress client({.host = std::string{kSlowName}, .timeout = timeout});
    const auto answer = client.post("{}", {}, stop);
    REQUIRE_FALSE(answer);
    return answer.error();
  };
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto stopped = timed(60s, stop.get_token());
  stopper.join();
  CHECK(stopped == "given up because the process stops");
  CHECK(timed(100ms, {}) == "timed out while resolving the name");
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  // The requests, their options and their tokens are gone.
  resolver_answers = true;
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (lookups_ended < 2 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(5ms);
  CHECK(lookups_ended == 2);
}
