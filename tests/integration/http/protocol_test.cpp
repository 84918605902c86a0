#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "raw_client.hpp"
#include "test_server.hpp"

using namespace pizza;
using test::ask;
using test::get;
using test::post;
using test::RawClient;

namespace {

bool is_problem(const test::RawResponse& response, const std::string& error) {
  return response.header("Content-Type") == "application/problem+json" && !response.header("X-Request-ID").empty() &&
         response.body.find("\"error\":\"" + error + "\"") != std::string::npos &&
         response.body.find("\"request_id\":\"" + response.header("X-Request-ID") + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("a request is answered and the connection kept, a hundred times over") {
  test::TestServer server;
  RawClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    client.send(post("Content-Length: 2\r\n", "hi"));
    const auto response = client.response();
    REQUIRE(response.status == 200);
    REQUIRE(response.body == "hi");
    REQUIRE(response.header("Connection").empty());
  }
}

TEST_CASE("Connection: close is honoured in any case, and HTTP/1.0 closes unless asked not to") {
  test::TestServer server;
  for (const auto& request : {get("/ok", "Connection: close\r\n"), get("/ok", "Connection: Close\r\n"),
                              get("/ok", "Connection: x, CLOSE\r\n"), std::string{"GET /ok HTTP/1.0\r\n\r\n"}}) {
    INFO(request);
    RawClient client(server.port());
    client.send(request);
    const auto response = client.response();
    CHECK(response.status == 200);
    CHECK(response.header("Connection") == "close");
    CHECK(client.closed_by_server());
  }
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /ok HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    CHECK(client.response().header("Connection") == "keep-alive");
  }
}

TEST_CASE("pipelined requests are answered completely and in order") {
  test::TestServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests += get("/items/" + std::to_string(i));
    if (i % 10 == 0) requests += get("/nothing");  // answered by the edge, in its turn
    if (i % 10 == 5) requests += post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n");
  }
  client.send(requests);
  for (int i = 0; i < 200; ++i) {
    REQUIRE(client.response().body == std::to_string(i));
    if (i % 10 == 0) REQUIRE(client.response().status == 404);
    if (i % 10 == 5) REQUIRE(client.response().body == "x");
  }
}

TEST_CASE("requests are understood however they are cut into packets") {
  test::TestServer server;
  const auto request = post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n");
  RawClient client(server.port());
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    client.send(request.substr(0, cut));
    client.send(request.substr(cut));
    REQUIRE(client.response().body == "hello");
  }
}

