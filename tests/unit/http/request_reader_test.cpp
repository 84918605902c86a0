#include "http/request_reader.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/http/reading.hpp"

using namespace pizza::http;

TEST_CASE("a request is read into its parts") {
  const auto result = read_in_all_ways(
      "POST /orders/a%20b?limit=5&x=%41+c&limit=6&flag HTTP/1.1\r\nHost: pizza:3000\r\nX-Trace:  a%0d%0ab \t\r\n"
      "content-LENGTH: 5\r\nAccept: a\r\nAccept: b\r\n\r\nhello");
  REQUIRE(result.requests.size() == 1);
  const auto& request = result.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.path == "/orders/a b");
  CHECK(request.query == std::map<std::string, std::string>{{"limit", "5"}, {"x", "A c"}, {"flag", ""}});
  CHECK(request.header("x-trace") == "a%0d%0ab");
  CHECK(request.header("accept") == "a, b");
  CHECK(request.header("absent").empty());
  CHECK(request.body == "hello");
}

TEST_CASE("pipelined requests come out one by one, in order") {
  const auto result = read_in_all_ways(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\nGET /d HTTP/1.0\r\n\r\n");
  REQUIRE(result.requests.size() == 4);
  CHECK(result.requests[0].path == "/a");
  CHECK(result.requests[1].body == "abc");
  CHECK(result.requests[2].body == "de");
  CHECK(result.requests[3].path == "/d");
  CHECK(result.refused == 0);
}

TEST_CASE("a POST that announces no body has an empty one") {
  const auto result = read_in_all_ways(with(""));
  REQUIRE(result.requests.size() == 1);
  CHECK(result.requests[0].body.empty());
}

TEST_CASE("one empty line before a request is skipped, and is not yet a request") {
  CHECK(read_in_all_ways("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").requests.size() == 1);
  check_bad("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

  RequestReader reader(kLimits);
  std::string_view bytes = "\r\n";
  CHECK(reader.feed(bytes) == Status::more);
  CHECK(!reader.started());
  bytes = "G";
  CHECK(reader.feed(bytes) == Status::more);
  CHECK(reader.started());
}

TEST_CASE("request lines that are not exactly HTTP are refused") {
  for (const std::string line : {"GET /",
                                 "GET",
                                 "GET  / HTTP/1.1",
                                 "GET / HTTP/1.1 ",
                                 " GET / HTTP/1.1",
                                 "GET\t/ HTTP/1.1",
                                 "GET / http/1.1",
                                 "G(T / HTTP/1.1",
                                 "GET orders HTTP/1.1",
                                 "GET /a b HTTP/1.1",
                                 "GET /a#b HTTP/1.1",
                                 "GET * HTTP/1.1",
                                 "GET /\x7f HTTP/1.1",
                                 "GET /\xff HTTP/1.1",
                                 "GET /%2 HTTP/1.1",
                                 "GET /%zz HTTP/1.1",
                                 "GET /%00 HTTP/1.1",
                                 "GET /%0d%0a HTTP/1.1",
                                 "GET /?a=%g1 HTTP/1.1",
                                 "GET /?a=%00 HTTP/1.1",
                                 "GET /\r HTTP/1.1",
                                 "CONNECT a:80 HTTP/1.1",
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOP / HTTP/1.1"}) {
    check_bad(line + "\r\nHost: a\r\n\r\n");
  }
  check_bad("GET / HTTP/1.1\nHost: a\n\n");
  check_bad(std::string{"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28});
}

TEST_CASE("what cannot become a request is refused at its first byte") {
  RequestReader reader(kLimits);
  std::string_view greeting = "\x16\x03\x01";
  CHECK(reader.feed(greeting) == Status::refused);
}

TEST_CASE("other versions are refused as such") {
  for (const std::string version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/11", "HTTP/1.10"}) {
    check_refused("GET / " + version + "\r\nHost: a\r\n\r\n", 505, "version_not_supported");
  }
  check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_not_supported");
}

TEST_CASE("an absolute URI means its path") {
  const auto path = [](const std::string& target) {
    const auto result = read("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return result.requests.empty() ? "" : result.requests[0].path;
  };
  CHECK(path("http://a:1/orders?x=1") == "/orders");
  CHECK(path("HTTP://a/b") == "/b");
  CHECK(path("http://a") == "/");
  CHECK(path("http://a?x=1") == "/");
  CHECK(path("ftp://a/b").empty());
  CHECK(path("http:/b").empty());
}

TEST_CASE("the limit of the URI holds to the byte") {
  const auto get = [](std::size_t length) {
    return "GET /" + std::string(length - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(read_in_all_ways(get(kLimits.uri)).requests.size() == 1);
  check_refused(get(kLimits.uri + 1), 414, "uri_too_long");
  check_refused(get(kLimits.uri + 1000), 414, "uri_too_long");
  check_refused("GET /" + std::string(10'000, 'a'), 414, "uri_too_long");  // without waiting for its end
}

TEST_CASE("the limit of the header section holds to the byte, and without waiting for its end") {
  const auto head = [](std::size_t section) {
    return "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(section - 14 - 2, 'a') + "\r\n\r\n";
  };
  // "Host: a\r\n" 9, "X: " 3, its end 2, the empty line 2.
  CHECK(read_in_all_ways(head(kLimits.header_section)).requests.size() == 1);
  check_refused(head(kLimits.header_section + 1), 431, "headers_too_large");
  check_refused("GET / HTTP/1.1\r\nX: " + std::string(500, 'a'), 431, "headers_too_large");
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 101; ++i) many += "a:\r\n";
  check_refused(many, 431, "headers_too_large");
}

TEST_CASE("header lines that are not exactly HTTP are refused") {
  for (const std::string line : {" X: folded", "\tX: folded", "X : a", "X\t: a", ": a", "X", "X Y: a", "X: a\x01",
                                 "X: a\x7f", "X: a\rb", "X(: a", "\xc3\xa4: a"}) {
    check_bad(with(line + "\r\n"));
  }
  check_bad(with("X: a\n"));
  check_bad(with("X: a\r\n folded\r\n"));
  check_bad(with(std::string{"X: a\0b\r\n", 8}));
  CHECK(read_in_all_ways(with("X: t\xc3\xa4\tb\r\nY:\r\n")).requests.size() == 1);
}

TEST_CASE("Host is required once in 1.1, and may be absent in 1.0") {
  check_bad("GET / HTTP/1.1\r\n\r\n");
  check_bad("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  check_bad("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
  for (const std::string host : {"a b", "a,b", "a/b", "a@b", "a\xff"}) {
    check_bad("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }
  CHECK(read("GET / HTTP/1.0\r\n\r\n").requests.size() == 1);
  CHECK(read("GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n").requests.size() == 1);
}

TEST_CASE("lengths that two parsers could read differently are refused") {
  for (const std::string lines : {"Content-Length: abc\r\n",
                                  "Content-Length: -1\r\n",
                                  "Content-Length: +1\r\n",
                                  "Content-Length: 0x1\r\n",
                                  "Content-Length: 1 1\r\n",
                                  "Content-Length: 1,1\r\n",
                                  "Content-Length:\r\n",
                                  "Content-Length: 1.0\r\n",
                                  "Content-Length: 1\r\nContent-Length: 1\r\n",
                                  "Content-Length: 1\r\nContent-Length: 2\r\n",
                                  "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                                  "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                                  "Transfer-Encoding: gzip\r\n",
                                  "Transfer-Encoding: gzip, chunked\r\n",
                                  "Transfer-Encoding: chunked, chunked\r\n",
                                  "Transfer-Encoding: identity\r\n",
                                  "Transfer-Encoding: xchunked\r\n",
                                  "Transfer-Encoding:\r\n",
                                  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                  "Transfer-Encoding: \"chunked\"\r\n"}) {
    check_bad(with(lines, "0\r\n\r\n"));
  }
  check_bad("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  CHECK(read_in_all_ways(with("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n")).requests.size() == 1);
}

TEST_CASE("a body of announced length is refused by its announcement") {
  CHECK(read_in_all_ways(with("Content-Length: 100\r\n", std::string(100, 'a'))).requests.size() == 1);
  check_refused(with("Content-Length: 101\r\n"), 413, "payload_too_large");
  check_refused(with("Content-Length: 99999999999999999999999999\r\n"), 413, "payload_too_large");
}

TEST_CASE("encoded bodies are refused, whatever their size") {
  check_refused(with("Content-Encoding: gzip\r\nContent-Length: 10\r\n"), 415, "unsupported_media_type");
  check_refused(with("Content-Encoding: identity, br\r\nTransfer-Encoding: chunked\r\n"), 415,
                "unsupported_media_type");
  CHECK(read(with("Content-Encoding: Identity\r\nContent-Length: 0\r\n")).requests.size() == 1);
}

TEST_CASE("a chunked body is decoded") {
  const auto chunked = [](const std::string& body) {
    const auto result = read_in_all_ways(with("Transfer-Encoding: chunked\r\n", body));
    return result.requests.size() == 1 ? result.requests[0].body : "refused";
  };
  CHECK(chunked("0\r\n\r\n").empty());
  CHECK(chunked("5\r\nhello\r\n0\r\n\r\n") == "hello");
  CHECK(chunked("A;name=\"v\"\r\n0123456789\r\n0003\r\nabc\r\n000\r\nTrailer: x\r\n\r\n") == "0123456789abc");
  CHECK(chunked("64\r\n" + std::string(100, 'a') + "\r\n0\r\n\r\n") == std::string(100, 'a'));
}

TEST_CASE("a chunked body that is not exactly HTTP is refused") {
  for (const std::string body :
       {"\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\na\r\n", "1\na\r\n", "1\r\nab\r\n", "1\r\na\n",
        "1;\x01\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\n X: folded\r\n\r\n", "0\r\nX: a\n\r\n"}) {
    check_bad(with("Transfer-Encoding: chunked\r\n", body));
  }
}

TEST_CASE("no chunked body goes past the limits") {
  const auto chunked = [](const std::string& body) { return with("Transfer-Encoding: chunked\r\n", body); };
  check_refused(chunked("65\r\n"), 413, "payload_too_large");
  check_refused(chunked("64\r\n" + std::string(100, 'a') + "\r\n1\r\n"), 413, "payload_too_large");
  check_refused(chunked("ffffffffffffffffffffffff\r\n"), 413, "payload_too_large");
  check_bad(chunked("1;" + std::string(300, 'x')));
  std::string extensions;
  for (int i = 0; i < 50; ++i) extensions += "1;" + std::string(200, 'x') + "\r\na\r\n";
  check_bad(chunked(extensions));
  std::string trailers = "0\r\n";
  for (int i = 0; i < 50; ++i) trailers += "X: " + std::string(200, 'x') + "\r\n";
  check_refused(chunked(trailers), 431, "headers_too_large");
}

TEST_CASE("what is wanted of the connection is read in any case and order") {
  const auto keeps_alive = [](const std::string& head) {
    RequestReader reader(kLimits);
    std::string_view bytes = head;
    REQUIRE(reader.feed(bytes) == Status::head);
    return reader.keep_alive();
  };
  CHECK(keeps_alive("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  CHECK(!keeps_alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n"));
  CHECK(!keeps_alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n"));
  CHECK(keeps_alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n"));
  CHECK(!keeps_alive("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps_alive("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST_CASE("100-continue is expected only of a 1.1 request with a body") {
  const auto expects = [](const std::string& head) {
    RequestReader reader(kLimits);
    std::string_view bytes = head;
    REQUIRE(reader.feed(bytes) == Status::head);
    return reader.expects_continue();
  };
  CHECK(expects(with("Expect: 100-Continue\r\nContent-Length: 1\r\n")));
  CHECK(expects(with("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n")));
  CHECK(!expects(with("Expect: 100-continue\r\n")));
  CHECK(!expects(with("Content-Length: 1\r\n")));
  CHECK(!expects("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
}

TEST_CASE("the reader holds no more than the request it is reading") {
  RequestReader reader(kLimits);
  const auto stream = with("Content-Length: 50\r\n", std::string(50, 'a'));
  std::string_view bytes = stream;
  CHECK(reader.size() == 0);
  REQUIRE(reader.feed(bytes) == Status::head);
  REQUIRE(reader.feed(bytes) == Status::complete);
  CHECK(reader.size() > 50);
  CHECK(reader.size() <= stream.size());
  reader.reset();
  CHECK(reader.size() == 0);
}
