#include "engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include <fmt/chrono.h>

#include "header_syntax.hpp"
#include "httplib_abi.hpp"

namespace pizza::http {
namespace {

class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view in, std::string& out) : in_(in), out_(out) {}

  bool is_readable() const override { return !in_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const auto count = std::min(size, in_.size());
    std::memcpy(to, in_.data(), count);
    in_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* from, std::size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view in_;
  std::string& out_;
};

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), formatted once a second.
class DateHeader {
 public:
  const std::string& now() {
    const auto second = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (second != second_) {
      second_ = second;
      text_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(second));
    }
    return text_;
  }

 private:
  std::chrono::sys_seconds second_;
  std::string text_;
};

/// Framing and the request id are the server's business.
bool may_be_set_by_handler(std::string_view name) {
  const auto lower = to_lower(name);
  return is_token(name) && lower != "content-length" && lower != "content-type" && lower != "connection" &&
         lower != "transfer-encoding" && lower != "x-request-id";
}

void copy(Response from, std::string_view request_id, httplib::Response& to) {
  const bool valid = from.status >= 200 && from.status <= 599;
  to.status = valid ? from.status : 500;
  to.body = std::move(from.body);
  for (auto& [name, value] : from.headers) {
    if (may_be_set_by_handler(name) && is_field_value(value)) to.headers.emplace(std::move(name), std::move(value));
  }
  if (!to.body.empty() && is_field_value(from.content_type)) to.headers.emplace("Content-Type", from.content_type);
  to.headers.emplace("X-Request-ID", request_id);
}

}  // namespace

/// httplib calls back outside its try block, where an exception ends the process: the hooks throw nothing.
struct Engine::Impl final : private httplib::Server {
  Impl() {
    set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) noexcept {
      copy((*respond_)(), frame_->request_id, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([this](const httplib::Request&, httplib::Response& response) noexcept {
      response.headers.emplace("Date", date_.now());
      response.headers.erase("Accept-Ranges");
      if (response.headers.erase("Keep-Alive") > 0 && frame_->http_1_0) {
        response.headers.emplace("Connection", "keep-alive");
      }
      if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
    });
  }

  void answer(const Frame& frame, const std::function<Response()>& respond, std::string& out) {
    frame_ = &frame;
    respond_ = &respond;
    MemoryStream stream(frame.head ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", out);
    bool closed = false;
    process_request(stream, !frame.keep_alive, closed, nullptr);
  }

 private:
  DateHeader date_;
  const Frame* frame_ = nullptr;
  const std::function<Response()>* respond_ = nullptr;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

void Engine::answer(const Frame& frame, const std::function<Response()>& respond, std::string& out) {
  impl_->answer(frame, respond, out);
}

}  // namespace pizza::http