TEST_CASE("HEAD is GET without the body") {
  test::TestServer server;
  RawClient client(server.port());
  client.send("HEAD /ok HTTP/1.1\r\nHost: a\r\n\r\n" + get("/items/next"));
  const auto head = client.response(true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "15");
  CHECK(client.response().body == "next");  // so there was no body in between
  client.send("HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + get("/items/next"));
  CHECK(client.response(true).status == 404);
  CHECK(client.response().body == "next");
}

TEST_CASE("what the edge refuses is a problem document with its status and word") {
  test::TestServer server;
  const auto check = [&](const std::string& request, int status, const std::string& error) {
    INFO(request.substr(0, 200));
    RawClient client(server.port());
    client.send(request);
    const auto response = client.response();
    CHECK(response.status == status);
    CHECK(is_problem(response, error));
    if (response.header("Connection") == "close") CHECK(client.closed_by_server());
  };
  check("NONSENSE\r\n\r\n", 400, "bad_request");
  check(get("/nothing"), 404, "not_found");
  check(post("Content-Length: 70000\r\n"), 413, "payload_too_large");
  check(post("Transfer-Encoding: chunked\r\n", "11170\r\n"), 413, "payload_too_large");
  check(get("/" + std::string(3000, 'a')), 414, "uri_too_long");
  check(post("Content-Encoding: gzip\r\nContent-Length: 5\r\n"), 415, "unsupported_media_type");
  check(get("/ok", "X: " + std::string(20'000, 'a') + "\r\n"), 431, "headers_too_large");
  check("GET /ok HTTP/3.0\r\n\r\n", 505, "version_not_supported");
}

TEST_CASE("the limits of the contract hold to the byte") {
  test::TestServer server;
  const std::string body(64UL * 1024, 'a');
  CHECK(ask(server.port(), post("Content-Length: 65536\r\n", body)).body == body);
  CHECK(ask(server.port(), post("Transfer-Encoding: chunked\r\n", "10000\r\n" + body + "\r\n0\r\n\r\n")).body == body);
  CHECK(ask(server.port(), post("Content-Length: 65537\r\n", body + "a")).status == 413);
  CHECK(ask(server.port(), post("Transfer-Encoding: chunked\r\n", "10001\r\n" + body)).status == 413);
}

TEST_CASE("another method on a known path is 405 with Allow, and needs no body to be read") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(get("/echo"));
  const auto kept = client.response();
  CHECK(kept.status == 405);
  CHECK(kept.header("Allow") == "POST");
  CHECK(is_problem(kept, "method_not_allowed"));
  client.send(get("/ok"));
  CHECK(client.response().status == 200);  // no body, nothing in doubt: the connection goes on

  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"}) {
    INFO(method);
    const auto response = ask(server.port(), method + " /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    CHECK(response.status == 405);
    CHECK(response.header("Allow") == "GET, HEAD");
    CHECK(response.header("Connection") == "close");
  }
}

TEST_CASE("a POST without a body is answered at once") {
  test::TestServer server;
  const auto before = std::chrono::steady_clock::now();
  CHECK(ask(server.port(), post("")).status == 400);
  CHECK(ask(server.port(), "POST /echo HTTP/1.0\r\n\r\n").status == 400);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{2});
}

TEST_CASE("a client that waits for 100 Continue gets it, or the refusal instead") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n"));
  CHECK(client.response().status == 100);
  client.send("hello");
  CHECK(client.response().body == "hello");
  client.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"));  // did not wait: needs no permission
  CHECK(client.response().status == 200);

  CHECK(ask(server.port(), post("Expect: 100-continue\r\nContent-Length: 70000\r\n")).status == 413);
  CHECK(
      ask(server.port(), "POST /ok HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").status ==
      405);
}

TEST_CASE("the caller's request id comes back if it is well-formed, else there is a new one") {
  test::TestServer server;
  const auto id_for = [&](const std::string& given) {
    const auto response = ask(server.port(), get("/id", "X-Request-ID: " + given + "\r\n"));
    CHECK(response.body == response.header("X-Request-ID"));
    return response.body;
  };
  CHECK(id_for("abc.DEF_1-2") == "abc.DEF_1-2");
  CHECK(id_for(std::string(128, 'x')) == std::string(128, 'x'));
  for (const auto& bad : {std::string(129, 'x'), std::string{}, std::string{"a b"}, std::string{"a%0d%0ab"},
                          std::string{"\xc3\xa4"}, std::string{"a\r\nX-Request-ID: b"}}) {
    const auto id = id_for(bad);
    CHECK(id.size() == 16);
    CHECK(id != bad);
  }
  const auto refused = ask(server.port(), post("x-request-id: mine\r\nContent-Length: 70000\r\n"));
  CHECK(refused.header("X-Request-ID") == "mine");
  CHECK(is_problem(refused, "payload_too_large"));
}

TEST_CASE("header values reach the handler as sent, and no handler can break the response") {
  test::TestServer server;
  const auto response = ask(server.port(), get("/header", "X-Test: a%0d%0aEvil: 1\r\n"));
  CHECK(response.body == "a%0d%0aEvil: 1");
  CHECK(response.header("X-Fine") == "1");
  CHECK(response.head.find("Evil") == std::string::npos);
}

TEST_CASE("an escaped slash does not split a segment, and bad escapes are refused") {
  test::TestServer server;
  CHECK(ask(server.port(), get("/items/a%2Fb")).body == "a/b");
  CHECK(ask(server.port(), get("/items/%E2%9C%93")).body == "\xe2\x9c\x93");
  CHECK(ask(server.port(), get("/items/%00")).status == 400);
  CHECK(ask(server.port(), get("/items/%2")).status == 400);
  CHECK(ask(server.port(), get("/items/")).status == 404);
}

TEST_CASE("ranges and encodings that a client asks for change nothing") {
  test::TestServer server;
  const auto response =
      ask(server.port(), get("/ok", "Range: bytes=0-1,0-1,0-1\r\nAccept-Encoding: gzip, br\r\nREMOTE_ADDR: x\r\n"));
  CHECK(response.status == 200);
  CHECK(response.body == R"({"status":"ok"})");
  CHECK(response.header("Content-Encoding").empty());
}

TEST_CASE("a handler that throws is a 500 that keeps its reason for the log") {
  test::TestServer server;
  RawClient client(server.port());
  for (const std::string path : {"/throw", "/throw-int"}) {
    client.send(get(path, "X-Request-ID: thrown-1\r\n"));
    const auto response = client.response();
    CHECK(response.status == 500);
    CHECK(is_problem(response, "internal_error"));
    CHECK((response.head + response.body).find("secret") == std::string::npos);
  }
  client.send(get("/ok"));
  CHECK(client.response().status == 200);
  const auto log = server.log();
  CHECK(std::ranges::count(log, '\n') == 2);
  CHECK(log.find("\"action\":\"request_failed\"") != std::string::npos);
  CHECK(log.find("secret reason") != std::string::npos);
  CHECK(log.find("\"request_id\":\"thrown-1\"") != std::string::npos);
}

TEST_CASE("what a handler throws is translated by on_error where there is one") {
  test::TestServer server({.on_error = [](const http::Request& request, std::exception_ptr cause) {
    try {
      std::rethrow_exception(cause);
    } catch (const std::exception& error) {
      return http::Response{.status = 503, .body = request.path + error.what()};
    } catch (...) {
      return http::Response{.status = 502};
    }
  }});
  CHECK(ask(server.port(), get("/throw")).status == 503);
  CHECK(ask(server.port(), get("/throw")).body == "/throwsecret reason");
  CHECK(ask(server.port(), get("/throw-int")).status == 502);
}

TEST_CASE("a client that has shut its sending side still gets its answers") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(get("/items/1") + get("/items/2"));
  client.shut_write();
  CHECK(client.response().body == "1");
  CHECK(client.response().body == "2");
  CHECK(client.closed_by_server());
}
