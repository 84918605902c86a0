#include "test_server.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "core/ids.hpp"

namespace pizza::test {

void Gate::pass() {
  std::unique_lock lock(mutex_);
  ++arrived_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return open_; });
}

bool Gate::wait_for_arrivals(int count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return arrived_ >= count; });
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

namespace {

http::ServerOptions on_loopback(http::ServerOptions options) {
  options.address = "127.0.0.1";
  return options;
}

}  // namespace

TestServer::TestServer(http::ServerOptions options)
    : log_file_(std::filesystem::temp_directory_path() / ("http-test-" + core::random_uuid() + ".log")),
      log_({.service = "http-test", .file = log_file_.string()}),
      server_(on_loopback(std::move(options)), routes(), log_) {
  server_.start();
}

TestServer::~TestServer() {
  gate_.open();
  server_.stop(std::chrono::steady_clock::now() + std::chrono::seconds{5});
  std::filesystem::remove(log_file_);
}

std::string TestServer::log() {
  log_.flush();
  std::ostringstream text;
  text << std::ifstream(log_file_).rdbuf();
  return text.str();
}

http::Router TestServer::routes() {
  using http::Request;
  using http::Response;
  http::Router router;
  router.add("GET", "/ok", [](const Request&) { return Response{.body = R"({"status":"ok"})"}; });
  router.add("POST", "/echo", [](const Request& request) {
    return Response{.status = request.body.empty() ? 400 : 200, .body = request.body, .content_type = "text/plain"};
  });
  router.add("GET", "/wait", [this](const Request&) {
    gate_.pass();
    return Response{.body = "waited"};
  });
  router.add("GET", "/throw", [](const Request&) -> Response { throw std::runtime_error("secret reason"); });
  router.add("GET", "/throw-int", [](const Request&) -> Response { throw 42; });
  router.add("GET", "/header", [](const Request& request) {
    return Response{.body = std::string(request.header("x-test")),
                    .headers = {{"X-Copy", "a\r\nEvil: 1"}, {"X-Fine", "1"}}};
  });
  router.add("GET", "/big", [](const Request&) { return Response{.body = std::string(kBigBody, 'b')}; });
  router.add("GET", "/items/{name}",
             [](const Request& request) { return Response{.body = request.params.at("name")}; });
  router.add("GET", "/id", [](const Request& request) { return Response{.body = request.request_id}; });
  return router;
}

}  // namespace pizza::test
