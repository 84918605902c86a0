#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace pizza::test {

struct RawAnswer {
  int status = 0;    ///< 0: none came
  std::string text;  ///< head and body as received
  std::chrono::milliseconds took{};
};

/// Sends exactly these bytes on a connection of its own, reading while it sends, until one answer came, the server
/// closed, or `patience` is over.
RawAnswer send_raw(std::uint16_t port, std::string_view bytes,
                   std::chrono::milliseconds patience = std::chrono::seconds{5});
/// `POST /orders` with this body and its Content-Length.
std::string raw_post(std::string_view body, std::string_view more_headers = "");
/// The body in one chunk of chunked coding.
std::string chunked(std::string_view body);

}  // namespace pizza::test
