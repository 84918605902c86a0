#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace pizza::http {

/// A plain HTTP client over cpp-httplib: one connection, kept alive. Not thread-safe. Follows no redirects.
class Client {
 public:
  Client(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  using Headers = std::vector<std::pair<std::string, std::string>>;
  /// nullopt when no complete response came (refused, cut, timed out). Header names of the response in lower case.
  std::optional<Response> send(const std::string& method, const std::string& path, const std::string& body = {},
                               const Headers& headers = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::http
