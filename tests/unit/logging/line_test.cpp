#include <regex>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "json/reader.hpp"
#include "log_file.hpp"
#include "logging/logger.hpp"

using namespace pizza;
using logging::Level;
using test::member;

namespace {

/// What one call writes, as lines.
template <class Call>
std::vector<std::string> logged(Call call, logging::Options options = {}) {
  const test::Folder folder;
  options.service = "order-service";
  options.file = folder.file("log");
  {
    logging::Logger logger(options);
    call(logger);
  }
  return test::lines(folder.file("log"));
}

}  // namespace

TEST_CASE("a line has the fields of the specification in their order") {
  const auto all = logged([](logging::Logger& log) {
    log.info({.action = "order_published",
              .message = "Sent",
              .request_id = "req-1",
              .order_number = "ORD_20241216_001",
              .worker_name = "chef_anna",
              .duration = std::chrono::milliseconds{250},
              .details = {{"port", 3000}, {"durable", true}, {"exchange", "orders_topic"}}});
  });
  REQUIRE(all.size() == 1);
  const auto& line = all.front();
  CHECK(test::keys(line) ==
        "timestamp level service hostname request_id action message details duration_ms order_number worker_name");
  CHECK(std::regex_match(member(line, "timestamp"), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
  CHECK(member(line, "level") == "INFO");
  CHECK(member(line, "service") == "order-service");
  CHECK(member(line, "hostname") == core::hostname());
  CHECK(member(line, "request_id") == "req-1");
  CHECK(member(line, "details", "port") == "3000");
  CHECK(member(line, "details", "durable") == "true");
  CHECK(member(line, "details", "exchange") == "orders_topic");
  CHECK(member(line, "duration_ms") == "250");
  CHECK(member(line, "worker_name") == "chef_anna");
}

TEST_CASE("fields that do not apply are left out, and the process has a request id and a worker name of its own") {
  const auto all = logged(
      [](logging::Logger& log) {
        log.info({.action = "service_started", .message = "Started"});
        log.info({.action = "db_connected", .message = "Connected"});
      },
      {.worker_name = "chef_mario"});
  REQUIRE(all.size() == 2);
  CHECK(test::keys(all[0]) == "timestamp level service hostname request_id action message worker_name");
  CHECK(std::regex_match(member(all[0], "request_id"), std::regex("startup-[0-9a-f]{8}")));
  CHECK(member(all[0], "request_id") == member(all[1], "request_id"));
  CHECK(member(all[0], "worker_name") == "chef_mario");
}

TEST_CASE("an ERROR line carries the cause and the place where one of our exceptions was thrown") {
  const auto all = logged([](logging::Logger& log) {
    try {
      throw core::InfrastructureError("connection refused", true);
    } catch (const std::exception& error) {
      log.error({.action = "db_connection_failed", .message = "No database"}, error);
    }
  });
  REQUIRE(all.size() == 1);
  CHECK(test::keys(all[0]) == "timestamp level service hostname request_id action message error");
  CHECK(member(all[0], "level") == "ERROR");
  CHECK(member(all[0], "error", "msg") == "connection refused");
  const auto stack = member(all[0], "error", "stack");
  INFO(stack);
  CHECK(stack.find("(tests/unit/logging/line_test.cpp:") != std::string::npos);
  CHECK(stack.find("\u240a") != std::string::npos);
  CHECK(stack.find("core::Stack") == std::string::npos);
  CHECK(stack.find("(/") == std::string::npos);
}

TEST_CASE("an ERROR without an exception of ours carries the caller's stack") {
  const auto all = logged([](logging::Logger& log) {
    log.error({.action = "a", .message = "m"}, "told so");
    log.error({.action = "a", .message = "m"}, std::runtime_error("foreign"));
  });
  REQUIRE(all.size() == 2);
  CHECK(member(all[0], "error", "msg") == "told so");
  CHECK(member(all[1], "error", "msg") == "foreign");
  for (const auto& line : all) {
    const auto stack = member(line, "error", "stack");
    INFO(stack);
    CHECK(stack.find("(tests/unit/logging/line_test.cpp:") != std::string::npos);
    CHECK(stack.starts_with("operator() ("));
  }
}

TEST_CASE("a refusal names the line that refused, in one line") {
  const auto all =
      logged([](logging::Logger& log) { log.refused({.action = "validation_failed", .message = "m"}, "no items"); });
  REQUIRE(all.size() == 1);
  CHECK(member(all[0], "level") == "ERROR");
  CHECK(member(all[0], "error", "msg") == "no items");
  const auto stack = member(all[0], "error", "stack");
  CHECK(stack.find("(tests/unit/logging/line_test.cpp:") != std::string::npos);
  CHECK(stack.find("\u240a") == std::string::npos);
}

TEST_CASE("past ten symbolised stacks within a second the others are addresses on one line") {
  const auto all = logged([](logging::Logger& log) {
    for (int i = 0; i < 200; ++i) log.error({.action = "a", .message = "m"}, "cause");
  });
  REQUIRE(all.size() == 200);
  std::size_t symbolised = 0;
  for (const auto& line : all) {
    const auto stack = member(line, "error", "stack");
    if (stack.find("line_test.cpp:") != std::string::npos) {
      ++symbolised;
    } else {
      CHECK(stack.find("unit_logging+0x") != std::string::npos);
      CHECK(stack.find("\u240a") == std::string::npos);
    }
  }
  CHECK(symbolised >= 10);
  CHECK(symbolised <= 40);  // a slow machine may see a few seconds pass
}

TEST_CASE("lines below the level are not written, and WARN means ERROR and above") {
  const auto call = [](logging::Logger& log) {
    log.debug({.action = "d", .message = "m"});
    log.info({.action = "i", .message = "m"});
    log.error({.action = "e", .message = "m"}, "cause");
  };
  CHECK(logged(call, {.level = Level::debug}).size() == 3);
  CHECK(logged(call, {.level = Level::info}).size() == 2);
  CHECK(logged(call, {.level = *logging::parse_level("WARN")}).size() == 1);
  CHECK(logging::parse_level("DEBUG") == Level::debug);
  CHECK(logging::parse_level("INFO") == Level::info);
  CHECK(logging::parse_level("ERROR") == Level::error);
  CHECK(!logging::parse_level("info"));
  CHECK(!logging::parse_level(""));
}

TEST_CASE("whatever an entry holds, its line is one valid line below 64 KiB") {
  const std::string worst(200'000, '\x01');
  const std::string quotes(200'000, '"');
  std::string letters;
  for (int i = 0; i < 50'000; ++i) letters += "я";
  for (const auto& text : {worst, quotes, letters, std::string("\xff\xc3 \n\r\u2028")}) {
    const auto all = logged([&](logging::Logger& log) {
      logging::Entry entry{.action = text, .message = text, .request_id = text, .order_number = text};
      entry.worker_name = text;
      for (int i = 0; i < 100; ++i) entry.details.push_back({std::to_string(i) + text, text});
      log.info(entry);
      log.error(entry, text);
    });
    REQUIRE(all.size() == 2);
    for (const auto& line : all) {
      CHECK(line.size() < 64 * 1024);
      CHECK(!member(line, "message").empty());
      CHECK(member(line, "message").find("(no JSON") != 0);
    }
  }
}
