#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "http/request_reader.hpp"

// Feeds a RequestReader, whole and in pieces.
namespace pizza::http {

using Status = RequestReader::Status;

inline constexpr RequestReader::Limits kLimits{.body = 100, .header_section = 400, .uri = 60};

/// Everything a connection learns from its bytes: complete requests, then perhaps a refusal.
struct Result {
  std::vector<Request> requests;
  int refused = 0;
  std::string error;

  bool operator==(const Result& other) const {
    const auto same = [](const Request& a, const Request& b) {
      return a.method == b.method && a.path == b.path && a.query == b.query && a.headers == b.headers &&
             a.body == b.body;
    };
    return std::ranges::equal(requests, other.requests, same) && refused == other.refused && error == other.error;
  }
};

/// Feeds `stream` in pieces that end where `cuts` says.
inline Result read(std::string_view stream, const std::vector<std::size_t>& cuts = {}) {
  RequestReader reader(kLimits);
  Result result;
  std::size_t begin = 0;
  const auto feed = [&](std::size_t end) {
    auto bytes = stream.substr(begin, end - begin);
    begin = end;
    for (bool again = true; again && result.refused == 0;) {
      switch (reader.feed(bytes)) {
        case Status::more:
          again = false;
          break;
        case Status::head:
          break;
        case Status::complete:
          result.requests.push_back(reader.request());
          reader.reset();
          again = !bytes.empty();
          break;
        case Status::refused:
          result.refused = reader.problem().status;
          result.error = reader.problem().error;
          break;
      }
    }
  };
  for (const auto cut : cuts) feed(cut);
  feed(stream.size());
  return result;
}

/// The same, and sure that it makes no difference how the bytes were cut.
inline Result read_in_all_ways(std::string_view stream) {
  const auto whole = read(stream);
  std::vector<std::size_t> every(stream.size());
  for (std::size_t i = 0; i < stream.size(); ++i) every[i] = i;
  CHECK(read(stream, every) == whole);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    if (!(read(stream, {i}) == whole)) FAIL_CHECK("cut at " << i << " changes the result");
  }
  return whole;
}

/// A request with these header lines after Host.
inline std::string with(const std::string& lines, const std::string& rest = "") {
  return "POST /orders HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + rest;
}

inline void check_refused(const std::string& stream, int status, const std::string& error) {
  INFO(stream);
  const auto result = read_in_all_ways(stream);
  CHECK(result.requests.empty());
  CHECK(result.refused == status);
  CHECK(result.error == error);
}

inline void check_bad(const std::string& stream) { check_refused(stream, 400, "bad_request"); }

}  // namespace pizza::http
