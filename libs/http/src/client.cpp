#include "http/client.hpp"

#include "header_syntax.hpp"
#include "httplib_abi.hpp"

namespace pizza::http {

struct Client::Impl {
  httplib::Client client;
  std::chrono::milliseconds timeout;
};

Client::Client(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout)
    : impl_(std::make_unique<Impl>(Impl{.client = httplib::Client(host, port), .timeout = timeout})) {
  auto& client = impl_->client;
  client.set_connection_timeout(timeout);
  client.set_read_timeout(timeout);
  client.set_write_timeout(timeout);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_follow_location(false);
  client.set_decompress(false);
  client.set_url_encode(false);
}

Client::~Client() = default;

std::optional<Response> Client::send(const std::string& method, const std::string& path, const std::string& body,
                                     const Headers& headers) {
  httplib::Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  for (const auto& [name, value] : headers) request.headers.emplace(name, value);
  // Its timeouts are for each read; this bounds the whole, however slowly a body drips.
  const auto deadline = std::chrono::steady_clock::now() + impl_->timeout;
  request.progress = [deadline](std::uint64_t, std::uint64_t) { return std::chrono::steady_clock::now() < deadline; };

  const auto result = impl_->client.send(request);
  if (!result) return std::nullopt;
  Response response{.status = result->status, .body = result->body, .content_type = {}};
  for (const auto& [name, value] : result->headers) {
    auto lower = to_lower(name);
    if (lower == "content-type") response.content_type = value;
    response.headers.emplace_back(std::move(lower), value);
  }
  return response;
}

}  // namespace pizza::http
