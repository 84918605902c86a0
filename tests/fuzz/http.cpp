// The bytes of a connection, as the event loop hands them on: however they are cut into pieces, the same requests come
// out, each within its limits.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/require.hpp"
#include "http/request_reader.hpp"

using namespace pizza;
using fuzz::require;
using http::RequestReader;

namespace {

constexpr RequestReader::Limits kLimits{.body = 200, .header_section = 300, .uri = 60};

struct Outcome {
  std::vector<http::Request> requests;
  std::vector<bool> keep_alive;
  int refused = 0;
};

bool has_control(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

void check(const RequestReader& reader) {
  const auto& request = reader.request();
  require(!request.method.empty() && request.path.starts_with('/') == (request.path != "*"), "a request has a target");
  require(request.body.size() <= kLimits.body, "a body is within its limit");
  require(request.path.size() <= kLimits.uri && !has_control(request.path), "a path is within its limit, and text");
  std::size_t headers = 0;
  for (const auto& [name, value] : request.headers) {
    headers += name.size() + value.size();
    require(!name.empty() && !has_control(name) && !has_control(value), "a header is text");
    require(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }), "a name is in lower case");
  }
  require(headers <= kLimits.header_section, "headers are within their limit");
  require(!(request.headers.contains("content-length") && request.headers.contains("transfer-encoding")),
          "nobody can read two lengths");
}

/// Feeds `bytes` in pieces of `piece`.
Outcome read(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  RequestReader reader(kLimits);
  while (!bytes.empty()) {
    auto now = bytes.substr(0, piece);
    bytes.remove_prefix(now.size());
    for (;;) {
      const auto before = now.size();
      const auto status = reader.feed(now);
      require(now.size() <= before, "bytes are only taken");
      require(reader.size() <= 4 * (kLimits.body + kLimits.header_section + kLimits.uri) + 1024,
              "what is held is bounded");
      if (status == RequestReader::Status::refused) {
        outcome.refused = reader.problem().status;
        require(outcome.refused >= 400 && outcome.refused <= 599, "a refusal has a status");
        return outcome;
      }
      if (status == RequestReader::Status::more) {
        require(now.empty(), "all is taken");
        break;
      }
      if (status == RequestReader::Status::head) continue;
      check(reader);
      outcome.requests.push_back(reader.request());
      outcome.keep_alive.push_back(reader.keep_alive());
      reader.reset();
      if (now.empty()) break;
    }
  }
  return outcome;
}

bool same(const http::Request& a, const http::Request& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.headers == b.headers && a.body == b.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  const auto whole = read(bytes, bytes.size() + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const auto parts = read(bytes, piece);
    require(parts.refused == whole.refused && parts.keep_alive == whole.keep_alive &&
                std::ranges::equal(parts.requests, whole.requests, same),
            "it does not matter how the bytes come");
  }
  return 0;
}
