#include "http/bearer.hpp"

#include <catch2/catch.hpp>

using pizza::http::bearer_token;
using pizza::http::Request;

TEST_CASE("a bearer token is read whatever the case of its scheme") {
  for (const auto* value : {"Bearer s3cret-Token", "bearer s3cret-Token", "BEARER   s3cret-Token "}) {
    CAPTURE(value);
    CHECK(bearer_token(Request{.headers = {{"authorization", value}}}) == "s3cret-Token");
  }
}

TEST_CASE("what is no bearer token is none") {
  CHECK_FALSE(bearer_token(Request{}));
  for (const auto* value : {"", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "BearerX token", "s3cret-Token"}) {
    CAPTURE(value);
    CHECK_FALSE(bearer_token(Request{.headers = {{"authorization", value}}}));
  }
}

TEST_CASE("a token keeps what stands between its ends") {
  CHECK(bearer_token(Request{.headers = {{"authorization", "Bearer two words"}}}) == "two words");
}
