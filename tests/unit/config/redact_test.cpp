#include <catch2/catch.hpp>

#include "config/load.hpp"

using namespace pizza;

namespace {

std::string redacted(const std::string& url) { return config::redacted(config::Database{.url = url}); }

}  // namespace

TEST_CASE("the parts are shown as a URL without the password") {
  CHECK(config::redacted(config::Database{}) == "postgres://restaurant_user@localhost:5432/restaurant_db");
  CHECK(config::redacted(
            config::Database{.host = "::1", .port = 1, .user = "u", .password = "hunter2", .database = "d"}) ==
        "postgres://u@[::1]:1/d");
}

TEST_CASE("a URL is shown without its password, wherever that stands") {
  CHECK(redacted("postgres://u:hunter2@h:5/d?sslmode=require") == "postgres://u@h:5/d?sslmode=require");
  CHECK(redacted("postgresql://u@h/d") == "postgresql://u@h/d");
  CHECK(redacted("postgres://h:5/d") == "postgres://h:5/d");
  CHECK(redacted("postgres://h/d?user=u&password=hunter2&sslpassword=hunter2") ==
        "postgres://h/d?user=u&password=***&sslpassword=***");
  CHECK(redacted("postgres://h/d?pass%77ord=hunter2") == "postgres://h/d?pass%77ord=***");
}

TEST_CASE("a password that breaks its URL does not show either") {
  for (const std::string url :
       {"postgres://u:hunter2@hunter2@h/d", "postgres://u:hunter2/hunter2@h/d", "postgres://u:hunter2?hunter2@h/d",
        "postgres://u:hunter2#@h/d", "postgres://u:p@h/d?password=x@hunter2", "mysql://u:hunter2@h", "u:hunter2@h/d",
        "postgres:/u:hunter2@h/d?a=b"}) {
    INFO(url << " -> " << redacted(url));
    CHECK(redacted(url).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a keyword string is shown with the password hidden, however it is written") {
  CHECK(redacted("host=h password=hunter2 dbname=d") == "host=h password=*** dbname=d");
  CHECK(redacted("host = h  password = 'hunter2 \\' hunter2' dbname=d") == "host=h password=*** dbname=d");
  CHECK(redacted("password=hunter\\ 2 user='a b'") == "password=*** user='a b'");
  for (const std::string text : {"host=h password='hunter2", "host=h password=x hunter2", "hunter2",
                                 "dbname=postgres://u:hunter2@h/d", "=hunter2"}) {
    INFO(text << " -> " << redacted(text));
    CHECK(redacted(text).find("hunter2") == std::string::npos);
  }
}
