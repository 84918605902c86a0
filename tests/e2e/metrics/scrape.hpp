#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "http/client.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

/// `GET /metrics`; empty if there is no answer.
inline std::string scrape(std::uint16_t admin_port) {
  http::Client client("127.0.0.1", admin_port, std::chrono::seconds{10});
  const auto answer = client.send("GET", "/metrics", {}, {{"Host", "localhost"}, {"Connection", "close"}});
  return answer && answer->status == 200 ? answer->body : std::string{};
}

/// The value of a series, `name{label="value"}`; nullopt if there is no such line.
inline std::optional<double> figure(const std::string& text, const std::string& series) {
  const auto line = "\n" + series + " ";
  const auto at = ("\n" + text).find(line);
  if (at == std::string::npos) return std::nullopt;
  return std::stod(text.substr(at + line.size() - 1));
}

inline std::optional<double> figure(std::uint16_t admin_port, const std::string& series) {
  return figure(scrape(admin_port), series);
}

/// For a service whose own port is its main one: an operator port too.
struct AdminPort {
  explicit AdminPort(std::string its_variable) : variable(std::move(its_variable)) {}
  std::string variable;
  std::uint16_t port = free_port();
  Extra extra() const { return {{}, {{variable, std::to_string(port)}}}; }
};

}  // namespace pizza::test
