#include "e2e/order/shared_restaurant.hpp"

#include <chrono>

#include <catch2/catch.hpp>

#include "core/clock.hpp"
#include "support/log_line.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

Answer post_order(std::uint16_t port, const std::string& body, const http::Client::Headers& headers) {
  return to_answer(http::Client("127.0.0.1", port, 30s).send("POST", "/orders", body, headers));
}

SharedRestaurant& SharedRestaurant::get() {
  static SharedRestaurant shared;
  return shared;
}

void check_output(const Service& service) {
  for (const auto& line : service.process.stderr_lines()) FAIL_CHECK("on stderr: " << line);
  for (const auto& line : service.process.stdout_lines()) {
    for (const auto& fault : log_line_faults(line)) FAIL_CHECK(fault);
  }
}

std::string today() {
  auto day = core::format_utc(std::chrono::system_clock::now()).substr(0, 10);
  std::erase(day, '-');
  return day;
}

}  // namespace pizza::test
